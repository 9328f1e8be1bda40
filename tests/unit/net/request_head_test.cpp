#include "net/request/request_head.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "unit/catch.h"

namespace request_head_test {

using jobtree::net::HeadReading;
using jobtree::net::read_head;
using jobtree::net::Refusal;
using jobtree::net::RequestHead;
using jobtree::net::Unfinished;

namespace {

constexpr std::array<std::string_view, 6> kMethods{"GET",  "HEAD", "OPTIONS",
                                                   "POST", "PUT",  "DELETE"};

const std::string kHost = "Host: h\r\n";

/// A GET with these lines after its Host.
std::string with(const std::string& lines) {
  return "GET / HTTP/1.1\r\n" + kHost + lines + "\r\n";
}

std::string post(const std::string& lines) {
  return "POST / HTTP/1.1\r\n" + kHost + lines + "\r\n";
}

/// What the head is refused with; 200 when it is not, 0 when it is not all there.
int status_of(std::string_view bytes) {
  const HeadReading reading = read_head(bytes, kMethods, std::size_t{64} << 10);
  if (const auto* refusal = std::get_if<Refusal>(&reading)) return refusal->status;
  return std::holds_alternative<Unfinished>(reading) ? 0 : 200;
}

RequestHead good(std::string_view bytes) {
  const HeadReading reading = read_head(bytes, kMethods, std::size_t{64} << 10);
  REQUIRE(std::holds_alternative<RequestHead>(reading));
  return std::get<RequestHead>(reading);
}

std::string headers(int count, const std::string& value = "a") {
  std::string lines;
  for (int i = 0; i < count; ++i) {
    lines += "X: " + value + "\r\n";
  }
  return lines;
}

}  // namespace

TEST_CASE("A head is read as it stands, nothing decoded") {
  const std::string bytes =
      "GET /a%20b/%2e%2e?x=%41 HTTP/1.1\r\nhOST: h:1\r\nX-Odd:\t %41+ \xff \t\r\nEmpty:\r\n\r\n";
  const std::string more = bytes + "GET /next";
  const RequestHead head = good(more);
  CHECK(head.method == "GET");
  CHECK(head.target == "/a%20b/%2e%2e?x=%41");
  CHECK(head.header("Host") == "h:1");
  CHECK(head.header("x-odd") == "%41+ \xff");
  CHECK(head.header("Empty").empty());
  CHECK(head.header("None").empty());
  CHECK(head.size == bytes.size());
  CHECK(head.body_size == 0);
}

TEST_CASE("Headers of one name are joined in their order") {
  const std::string bytes = with("A: 1\r\nB: 2\r\na: 3\r\nA:\r\n");
  CHECK(good(bytes).header("A") == "1, 3, ");
}

TEST_CASE("A connection is kept unless the head says otherwise") {
  CHECK(good(with("")).keeps_connection);
  CHECK(good(with("Connection: keep-alive\r\n")).keeps_connection);
  CHECK_FALSE(good(with("connection: Close\r\n")).keeps_connection);
  CHECK_FALSE(good(with("Connection: Upgrade , close\r\n")).keeps_connection);
  CHECK_FALSE(good("GET / HTTP/1.0\r\n\r\n").keeps_connection);
  CHECK_FALSE(good("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keeps_connection);
}

TEST_CASE("A head that has not all come is waited for, however it is cut") {
  const std::string bytes = post("Content-Type: application/json\r\nContent-Length: 2\r\n");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    INFO(size);
    CHECK(status_of(bytes.substr(0, size)) == 0);
  }
  CHECK(good(bytes).body_size == 2);
}

TEST_CASE("A request line is a known method, a path and a version") {
  struct Case {
    std::string line;
    int status;
  };
  const std::vector<Case> cases{
      {"GET / HTTP/1.1", 200},
      {"HEAD /a?b HTTP/1.1", 200},
      {"OPTIONS * HTTP/1.1", 200},
      {"OPTIONS / HTTP/1.1", 200},
      {"POST / HTTP/1.1", 200},
      {"PUT / HTTP/1.1", 200},
      {"DELETE / HTTP/1.1", 200},
      {"PATCH / HTTP/1.1", 405},
      {"TRACE / HTTP/1.1", 405},
      {"CONNECT h:1 HTTP/1.1", 405},
      {"PRI * HTTP/1.1", 405},
      {"get / HTTP/1.1", 405},
      {"GET * HTTP/1.1", 400},
      {"GET http://h/ HTTP/1.1", 200},
      {"GET HTTP://H/a?b HTTP/1.1", 200},
      {"GET http://other/ HTTP/1.1", 400},
      {"GET http:// HTTP/1.1", 400},
      {"GET http://h@h/ HTTP/1.1", 400},
      {"GET ftp://h/ HTTP/1.1", 400},
      {"GET a HTTP/1.1", 400},
      {"GET  HTTP/1.1", 400},
      {"GET  / HTTP/1.1", 400},
      {"GET /  HTTP/1.1", 400},
      {"GET / HTTP/1.1 ", 400},
      {"GET /a b HTTP/1.1", 400},
      {"GET\t/ HTTP/1.1", 400},
      {"G(T / HTTP/1.1", 400},
      {" GET / HTTP/1.1", 400},
      {"GET /", 400},
      {"GET / HTTP/1.2", 400},
      {"GET / HTTP/2.0", 400},
      {"GET / http/1.1", 400},
      {"GET /\x01 HTTP/1.1", 400},
      {"GET /\x7f HTTP/1.1", 400},
      {"GET /\xc3\xa9 HTTP/1.1", 400},
      {"GET /#a HTTP/1.1", 400},
      {"GET /%0d%0a HTTP/1.1", 400},
      {"GET /%00 HTTP/1.1", 400},
      {"GET /%1F HTTP/1.1", 400},
      {"GET /%7f HTTP/1.1", 400},
      {"GET /?a=%0A HTTP/1.1", 400},
      {"GET /%20%2e%80%zz%0 HTTP/1.1", 200},
      {"GET /%250a HTTP/1.1", 200},  // a "%0a" to whoever decodes twice; nobody here does once
  };
  for (const auto& [line, status] : cases) {
    INFO(line);
    CHECK(status_of(std::string(line).append("\r\n").append(kHost).append("\r\n")) == status);
  }
}

TEST_CASE("Only one host is a host") {
  CHECK(status_of("GET / HTTP/1.1\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.1\r\nHost:\r\n\r\n") == 200);  // whether it is ours is asked later
  CHECK(status_of(with(kHost)) == 400);
  CHECK(status_of(with("HOST: h\r\n")) == 400);
  CHECK(status_of("GET / HTTP/1.0\r\n\r\n") == 200);
  CHECK(status_of("GET / HTTP/1.0\r\n" + kHost + kHost + "\r\n") == 400);
}

TEST_CASE("A line is a header with CRLF behind it, or the head is refused") {
  for (const std::string& lines : {
           std::string("X: a\n"),
           std::string("X: a\r\r\n"),
           std::string("X: a\rY: b\r\n"),
           std::string("X: a\0b\r\n", 8),
           std::string("X: a\x01\r\n"),
           std::string("X: a\x7f\r\n"),
           std::string("X: a\r\n folded\r\n"),
           std::string("X: a\r\n\tfolded\r\n"),
           std::string("X : a\r\n"),
           std::string(": a\r\n"),
           std::string("X\r\n"),
           std::string("X(: a\r\n"),
           std::string("X\xff: a\r\n"),
       }) {
    INFO(lines);
    CHECK(status_of(with(lines)) == 400);
  }
  CHECK(status_of("GET / HTTP/1.1\nHost: h\n\n") == 400);
  CHECK(status_of("\r\n" + with("")) == 400);
}

TEST_CASE("What others mean by their headers does not matter here") {
  CHECK(status_of(with("X: a%0d%0aY: b\r\nZ: %00\r\n")) == 200);
  CHECK(status_of(with("Range: bytes=0-3\r\n")) == 200);
  CHECK(status_of(with("Cookie: theirs=a%0Ab\r\n")) == 200);
  CHECK(status_of(with("Referer: https://portal.example.com/?note=a%0Ab\r\n")) == 200);
  CHECK(status_of(with("Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n")) == 200);
  CHECK(status_of(with("REMOTE_ADDR: 10.0.0.1\r\n")) == 200);
}

TEST_CASE("A body has a stated length, and only some methods may bring one") {
  const std::string json = "Content-Type: application/json\r\n";
  struct Case {
    std::string bytes;
    int status;
  };
  const std::vector<Case> cases{
      {post(""), 200},
      {post("Content-Length: 0\r\n"), 200},
      {post(json + "Content-Length: 65536\r\n"), 200},
      {post("Content-Type: Application/JSON ; charset=utf-8\r\nContent-Length: 2\r\n"), 200},
      {post(json + "Content-Length: 65537\r\n"), 413},
      {post(json + "Content-Length: 999999999999999999\r\n"), 413},
      {post(json + "Content-Length: 99999999999999999999999\r\n"), 400},
      {post(json + "Content-Length: 2x\r\n"), 400},
      {post(json + "Content-Length: -2\r\n"), 400},
      {post(json + "Content-Length: +2\r\n"), 400},
      {post(json + "Content-Length: 2, 2\r\n"), 400},
      {post(json + "Content-Length:\r\n"), 400},
      {post(json + "Content-Length: 2\r\nContent-Length: 2\r\n"), 400},
      {post(json + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"), 400},
      {post(json + "Transfer-Encoding: chunked\r\n"), 411},
      {with("Content-Length: 0\r\n"), 200},
      {with(json + "Content-Length: 2\r\n"), 200},
      {with(json + "Content-Length: 65537\r\n"), 413},
      {"OPTIONS / HTTP/1.1\r\n" + kHost + "Content-Length: 2\r\n\r\n", 400},
      {with("Transfer-Encoding: chunked\r\n"), 400},
      {with("Transfer-Encoding: identity\r\n"), 400},
  };
  for (const auto& [bytes, status] : cases) {
    INFO(bytes);
    CHECK(status_of(bytes) == status);
  }
}

TEST_CASE("A head has bounds") {
  const auto path = [](std::size_t size) {
    return "GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\n" + kHost + "\r\n";
  };
  CHECK(status_of(path(7168)) == 200);
  CHECK(status_of(path(7169)) == 414);
  CHECK(status_of(path(9000)) == 414);
  CHECK(status_of(with(headers(63))) == 200);
  CHECK(status_of(with(headers(64))) == 431);
  CHECK(status_of(with("X: " + std::string(8187, 'a') + "\r\n")) == 200);
  CHECK(status_of(with("X: " + std::string(8188, 'a') + "\r\n")) == 431);
  const std::string lines = headers(60, std::string(260, 'a')) + "Y: ";
  const std::size_t left = 16384 - with(lines + "\r\n").size();
  CHECK(status_of(with(lines + std::string(left, 'a') + "\r\n")) == 200);
  CHECK(status_of(with(lines + std::string(left + 1, 'a') + "\r\n")) == 431);
}

TEST_CASE("Cookies may be large, since they are other programs'") {
  const auto cookie = [](std::size_t size) { return "Cookie: " + std::string(size, 'a') + "\r\n"; };
  CHECK(status_of(with(cookie(32000))) == 200);
  CHECK(status_of(with(cookie(15000) + cookie(15000))) == 200);
  CHECK(status_of(with(cookie(15000) + headers(50, std::string(250, 'a')))) == 200);
  CHECK(status_of(with(cookie(33000))) == 431);
  CHECK(status_of(with(cookie(20000) + cookie(20000))) == 431);
  CHECK(status_of("GET / HTTP/1.1\r\nCookie: " + std::string(33000, 'a')) == 431);
}

TEST_CASE("An expectation is met or refused") {
  const std::string length = "Content-Length: 2\r\n";
  CHECK(good(post(length + "Expect: 100-continue\r\n")).expects_continue);
  CHECK_FALSE(good(with("Expect: 100-Continue\r\n")).expects_continue);  // there is nothing to send
  CHECK(status_of(post(length + "Expect: 200-ok\r\n")) == 417);
}

TEST_CASE("The host is the target's, where it names one, and else the header's") {
  CHECK(good(with("")).host == "h");
  CHECK(good("GET http://H:80/a?b HTTP/1.1\r\nHost: h:80\r\n\r\n").host == "H:80");
  CHECK(good("GET http://h/a?b HTTP/1.1\r\nHost: h\r\n\r\n").target == "/a?b");
  CHECK(good("GET http://h HTTP/1.1\r\nHost: h\r\n\r\n").target == "/");
  CHECK(status_of("GET / HTTP/1.1\r\nHost: a b\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.1\r\nHost: user@h\r\n\r\n") == 400);
}

TEST_CASE("A head without end is refused when its bounds are reached, not later") {
  CHECK(status_of(std::string(8191, 'a')) == 0);
  CHECK(status_of(std::string(8192, 'a')) == 414);
  const std::string first = "GET / HTTP/1.1\r\n";
  CHECK(status_of(first + std::string(8191, 'a')) == 0);
  CHECK(status_of(first + std::string(8192, 'a')) == 431);
  const std::string filled = first + headers(50, std::string(300, 'a'));
  CHECK(status_of(filled + std::string(16383 - filled.size(), 'a')) == 0);
  CHECK(status_of(filled + std::string(16384 - filled.size(), 'a')) == 431);
}

TEST_CASE("What cannot be HTTP is refused at its first byte") {
  CHECK(status_of("\x16\x03\x01") == 400);  // TLS
  CHECK(status_of(std::string_view("\0", 1)) == 400);
  CHECK(status_of(" ") == 400);
}

}  // namespace request_head_test
