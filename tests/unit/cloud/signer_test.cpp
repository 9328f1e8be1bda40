// The signer against published and recomputed signatures, and against what it must refuse.
#include "cloud/key/signer.h"

#include <atomic>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/utc.h"
#include "unit/catch.h"

namespace signer_test {

namespace {

using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)
using nlohmann::json;

constexpr std::string_view kDate = "20261123T141500Z";

const json& vectors() {
  static const json loaded = [] {
    std::ifstream file(JOBTREE_TEST_DATA "/signing.json");
    return json::parse(file);
  }();
  return loaded;
}

std::string text(const json& value) {
  return value.get<std::string>();
}

Key test_key() {
  return {"AKTESTVECTOR00000001", Secret("sk/Test+Vector=Key")};
}

Request job_request() {
  return {.host = "vpc.example.com", .path = "/v1/p/jobs/j", .query = ""};
}

std::string canonical(const Request& request) {
  const auto signature = Signer(test_key()).sign(request, kDate);
  return signature ? signature.value().canonical_request : "refused: " + signature.error();
}

std::string line_of(const std::string& text, int number) {
  std::size_t begin = 0;
  for (; number > 1; --number)
    begin = text.find('\n', begin) + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

bool is_refused(const Request& request, std::string_view date = kDate) {
  const auto signature = Signer(test_key()).sign(request, date);
  return !signature && !signature.error().empty();
}

bool are_refused(const std::vector<Header>& headers) {
  Request request = job_request();
  request.headers = headers;
  return is_refused(request);
}

}  // namespace

TEST_CASE("Every published signature is reproduced to the letter") {
  REQUIRE(vectors()["vectors"].size() == 40);
  for (const json& vector : vectors()["vectors"]) {
    const json& input = vector["input"];
    const json& expected = vector["expected"];
    CAPTURE(text(vector["id"]));
    const std::string method = input["method"], host = input["host"], date = input["date"];
    const std::string path = input["wire_path"], query = input["wire_query"];
    const std::string body = input["body"].is_null() ? "" : text(input["body"]);
    std::vector<Header> headers;
    for (const json& header : input["headers"])
      headers.push_back({header[0], header[1]});
    std::optional<Scope> scope;
    if (input["algorithm"] == "V11-HMAC-SHA256") scope = Scope{input["region"], input["service"]};

    const Key key{input["ak"], Secret(text(input["sk"]))};
    const auto made = Signer(key, scope).sign({method, host, path, query, headers, body}, date);
    REQUIRE(made);
    CHECK(made.value().canonical_request == text(expected["canonical_request"]));
    CHECK(made.value().string_to_sign == text(expected["string_to_sign"]));
    CHECK(made.value().signed_headers == text(expected["signed_headers"]));
    CHECK(made.value().signature == text(expected["signature"]));
    CHECK(made.value().authorization == text(expected["authorization"]));
  }
}

TEST_CASE("A decoded path is encoded to what is sent") {
  int compared = 0;
  for (const json& vector : vectors()["vectors"]) {
    const std::string path = vector["input"]["path"];
    if (path.find('%') != std::string::npos) continue;  // a decoded "%" would read as an escape
    CAPTURE(path);
    const auto encoded = encode_path(path);
    REQUIRE(encoded);
    CHECK(encoded.value() == text(vector["input"]["wire_path"]));
    ++compared;
  }
  CHECK(compared == 39);
}

TEST_CASE("A given canonical request is signed as the official Go client signs it") {
  int signed_requests = 0;
  for (const json& vector : vectors()["go_unit_tests"]["vectors"]) {
    const std::string algorithm = vector["algorithm"];
    if (algorithm == "SDK-HMAC-SM3") continue;  // another digest, which we do not offer
    std::optional<Scope> scope;
    if (algorithm == "V11-HMAC-SHA256") scope = Scope{"test-region-1", "demo"};
    const Key key{vector["ak"], Secret(text(vector["sk"]))};
    const auto made = Signer(key, scope)
                          .sign_canonical(vector["canonical_request"], vector["signed_headers"],
                                          text(vector["date"]));
    REQUIRE(made);
    CHECK(made.value().string_to_sign == text(vector["string_to_sign"]));
    CHECK(made.value().authorization == text(vector["authorization"]));
    ++signed_requests;
  }
  CHECK(signed_requests == 4);
}

TEST_CASE("A signature covers the host with its port") {
  Request request = job_request();
  request.host = "127.0.0.1:18080";
  CHECK(line_of(canonical(request), 4) == "host:127.0.0.1:18080");
}

TEST_CASE("An escaped slash stays inside its segment") {
  Request request = job_request();
  request.path = "/v1/a%2Fb/%2f";
  CHECK(line_of(canonical(request), 2) == "/v1/a%2Fb/%2F/");
}

TEST_CASE("A path is decoded exactly once") {
  Request request = job_request();
  request.path = "/a%252Fb/%41%7e/..";
  CHECK(line_of(canonical(request), 2) == "/a%252Fb/A~/../");
}

TEST_CASE("Bytes that are not UTF-8 and zero bytes are encoded like any other") {
  CHECK(encode_path(std::string_view("/\xff\0", 3)).value() == "/%FF%00");
  CHECK(encode_query(std::string_view("a=\xff\0", 4)).value() == "a=%FF%00");
}

TEST_CASE("A query is sorted by encoded key, then by value") {
  CHECK(encode_query("b=2&a=1&a=0").value() == "a=0&a=1&b=2");
  CHECK(encode_query("a-=1&a=2").value() == "a=2&a-=1");          // by key, not by the whole piece
  CHECK(encode_query("~=1&%C3%A9=2").value() == "%C3%A9=2&~=1");  // as encoded, not as decoded
}

TEST_CASE("A query's odd pieces are taken as they are meant") {
  CHECK(encode_query("").value().empty());
  CHECK(encode_query("flag").value() == "flag=");
  CHECK(encode_query("=v").value() == "=v");
  CHECK(encode_query("a=b=c").value() == "a=b%3Dc");
  CHECK(encode_query("&a=1&&b=2&").value() == "a=1&b=2");
  CHECK(encode_query("q=a+b").value() == "q=a%2Bb");
  CHECK(encode_query("q=a/b%26c").value() == "q=a%2Fb%26c");
}

TEST_CASE("A broken escape is refused wherever it stands") {
  for (const char* text : {"%", "%4", "%G0", "%4G", "a%", "%%41"}) {
    CAPTURE(text);
    CHECK_FALSE(encode_path(text));
    CHECK_FALSE(encode_query(text));
    CHECK_FALSE(encode_query(std::string("k=") + text));
  }
}

TEST_CASE("A content hash in the headers takes the place of the body's") {
  const std::vector<Header> headers{{"X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD"}};
  Request request = job_request();
  request.headers = headers;
  request.body = "anything";
  CHECK(canonical(request).ends_with("\nUNSIGNED-PAYLOAD"));
}

TEST_CASE("What the signing rule leaves open is refused") {
  CHECK(are_refused({{"X-A", "1"}, {"x-a", "2"}}));
  CHECK(are_refused({{"Host", "elsewhere.example.com"}}));
  CHECK(are_refused({{"X-Sdk-Date", "20261123T141500Z"}}));
  CHECK(are_refused({{"Authorization", "x"}}));
}

TEST_CASE("Text that could break out of its line is refused") {
  CHECK(are_refused({{"X-A", "1\r\nX-B: 2"}}));
  CHECK(are_refused({{"X-A", std::string("1\0", 2)}}));
  CHECK(are_refused({{"X-A: 1\nX-B", "2"}}));
  CHECK(are_refused({{"", "1"}}));
  CHECK(are_refused({{"X A", "1"}}));
  Request request = job_request();
  request.host = "a.example.com\nx:y";
  CHECK(is_refused(request));
  request = job_request();
  request.method = "GET /";
  CHECK(is_refused(request));
}

TEST_CASE("Texts beyond the bounds are refused") {
  const std::string long_path(8 * 1024 + 1, 'a');
  Request request = job_request();
  request.path = long_path;
  CHECK(is_refused(request));
  request = job_request();
  request.query = long_path;
  CHECK(is_refused(request));
  CHECK(are_refused({{"X-A", std::string(16 * 1024 + 1, 'a')}}));
  CHECK(are_refused({{std::string(129, 'a'), "1"}}));
  std::vector<Header> many;
  many.reserve(65);
  for (int i = 0; i < 65; ++i)
    many.push_back({"x-" + std::to_string(i), "1"});
  CHECK(are_refused(many));
  const std::string large(std::size_t{12} * 1024 * 1024 + 1, 'a');
  request = job_request();
  request.body = large;
  CHECK(is_refused(request));
}

TEST_CASE("A date that is no moment is refused") {
  for (const char* date :
       {"", "20261123", "20261123T141500", "20261123T141500z", "2026-1-23T141500Z",
        "20261323T141500Z", "20260230T141500Z", "20261123T241500Z", "20261123T146000Z",
        "20261123T141561Z", "20261123T141500Z\n", "+0261123T141500Z"}) {
    CAPTURE(date);
    CHECK(is_refused(job_request(), date));
  }
  CHECK_FALSE(is_refused(job_request(), "20240229T235960Z"));
}

TEST_CASE("Nothing is signed with an empty or unprintable key") {
  const auto signs = [](const char* access, const char* secret) {
    return static_cast<bool>(Signer({access, Secret(secret)}).sign(job_request(), kDate));
  };
  CHECK(signs("AK", "SK"));
  CHECK_FALSE(signs("", "SK"));
  CHECK_FALSE(signs("AK", ""));
  CHECK_FALSE(signs("A K", "SK"));
  CHECK_FALSE(signs("AK\r\nX: y", "SK"));
}

TEST_CASE("Threads that share a signer make the signatures that one alone makes") {
  constexpr int kThreads = 8;  // more than the signer keeps states for
  constexpr int kEach = 500;
  for (const auto& scope : {std::optional<Scope>(), std::optional(Scope{"cn-north-4", "eip"})}) {
    const Signer shared(test_key(), scope);
    const auto sign = [&shared](const std::string& path) {
      Request request = job_request();
      request.path = path;
      const auto made = shared.sign(request, kDate);
      return made ? made.value().signature : "refused: " + made.error();
    };
    std::vector<std::string> paths;
    std::vector<std::string> alone;
    for (int i = 0; i < kThreads; ++i) {
      paths.push_back("/v1/p/jobs/" + std::to_string(i));
      alone.push_back(sign(paths.back()));
    }
    std::atomic<int> same = 0;
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < paths.size(); ++i) {
        threads.emplace_back([&, i] {
          for (int n = 0; n < kEach; ++n)
            same += sign(paths[i]) == alone[i] ? 1 : 0;
        });
      }
    }
    CHECK(same == kThreads * kEach);
  }
}

