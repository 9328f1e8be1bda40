#include "gateway/access/host_origin.h"

#include <algorithm>
#include <string>
#include <vector>

#include "unit/catch.h"

using jobtree::gateway::add_security_headers;
using jobtree::gateway::authority;
using jobtree::gateway::bearer_of;
using jobtree::gateway::Guard;
using jobtree::gateway::is_same_origin;
using jobtree::gateway::may_listen_on;
using jobtree::gateway::Request;
using jobtree::gateway::Response;

namespace {

Guard guard(int port, const std::vector<std::string>& allow_hosts = {}) {
  auto made = Guard::make("127.0.0.1", port, allow_hosts);
  REQUIRE(made);
  return made.value();
}

Request from(const std::string& host, const std::string& origin, const std::string& site = "") {
  Request request;
  request.host = host;
  request.origin = origin;
  request.fetch_site = site;
  return request;
}

std::string header(const Response& response, const std::string& name) {
  const auto found =
      std::ranges::find(response.headers, name, [](const auto& h) { return h.first; });
  return found == response.headers.end() ? "" : found->second;
}

}  // namespace

TEST_CASE("A server is known by its loopback names with its port") {
  const Guard ours = guard(8080);
  for (const char* host : {"127.0.0.1:8080", "localhost:8080", "LocalHost:8080", "[::1]:8080"}) {
    INFO(host);
    CHECK(ours.knows_host(host));
  }
}

TEST_CASE("Any other Host is refused") {
  const Guard ours = guard(8080, {"jobs.example.com"});
  for (const char* host : {"",
                           "localhost",  // the port is part of the name
                           "127.0.0.1",
                           "[::1]",
                           "::1:8080",
                           "127.0.0.1:8081",
                           "127.0.0.1:80",
                           "127.0.0.1:08080",
                           "127.0.0.1:8080 ",
                           " 127.0.0.1:8080",
                           "127.0.0.1:",
                           "127.0.0.1.:8080",  // a trailing dot is another name
                           "localhost.:8080",
                           "localhost.evil.com:8080",
                           "evil.com:8080",
                           "evillocalhost:8080",
                           "127a0b0c1:8080",  // no pattern whose dots match anything
                           "127.0.0.1:8080.evil.com",
                           "127.0.0.1:8080@evil.com",
                           "user@127.0.0.1:8080",
                           "127.1:8080",
                           "2130706433:8080",
                           "0.0.0.0:8080",
                           "[::ffff:127.0.0.1]:8080",
                           "127.0.0.1:8080, 127.0.0.1:8080",  // two Host headers
                           "127.0.0.1:8080, evil.com",
                           "jobs.example.com.:8080",
                           "xjobs.example.com",
                           "jobs.example.com:8081"}) {
    INFO(host);
    CHECK_FALSE(ours.knows_host(host));
  }
  CHECK_FALSE(ours.knows_host(std::string(100000, 'a')));
}

TEST_CASE("On port 80 the port may be left out, as browsers do") {
  CHECK(guard(80).knows_host("localhost"));
  CHECK(guard(80).knows_host("[::1]"));
  CHECK(guard(80).knows_host("127.0.0.1:80"));
  CHECK_FALSE(guard(8080).knows_host("localhost"));
}

TEST_CASE("Further names are good as they are given") {
  const Guard ours = guard(8080, {"jobs.example.com", "Portal.Example.com:8443", "[fd00::1]:9"});
  CHECK(ours.knows_host("jobs.example.com"));
  CHECK(ours.knows_host("jobs.example.com:8080"));
  CHECK(ours.knows_host("JOBS.example.com"));
  CHECK(ours.knows_host("portal.example.com:8443"));
  CHECK_FALSE(ours.knows_host("portal.example.com"));
  CHECK_FALSE(ours.knows_host("portal.example.com:8080"));
  CHECK(ours.knows_host("[fd00::1]:9"));
}

TEST_CASE("What cannot be a Host header is not taken as a further name") {
  for (const char* name : {"", "*", "*.example.com", "http://example.com", "a b", "a/b", "a,b",
                           "example.com.", ".example.com", "example.com:", "example.com:0",
                           "example.com:65536", "example.com:8x", "[]:1", "::1", "exämple.com"}) {
    INFO(name);
    CHECK_FALSE(Guard::make("127.0.0.1", 8080, {name}));
  }
}

TEST_CASE("Only loopback addresses are listened on") {
  for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST"}) {
    INFO(host);
    CHECK(may_listen_on(host, false));
  }
  for (const char* host :
       {"", "0.0.0.0", "::", "192.168.1.1", "example.com", "127.0.0.1.evil.com", "127.0.0",
        "127.0.0.256", "127.0.0.1.1", "127.", "128.0.0.1", "localhost.evil.com", "127.0.0.x"}) {
    INFO(host);
    const auto allowed = may_listen_on(host, false);
    REQUIRE_FALSE(allowed);
    CHECK(allowed.error().find("loopback") != std::string::npos);
  }
}

TEST_CASE("An IPv6 address stands in brackets before its port") {
  CHECK(authority("127.0.0.1", 80) == "127.0.0.1:80");
  CHECK(authority("::1", 8080) == "[::1]:8080");
}

