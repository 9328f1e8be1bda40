#include "gateway/site/files.h"

#include <stdlib.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

#include "unit/catch.h"

namespace files_test {

using jobtree::gateway::Asset;
using jobtree::gateway::etag_of;
using jobtree::gateway::Files;

namespace {

constexpr std::array<Asset, 4> kAssets{{
    {"/index.html", "<p>the page as it is</p>", "page.br", "page.gz.."},
    {"/job-tree.js", "export const tree = 1;", "js.br", "js.gz..", true},
    {"/job-tree.wasm", "the engine, uncompressed", "wasm.br", "wasm.gz.", true},
    {"/tiny.svg", "<svg/>", "longer than plain", "longer than plain!"},
}};

Files built_in() {
  auto files = Files::make(kAssets, "");
  REQUIRE(files);
  return std::move(files.value());
}

/// What a test looks at.
struct Got {
  int status = 0;
  std::string body;
  httplib::Headers headers;
};

Got get(const Files& files, const std::string& name, const std::string& accept_encoding = "",
        const std::string& if_none_match = "") {
  const auto answer =
      files.get(name, {.if_none_match = if_none_match, .accept_encoding = accept_encoding});
  REQUIRE(answer);
  return {answer->response.status, answer->body ? *answer->body : "", answer->response.headers};
}

std::string header(const Got& got, const std::string& name) {
  const auto found = got.headers.find(name);
  return found == got.headers.end() ? "" : found->second;
}

/// A folder that goes when the test does.
class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "jobtree-XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("A browser gets the smallest encoding it takes") {
  const Files files = built_in();
  CHECK(get(files, "job-tree.js").body == "export const tree = 1;");
  CHECK(header(get(files, "job-tree.js"), "Content-Encoding").empty());
  CHECK(get(files, "job-tree.js", "gzip, deflate, br").body == "js.br");
  CHECK(header(get(files, "job-tree.js", "gzip, deflate, br"), "Content-Encoding") == "br");
  CHECK(get(files, "job-tree.js", "gzip").body == "js.gz..");
  CHECK(header(get(files, "job-tree.js", "gzip"), "Content-Encoding") == "gzip");
  CHECK(get(files, "job-tree.js", "br;q=0, gzip;q=0.5").body == "js.gz..");
  CHECK(get(files, "job-tree.js", "br; q=0.0, gzip;q=0").body == "export const tree = 1;");
  CHECK(get(files, "job-tree.js", "brotli, xgzip").body == "export const tree = 1;");
  CHECK(get(files, "tiny.svg", "br, gzip").body == "<svg/>");
}

TEST_CASE("The names of encodings count in any case of letters") {
  const Files files = built_in();
  CHECK(get(files, "job-tree.js", "GZIP").body == "js.gz..");
  CHECK(get(files, "job-tree.js", "Br;Q=0.5").body == "js.br");
}

TEST_CASE("Of each file that portals load, and of no other, there is a hash for their pages") {
  const auto integrity = built_in().integrity();
  CHECK(integrity.size() == 2);
  CHECK(integrity.at("job-tree.js").starts_with("sha384-"));
  CHECK(integrity.contains("job-tree.wasm"));
}

TEST_CASE("Each encoding has an ETag of its own") {
  const Files files = built_in();
  const std::string plain = header(get(files, "job-tree.js"), "ETag");
  const std::string brotli = header(get(files, "job-tree.js", "br"), "ETag");
  const std::string gzip = header(get(files, "job-tree.js", "gzip"), "ETag");
  CHECK(plain == etag_of("export const tree = 1;"));
  CHECK(plain != brotli);
  CHECK(brotli != gzip);
  CHECK(get(files, "job-tree.js", "br", brotli).status == 304);
  CHECK(get(files, "job-tree.js", "br", brotli).body.empty());
  // A version is one in whatever coding: the browser keeps what it has, under the tag it has.
  CHECK(get(files, "job-tree.js", "br", plain).status == 304);
  CHECK(header(get(files, "job-tree.js", "br", plain), "ETag") == plain);
  CHECK(get(files, "job-tree.js", "br", "\"another\"").status == 200);
  CHECK(header(get(files, "job-tree.js", "br", brotli), "ETag") == brotli);
  CHECK(header(get(files, "job-tree.js", "br", brotli), "Vary") == "Accept-Encoding");
}

TEST_CASE("Files have their types and are always asked for again") {
  const Files files = built_in();
  CHECK(header(get(files, "index.html"), "Content-Type") == "text/html; charset=utf-8");
  CHECK(header(get(files, "job-tree.js"), "Content-Type") == "text/javascript; charset=utf-8");
  CHECK(header(get(files, "job-tree.wasm"), "Content-Type") == "application/wasm");
  CHECK(header(get(files, "tiny.svg"), "Content-Type") == "image/svg+xml; charset=utf-8");
  CHECK(header(get(files, "index.html"), "Cache-Control") == "no-cache");
}

TEST_CASE("Other sites may load the element and its engine, but not the page") {
  const Files files = built_in();
  for (const char* name : {"job-tree.js", "job-tree.wasm"}) {
    INFO(name);
    CHECK(header(get(files, name), "Access-Control-Allow-Origin") == "*");
    CHECK(header(get(files, name), "Cross-Origin-Resource-Policy") == "cross-origin");
  }
  CHECK(header(get(files, "index.html"), "Access-Control-Allow-Origin").empty());
  CHECK(header(get(files, "index.html"), "Cross-Origin-Resource-Policy").empty());
}

TEST_CASE("There are no files but those of the page") {
  const Files files = built_in();
  for (const char* name : {"", "index.htm", "INDEX.HTML", "/index.html", "../index.html",
                           "job-tree.js.br", "%69ndex.html"}) {
    INFO(name);
    CHECK_FALSE(files.get(name));
  }
}

TEST_CASE("A folder goes before the built-in files and is read anew each time") {
  const Folder folder;
  folder.write("index.html", "one");
  auto made = Files::make(kAssets, folder.path());
  REQUIRE(made);
  const Files& files = made.value();
  const std::string first = header(get(files, "index.html", "br"), "ETag");
  CHECK(get(files, "index.html", "br").body == "one");
  CHECK(get(files, "index.html", "br", first).status == 304);
  folder.write("index.html", "two");
  CHECK(get(files, "index.html", "br", first).body == "two");
  CHECK(get(files, "job-tree.js", "br").body == "js.br");
}

TEST_CASE("Nothing outside the folder and nothing but page files is served") {
  const Folder folder;
  folder.write("key.txt", "secret");
  folder.write(".hidden.js", "secret");
  std::filesystem::create_directory(folder.path() / "folder.js");
  std::filesystem::create_directory(folder.path() / "inner");
  folder.write("inner/x.js", "secret");
  auto files = Files::make(kAssets, folder.path() / "inner");
  REQUIRE(files);
  CHECK(get(files.value(), "x.js").body == "secret");
  for (const char* name : {"../key.txt", "..", ".", "../.hidden.js", "a/../x.js", "./x.js"}) {
    INFO(name);
    CHECK_FALSE(files.value().get(name));
  }
  auto outer = Files::make(kAssets, folder.path());
  REQUIRE(outer);
  for (const char* name : {"key.txt", ".hidden.js", "folder.js", "inner/x.js", "inner"}) {
    INFO(name);
    CHECK_FALSE(outer.value().get(name));
  }
}

TEST_CASE("A folder that is not there is an error at the start") {
  const auto files = Files::make(kAssets, "/nonexistent/folder");
  REQUIRE_FALSE(files);
  CHECK(files.error().find("/nonexistent/folder") != std::string::npos);
}

}  // namespace files_test
