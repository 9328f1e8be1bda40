// The files of channels: found, read, and read again when they change.
#include "notify/setup/setup_watch.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "support/home.h"
#include "unit/notify/told.h"

namespace jobtree::notify::setup_test {

using namespace tests;
using namespace std::chrono_literals;

namespace {

constexpr const char* kFile = R"(
channels:
  ops:
    kind: feishu
    url_file: ops.url
    secret_file: ops.secret
rules:
  - {on: [failed], to: [ops]}
)";

class Files {
 public:
  Files() {
    write("notify.yaml", kFile);
    write("ops.url", "https://open.feishu.cn/open-apis/bot/v2/hook/0123456789abcdef\n");
    write("ops.secret", "  demo  \n");
  }

  std::string path(const std::string& name) const { return home_.path() + "/" + name; }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name)) << text;
    ::chmod(path(name).c_str(), 0600);
  }
  Result<SetupFile> read(const Environment& environment = {}) const {
    return read_setup(path("notify.yaml"), environment);
  }

 private:
  jobtree::tests::Home home_;
};

}  // namespace

TEST_CASE("Files that a notification file names are beside it") {
  const Files files;
  const auto read = files.read();
  REQUIRE(read);
  const auto ready = read.value().setup.find("ops");
  REQUIRE(ready);
  CHECK(url_of(ready->channel, ready->secrets) ==
        "https://open.feishu.cn/open-apis/bot/v2/hook/0123456789abcdef");
  CHECK(ready->secrets.keys.at(0).reveal() == "demo");
  CHECK(read.value().setup.rules.size() == 1);
  CHECK(read.value().files == std::vector<std::string>{files.path("notify.yaml"),
                                                       files.path("ops.url"),
                                                       files.path("ops.secret")});
}

TEST_CASE("A credential of a systemd unit goes before a file beside") {
  const Files files;
  files.write("credentials/ops.secret", "another");
  const std::string folder = files.path("credentials");
  const auto read = files.read([&folder](const char* name) {
    return std::string_view(name) == "CREDENTIALS_DIRECTORY" ? std::string_view(folder)
                                                             : std::string_view();
  });
  REQUIRE(read);
  CHECK(read.value().setup.find("ops")->secrets.keys.at(0).reveal() == "another");
}

TEST_CASE("A file that is missing is named with the channel that wants it") {
  const Files files;
  std::filesystem::remove(files.path("ops.secret"));
  const auto read = files.read();
  REQUIRE_FALSE(read);
  CHECK(contains(read.error(), "channels.ops: "));
  CHECK(contains(read.error(), files.path("ops.secret")));
  CHECK(read.failure().kind() == Failure::Kind::usage);
}

TEST_CASE("A secret that anybody may write is refused") {
  const Files files;
  ::chmod(files.path("ops.secret").c_str(), 0666);
  const auto read = files.read();
  REQUIRE_FALSE(read);
  CHECK(contains(read.error(), "chmod 600"));
}

TEST_CASE("No failure shows a secret or a robot's URL") {
  const Files files;
  files.write("ops.url", "http://open.feishu.cn/open-apis/bot/v2/hook/0123456789abcdef");
  const auto read = files.read();
  REQUIRE_FALSE(read);
  CHECK(contains(read.error(), "channels.ops: "));
  CHECK_FALSE(contains(read.error(), "0123456789"));
}

TEST_CASE("The digest of settings changes with the URL and the secret and with nothing else") {
  const Files files;
  const auto digest = [&files] {
    const auto read = files.read();
    REQUIRE(read);
    return read.value().setup.find("ops")->settings;
  };
  const std::string first = digest();
  CHECK(digest() == first);
  files.write("notify.yaml", std::string(kFile) + "  - {on: [stuck], to: [ops]}\n");
  CHECK(digest() == first);
  files.write("ops.secret", "demo2");
  const std::string second = digest();
  CHECK(second != first);
  files.write("ops.url", "https://open.feishu.cn/open-apis/bot/v2/hook/fedcba9876543210");
  CHECK(digest() != second);
}

TEST_CASE("What changes is taken over and what is broken changes nothing") {
  const Files files;
  auto steady = std::chrono::steady_clock::now();
  Clock clock = real_clock();
  clock.steady = [&steady] { return steady; };
  const auto watch = SetupWatch::open(files.path("notify.yaml"), {}, clock);
  REQUIRE(watch);
  SetupWatch& setup = *watch.value();
  const auto look = [&]() -> std::string {
    // Until nobody has written for a while.
    for (int i = 0; i < 10; ++i) {
      steady += 2s;
      if (const auto said = setup.look()) return said->message;
    }
    return "";
  };
  CHECK(look().empty());
  files.write("ops.secret", "changed-secret");
  CHECK(contains(look(), "was loaded"));
  CHECK(setup.now()->find("ops")->secrets.keys.at(0).reveal() == "changed-secret");
  files.write("notify.yaml", "channels: {ops: {kind: pigeon}}");
  const std::string said = look();
  CHECK(contains(said, "was not loaded"));
  CHECK(contains(said, "kind"));
  CHECK(setup.now()->rules.size() == 1);
  files.write("notify.yaml", kFile);
  CHECK(contains(look(), "was loaded"));
  std::filesystem::remove(files.path("ops.secret"));
  CHECK(contains(look(), "is gone"));
  CHECK(setup.now()->find("ops") != nullptr);
}

TEST_CASE("A start with a file that is wrong fails") {
  const Files files;
  files.write("notify.yaml", "channels: {ops: {kind: pigeon}}");
  CHECK_FALSE(SetupWatch::open(files.path("notify.yaml"), {}, real_clock()));
  CHECK_FALSE(SetupWatch::open(files.path("none.yaml"), {}, real_clock()));
}

}  // namespace jobtree::notify::setup_test