TEST_CASE("A page of this server may ask, and so may a program that is no page") {
  CHECK(is_same_origin(from("localhost:8080", "")));
  CHECK(is_same_origin(from("localhost:8080", "", "none")));
  CHECK(is_same_origin(from("localhost:8080", "", "same-origin")));
  CHECK(is_same_origin(from("localhost:8080", "http://localhost:8080", "same-origin")));
  CHECK(is_same_origin(from("jobs.example.com", "https://Jobs.example.com")));
}

TEST_CASE("A page of another site may not ask") {
  for (const char* origin :
       {"null", "http://evil.com", "http://localhost", "http://localhost:8081",
        "http://localhost:8080.evil.com", "http://evil.com/http://localhost:8080",
        "http://127.0.0.1:8080", "ftp://localhost:8080", "localhost:8080",
        "http://localhost:8080, http://evil.com", "http://localhost:8080/"}) {
    INFO(origin);
    CHECK_FALSE(is_same_origin(from("localhost:8080", origin)));
  }
  for (const char* site : {"cross-site", "same-site", "anything"}) {
    INFO(site);
    CHECK_FALSE(is_same_origin(from("localhost:8080", "", site)));
  }
}

TEST_CASE("Every answer tells browsers to be strict") {
  Response page{.status = 200, .content_type = "text/html; charset=utf-8", .body = {}};
  add_security_headers(page);
  CHECK(header(page, "Content-Security-Policy") ==
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src "
        "'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for "
        "'script'; trusted-types 'none'; frame-ancestors 'none'");
  CHECK(header(page, "X-Content-Type-Options") == "nosniff");
  CHECK(header(page, "Referrer-Policy") == "no-referrer");
  CHECK(header(page, "Cross-Origin-Opener-Policy") == "same-origin");
  CHECK(header(page, "Cross-Origin-Resource-Policy") == "same-origin");

  Response data{.status = 404, .content_type = "application/problem+json", .body = {}};
  add_security_headers(data);
  CHECK(header(data, "Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'");
}

TEST_CASE("A page for frames names who may show it, and is as strict otherwise") {
  const auto guard =
      Guard::make("127.0.0.1", 8080, {}, {"https://portal.example.com", "http://10.0.0.7:3000"});
  REQUIRE(guard);
  Response framed{.status = 200, .content_type = "text/html; charset=utf-8", .body = {}};
  guard.value().allow_framing(framed);
  add_security_headers(framed);
  Response page{.status = 200, .content_type = "text/html; charset=utf-8", .body = {}};
  add_security_headers(page);
  const std::string strict = header(page, "Content-Security-Policy");
  CHECK(header(framed, "Content-Security-Policy") ==
        strict.substr(0, strict.size() - std::string_view("'none'").size()) +
            "'self' http://10.0.0.7:3000 https://portal.example.com");
  CHECK(header(framed, "Cross-Origin-Resource-Policy") == "cross-origin");
}

TEST_CASE("A header that an answer already has stays") {
  Response script{.status = 200,
                  .content_type = "text/javascript",
                  .body = {},
                  .headers = {{"Cross-Origin-Resource-Policy", "cross-origin"}}};
  add_security_headers(script);
  CHECK(header(script, "Cross-Origin-Resource-Policy") == "cross-origin");
  CHECK(std::ranges::count(script.headers, "Cross-Origin-Resource-Policy",
                           [](const auto& h) { return h.first; }) == 1);
}

TEST_CASE("With tokens any address may be listened on") {
  for (const char* host : {"127.0.0.1", "0.0.0.0", "::", "192.168.1.1"}) {
    INFO(host);
    CHECK(may_listen_on(host, true));
  }
  CHECK_FALSE(may_listen_on("", true));
}

TEST_CASE("An origin to allow is one page's, as browsers send it") {
  const auto guard_for = [](const std::string& origin) {
    return Guard::make("127.0.0.1", 8080, {}, {origin});
  };
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
    const auto made = guard_for(given);
    REQUIRE(made);
    CHECK(made.value().allows_origin(sent));
    CHECK_FALSE(made.value().allows_origin(""));
    CHECK_FALSE(made.value().allows_origin("null"));
    CHECK_FALSE(made.value().allows_origin(sent + "/"));
    CHECK_FALSE(made.value().allows_origin(sent + ".evil.com"));
    CHECK_FALSE(made.value().allows_origin(std::string(sent).append(", ").append(sent)));
  }
  for (const char* given :
       {"", "*", "null", "portal.example.com", "https://", "https://*", "https://*.example.com",
        "https://portal.example.com/", "https://portal.example.com/x", "https://user@example.com",
        "https://portal.example.com:", "https://portal.example.com:0", "https://example.com:08443",
        "file://", "ftp://example.com", "https://a b", "https://a,b", "https://example.com."}) {
    INFO(given);
    CHECK_FALSE(guard_for(given));
  }
}

TEST_CASE("A bearer's token is what follows the scheme") {
  CHECK(bearer_of("Bearer a") == "a");
  CHECK(bearer_of("bEARER   a b") == "a b");
  CHECK(bearer_of("Bearer ") == "");
  for (const char* header : {"", "Bearer", "Bearera", "Basic a", " Bearer a"}) {
    INFO(header);
    CHECK_FALSE(bearer_of(header));
  }
}
