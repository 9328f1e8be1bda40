#include "gateway/access/security_headers.h"

#include <string>

#include "unit/catch.h"

namespace security_headers_test {

using jobtree::gateway::add_security_headers;
using jobtree::gateway::allow_framing;
using jobtree::gateway::data_policy_line;
using jobtree::gateway::security_header_lines;

namespace {

httplib::Response response_of(int status, const std::string& type) {
  httplib::Response response;
  response.status = status;
  response.set_content("x", type.c_str());
  return response;
}

std::string header(const httplib::Response& response, const char* name) {
  return response.get_header_value(name);
}

}  // namespace

TEST_CASE("Every answer tells browsers to be strict") {
  httplib::Response page = response_of(200, "text/html; charset=utf-8");
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

  httplib::Response data = response_of(404, "application/problem+json");
  add_security_headers(data);
  CHECK(header(data, "Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'");
}

TEST_CASE("A page for frames names who may show it, and is as strict otherwise") {
  httplib::Response framed = response_of(200, "text/html; charset=utf-8");
  allow_framing("http://10.0.0.7:3000 https://portal.example.com", framed);
  add_security_headers(framed);
  httplib::Response page = response_of(200, "text/html; charset=utf-8");
  add_security_headers(page);
  const std::string strict = header(page, "Content-Security-Policy");
  CHECK(header(framed, "Content-Security-Policy") ==
        strict.substr(0, strict.size() - std::string_view("'none'").size()) +
            "'self' http://10.0.0.7:3000 https://portal.example.com");
  CHECK(header(framed, "Cross-Origin-Resource-Policy") == "cross-origin");
  CHECK(header(framed, "Cross-Origin-Embedder-Policy") == "require-corp");
}

TEST_CASE("A header that an answer already has stays") {
  httplib::Response script = response_of(200, "text/javascript");
  script.set_header("Cross-Origin-Resource-Policy", "cross-origin");
  add_security_headers(script);
  CHECK(header(script, "Cross-Origin-Resource-Policy") == "cross-origin");
  CHECK(script.get_header_value_count("Cross-Origin-Resource-Policy") == 1);
}

TEST_CASE("A 304 has no policy, which would take the place of the one that was kept") {
  httplib::Response unchanged;
  unchanged.status = 304;
  add_security_headers(unchanged);
  CHECK_FALSE(unchanged.has_header("Content-Security-Policy"));
  CHECK(header(unchanged, "X-Content-Type-Options") == "nosniff");
}

TEST_CASE("Responses that are worded once are as strict") {
  httplib::Response data = response_of(200, "application/json");
  add_security_headers(data);
  const std::string lines = security_header_lines() + data_policy_line();
  for (const auto& [name, value] : data.headers) {
    if (name == "Content-Type") continue;
    INFO(name);
    const std::string line = std::string(name).append(": ").append(value).append("\r\n");
    CHECK(lines.find(line) != std::string::npos);
  }
}

}  // namespace security_headers_test
