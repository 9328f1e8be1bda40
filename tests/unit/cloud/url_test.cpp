// URLs taken apart: what is taken, what is refused, and what counts as near by.
#include "cloud/where/url.h"

#include <string>

#include "unit/catch.h"

namespace url_test {

namespace {

using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)

Url url(const std::string& text) {
  auto parsed = parse_url(text);
  REQUIRE(parsed);
  return std::move(parsed.value());
}

}  // namespace

TEST_CASE("A URL is taken apart as it is written", "[url]") {
  const Url all = url("https://vpc.cn-north-4.example.com:8443/v1/a%2Fb/../jobs?id=a+b&x");
  CHECK(all.scheme == "https");
  CHECK(all.host == "vpc.cn-north-4.example.com:8443");
  CHECK(all.path == "/v1/a%2Fb/../jobs");
  CHECK(all.query == "id=a+b&x");
  const Url bare = url("http://host");
  CHECK(bare.host == "host");
  CHECK(bare.path.empty());
  CHECK(bare.query.empty());
  CHECK(url("https://host?a=b/c").query == "a=b/c");
  CHECK(url("https://host?a=b/c").path.empty());
}

TEST_CASE("The scheme's own port is left out, as clients do in the Host header", "[url]") {
  CHECK(url("https://host:443/").host == "host");
  CHECK(url("http://host:80").host == "host");
  CHECK(url("https://host:80").host == "host:80");
  CHECK(url("http://[::1]:80").host == "[::1]");
  CHECK(url("http://[::1]:8080").host == "[::1]:8080");
}

TEST_CASE("What would not be sent is refused, not repaired", "[url]") {
  for (const std::string& bad : {std::string(),
                                 std::string("host"),
                                 std::string("//host/"),
                                 std::string("ftp://host/"),
                                 std::string("HTTP://host/"),
                                 std::string("https:/host"),
                                 std::string("https://"),
                                 std::string("https:///path"),
                                 std::string("https://user@host/"),
                                 std::string("https://user:pw@host/"),
                                 std::string("https://host/#part"),
                                 std::string("https://host:0/"),
                                 std::string("https://host:65536/"),
                                 std::string("https://host:/"),
                                 std::string("https://host:+80/"),
                                 std::string("https://host:080000/"),
                                 std::string("https://host:8o/"),
                                 std::string("https://.host/"),
                                 std::string("https://host./"),
                                 std::string("https://ho..st/"),
                                 std::string("https://ho st/"),
                                 std::string("https://ho_st/"),
                                 std::string("https://host\\evil/"),
                                 std::string("https://h\xC3\xB6st/"),
                                 std::string("https://[::1/"),
                                 std::string("https://[evil]/"),
                                 std::string("https://[]/"),
                                 "https://" + std::string(254, 'a') + "/",
                                 "https://host/" + std::string(std::size_t{16} * 1024, 'a')}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_url(bad));
  }
}

TEST_CASE("A refusal never repeats what may be a secret", "[url]") {
  const auto parsed = parse_url("https://AKUSER:SECRET@host/");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().find("SECRET") == std::string::npos);
}

TEST_CASE("Loopback is this machine by its usual names, whatever the port", "[url]") {
  for (const char* near_by : {"http://127.0.0.1", "http://127.0.0.1:9443/x", "https://[::1]:1",
                              "http://localhost", "http://localhost:8080/"}) {
    CAPTURE(near_by);
    CHECK(is_loopback(url(near_by)));
  }
  for (const char* far : {"http://127.0.0.1.evil.com", "http://localhost.evil.com",
                          "http://10.0.0.1", "http://[::2]", "http://169.254.169.254"}) {
    CAPTURE(far);
    CHECK_FALSE(is_loopback(url(far)));
  }
}

}  // namespace url_test
