#include "gateway/access/origin_policy.h"

#include <string>
#include <vector>

#include "unit/catch.h"

namespace origin_policy_test {

using jobtree::gateway::is_same_origin;
using jobtree::gateway::OriginPolicy;

namespace {

OriginPolicy allowing(const std::vector<std::string>& origins) {
  auto made = OriginPolicy::make(origins);
  REQUIRE(made);
  return made.value();
}

}  // namespace

TEST_CASE("A page of this server may ask, and so may a program that is no page") {
  CHECK(is_same_origin("localhost:8080", "", ""));
  CHECK(is_same_origin("localhost:8080", "", "none"));
  CHECK(is_same_origin("localhost:8080", "", "same-origin"));
  CHECK(is_same_origin("localhost:8080", "http://localhost:8080", "same-origin"));
  CHECK(is_same_origin("jobs.example.com", "https://Jobs.example.com", ""));
}

TEST_CASE("A page of another site may not ask") {
  for (const char* origin :
       {"null", "http://evil.com", "http://localhost", "http://localhost:8081",
        "http://localhost:8080.evil.com", "http://evil.com/http://localhost:8080",
        "http://127.0.0.1:8080", "ftp://localhost:8080", "localhost:8080",
        "http://localhost:8080, http://evil.com", "http://localhost:8080/"}) {
    INFO(origin);
    CHECK_FALSE(is_same_origin("localhost:8080", origin, ""));
  }
  for (const char* site : {"cross-site", "same-site", "anything"}) {
    INFO(site);
    CHECK_FALSE(is_same_origin("localhost:8080", "", site));
  }
}

TEST_CASE("An origin to allow is one page's, as browsers send it") {
  const auto policy_for = [](const std::string& origin) { return OriginPolicy::make({origin}); };
  struct Case {
    std::string given;
    std::string sent;
  };
  for (const auto& [given, sent] : std::vector<Case>{
           {"https://portal.example.com", "https://portal.example.com"},
           {"HTTPS://Portal.Example.com", "https://portal.example.com"},
           {"https://portal.example.com:443", "https://portal.example.com"},
           {"http://portal.example.com:80", "http://portal.example.com"},
           {"https://portal.example.com:8443", "https://portal.example.com:8443"},
           {"http://[::1]:3000", "http://[::1]:3000"},
           {"http://[::1]", "http://[::1]"},
       }) {
    INFO(given);
    const auto made = policy_for(given);
    REQUIRE(made);
    CHECK(made.value().allows(sent));
    CHECK_FALSE(made.value().allows(""));
    CHECK_FALSE(made.value().allows("null"));
    CHECK_FALSE(made.value().allows(sent + "/"));
    CHECK_FALSE(made.value().allows(sent + ".evil.com"));
    CHECK_FALSE(made.value().allows(std::string(sent).append(", ").append(sent)));
  }
  for (const char* given :
       {"", "*", "null", "portal.example.com", "https://", "https://*", "https://*.example.com",
        "https://portal.example.com/", "https://portal.example.com/x", "https://user@example.com",
        "https://portal.example.com:", "https://portal.example.com:0", "https://example.com:08443",
        "file://", "ftp://example.com", "https://a b", "https://a,b", "https://example.com."}) {
    INFO(given);
    CHECK_FALSE(policy_for(given));
  }
}

TEST_CASE(
    "A page that may ask may read the response, and a cache is told that it depends on who asks") {
  const OriginPolicy policy = allowing({"https://portal.example.com"});
  httplib::Response allowed;
  policy.add_headers("https://portal.example.com", allowed);
  CHECK(allowed.get_header_value("Access-Control-Allow-Origin") == "https://portal.example.com");
  CHECK(allowed.get_header_value("Access-Control-Expose-Headers").find("ETag, Age") == 0);
  CHECK(allowed.get_header_value("Vary") == "Origin");
  CHECK_FALSE(allowed.has_header("Access-Control-Allow-Credentials"));

  httplib::Response refused;
  refused.set_header("Vary", "Accept-Encoding");
  policy.add_headers("https://evil.example", refused);
  CHECK_FALSE(refused.has_header("Access-Control-Allow-Origin"));
  CHECK(refused.get_header_value("Vary") == "Accept-Encoding, Origin");

  httplib::Response for_all;
  for_all.set_header("Access-Control-Allow-Origin", "*");
  policy.add_headers("https://portal.example.com", for_all);
  CHECK(for_all.get_header_value("Access-Control-Allow-Origin") == "*");
  CHECK_FALSE(for_all.has_header("Vary"));
}

TEST_CASE("The lines for responses that are worded once say the same as the headers") {
  const OriginPolicy policy = allowing({"https://portal.example.com", "http://10.0.0.7:3000"});
  for (const char* origin : {"", "https://portal.example.com", "https://evil.example"}) {
    INFO(origin);
    httplib::Response response;
    policy.add_headers(origin, response);
    const std::string lines(policy.header_lines(origin));
    std::size_t size = 0;
    for (const auto& [name, value] : response.headers) {
      const std::string line = std::string(name).append(": ").append(value).append("\r\n");
      CHECK(lines.find(line) != std::string::npos);
      size += line.size();
    }
    CHECK(lines.size() == size);
  }
  CHECK(policy.names() == "http://10.0.0.7:3000 https://portal.example.com");
}

}  // namespace origin_policy_test