TEST_CASE("A derived key needs a sound region and service") {
  const auto signs = [](const char* region, const char* service) {
    return static_cast<bool>(Signer(test_key(), Scope{region, service}).sign(job_request(), kDate));
  };
  CHECK(signs("cn-north-4", "eip"));
  CHECK_FALSE(signs("", "eip"));
  CHECK_FALSE(signs("cn-north-4", ""));
  CHECK_FALSE(signs("cn/north", "eip"));
  CHECK_FALSE(signs("cn-north-4", "eip, x"));
}

TEST_CASE("The date of a signature is the moment in UTC, cut to the second") {
  using namespace std::chrono;  // NOLINT(google-build-using-namespace)
  const auto at = [](sys_days day, milliseconds time) {
    return sdk_date(time_point_cast<system_clock::duration>(day + time));
  };
  CHECK(at(2019y / 11 / 15, 3h + 36min + 55s + 999ms) == "20191115T033655Z");
  CHECK(at(1970y / 1 / 1, 0ms) == "19700101T000000Z");
  CHECK(at(2024y / 2 / 29, 23h + 59min + 59s) == "20240229T235959Z");
}

template <class T>
using Printed = decltype(std::declval<std::ostream&>() << std::declval<const T&>());

template <class T>
concept Printable = std::is_reference_v<Printed<T>>;

TEST_CASE("A secret cannot be printed or copied, and leaves when it is moved") {
  STATIC_REQUIRE(Printable<std::string>);
  STATIC_REQUIRE_FALSE(Printable<Secret>);
  STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<Secret>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<Secret, std::string_view>);
  Secret from("short");
  const Secret to(std::move(from));
  CHECK(to.reveal() == "short");
  CHECK(from.empty());  // NOLINT(bugprone-use-after-move): that it is empty is the point
  CHECK(Secret().empty());
  CHECK(Secret("").empty());
}

}  // namespace signer_test
