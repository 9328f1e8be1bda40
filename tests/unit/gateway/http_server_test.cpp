#include "gateway/http_server.h"

#include <atomic>
#include <future>
#include <stdexcept>
#include <string>

#include "unit/catch.h"
#include "unit/gateway/client.h"

using jobtree::gateway::Connection;
using jobtree::gateway::get;
using jobtree::gateway::HttpServer;
using jobtree::gateway::Reply;
using jobtree::gateway::request;
using jobtree::gateway::Request;
using jobtree::gateway::Response;

namespace {

constexpr const char* kJson = "Content-Type: application/json\r\n";

Response text(int status, std::string body) {
  return {.status = status, .content_type = "text/plain", .body = std::move(body)};
}

/// Serves `handler`; faults say their status in the body.
class Running {
 public:
  explicit Running(HttpServer::Handler handler) {
    auto bound = HttpServer::bind({.port = 0, .threads = 4});
    REQUIRE(bound);
    server_ = std::move(bound.value());
    server_->serve(std::move(handler), [](int status, std::string_view) {
      return text(status, "fault " + std::to_string(status));
    });
  }
  HttpServer& server() { return *server_; }
  int port() const { return server_->port(); }

 private:
  std::unique_ptr<HttpServer> server_;
};

/// Tells what came.
Response echo(const Request& request) {
  return text(200, request.method + " " + request.path + " " + request.body);
}

std::string host_line(int port) {
  return "Host: 127.0.0.1:" + std::to_string(port) + "\r\n";
}

}  // namespace

TEST_CASE("A handler gets the path as it came, without the query") {
  Running running(echo);
  CHECK(get(running.port(), "/a%2Fb/%2e%2e/..;/%00?x=1").body == "GET /a%2Fb/%2e%2e/..;/%00 ");
  CHECK(get(running.port(), "/").body == "GET / ");
  CHECK(request(running.port(), "OPTIONS", "*").body == "OPTIONS * ");
}

TEST_CASE("A header that comes twice is joined, so that two hosts are none") {
  Running running([](const Request& request) { return text(200, request.host); });
  const std::string ours = "127.0.0.1:" + std::to_string(running.port());
  const std::string body = get(running.port(), "/", "Host: b\r\n").body;
  CHECK((body == ours + ", b" || body == "b, " + ours));  // the library keeps no order
}

TEST_CASE("Many requests go over one connection") {
  Running running(echo);
  Connection connection(running.port());
  for (int i = 0; i < 20; ++i) {
    connection.send("GET /" + std::to_string(i) + " HTTP/1.1\r\n" + host_line(running.port()) +
                    "\r\n");
    CHECK(connection.read().body == "GET /" + std::to_string(i) + " ");
  }
}

TEST_CASE("A JSON body of a stated length is read") {
  Running running(echo);
  CHECK(request(running.port(), "POST", "/x", kJson, "{\"a\":1}").body == "POST /x {\"a\":1}");
  CHECK(request(running.port(), "POST", "/x", "Content-Type: application/json; charset=utf-8\r\n",
                "{}")
            .body == "POST /x {}");
  CHECK(request(running.port(), "POST", "/x").body == "POST /x ");
}

TEST_CASE("A body of any other kind is refused unread, and the connection with it") {
  Running running(echo);
  struct Case {
    const char* method;
    std::string headers;
    int status;
  };
  const std::string json = kJson;
  const std::vector<Case> cases{
      {"POST", json + "Transfer-Encoding: chunked\r\n", 411},
      {"POST", json + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", 411},
      {"POST", json + "Content-Length: 2x\r\n", 400},
      {"POST", json + "Content-Length: -2\r\n", 400},
      {"POST", json + "Content-Length: 2\r\nContent-Length: 2\r\n", 400},
      {"POST", json + "Content-Length: 99999999999999999999999\r\n", 400},
      {"POST", json + "Content-Length: 2\r\nContent-Encoding: gzip\r\n", 415},
      {"POST", "Content-Length: 2\r\n", 415},
      {"POST", "Content-Length: 2\r\nContent-Type: text/plain\r\n", 415},
      {"POST", "Content-Length: 2\r\nContent-Type: multipart/form-data; boundary=x\r\n", 415},
      {"POST", "Content-Length: 2\r\nContent-Type: application/jsonx\r\n", 415},
      {"GET", "Content-Length: 2\r\n", 400},
      {"GET", "Transfer-Encoding: chunked\r\n", 400},
  };
  for (const auto& [method, headers, status] : cases) {
    INFO(method << " " << headers);
    Connection connection(running.port());
    connection.send(std::string(method) + " / HTTP/1.1\r\n" + host_line(running.port()) + headers +
                    "\r\n{}");
    const Reply reply = connection.read();
    CHECK(reply.status == status);
    CHECK(reply.body == "fault " + std::to_string(status));
    CHECK(reply.header("connection") == "close");
    CHECK(connection.is_closed());
  }
}

TEST_CASE("What follows a head whose body was not read is not taken for a request") {
  std::atomic<int> calls = 0;
  Running running([&calls](const Request&) {
    ++calls;
    return text(405, "no");
  });
  Connection connection(running.port());
  const std::string smuggled = "GET /smuggled HTTP/1.1\r\n" + host_line(running.port()) + "\r\n";
  connection.send("PUT / HTTP/1.1\r\n" + host_line(running.port()) +
                  "Content-Length: " + std::to_string(smuggled.size()) + "\r\n\r\n");
  CHECK(connection.read().status == 405);
  connection.send(smuggled);
  CHECK(connection.is_closed());
  CHECK(calls == 1);
}

TEST_CASE("Bodies and addresses have bounds") {
  Running running(echo);
  const std::string largest(std::size_t{64} * 1024, 'x');
  CHECK(request(running.port(), "POST", "/", kJson, largest).body == "POST / " + largest);
  CHECK(request(running.port(), "POST", "/", kJson, largest + "x").status == 413);
  CHECK(get(running.port(), "/" + std::string(1023, 'a')).status == 200);
  CHECK(get(running.port(), "/" + std::string(1024, 'a')).status == 414);
  CHECK(get(running.port(), "/?" + std::string(1023, 'a')).status == 414);
  CHECK(get(running.port(), "/" + std::string(9000, 'a')).status == 414);
}

TEST_CASE("What is not HTTP is a fault") {
  Running running(echo);
  for (const char* bytes :
       {"hello\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/3.0\r\n\r\n", "FETCH / HTTP/1.1\r\n\r\n"}) {
    INFO(bytes);
    Connection connection(running.port());
    connection.send(bytes);
    const Reply reply = connection.read();
    CHECK(reply.status == 400);
    CHECK(reply.body == "fault 400");
    CHECK(connection.is_closed());
  }
}

TEST_CASE("An exception becomes a fault, and its text stays inside") {
  Running running([](const Request& request) -> Response {
    if (request.path == "/odd") throw 42;
    throw std::runtime_error("a secret");
  });
  for (const char* path : {"/", "/odd"}) {
    const Reply reply = get(running.port(), path);
    CHECK(reply.status == 500);
    CHECK(reply.body == "fault 500");
    for (const auto& [name, value] : reply.headers) {
      CHECK(value.find("secret") == std::string::npos);
    }
  }
  CHECK(request(running.port(), "POST", "/", kJson, "{}").status == 500);
}

TEST_CASE("Answers go out whole and as they are, whatever the request would like") {
  Running running([](const Request&) {
    return Response{.status = 200, .content_type = "text/html", .body = std::string(5000, 'a')};
  });
  const Reply ranged = get(running.port(), "/", "Range: bytes=0-3\r\n");
  CHECK(ranged.status == 200);
  CHECK(ranged.body.size() == 5000);
  const Reply encoded = get(running.port(), "/", "Accept-Encoding: gzip, br\r\n");
  CHECK(encoded.body.size() == 5000);
  CHECK(encoded.header("content-encoding").empty());
  const Reply head = request(running.port(), "HEAD", "/");
  CHECK(head.header("content-length") == "5000");
  CHECK(head.header("accept-ranges") == "none");
  CHECK(head.header("date").ends_with(" GMT"));
}

TEST_CASE("Two servers do not share a port") {
  Running running(echo);
  const auto second = HttpServer::bind({.port = running.port(), .threads = 1});
  REQUIRE_FALSE(second);
  CHECK(second.error().find("in use") != std::string::npos);
  CHECK(second.error().find(std::to_string(running.port())) != std::string::npos);
}

TEST_CASE("An address that is not this machine's cannot be listened on") {
  CHECK_FALSE(HttpServer::bind({.host = "192.0.2.1", .port = 0, .threads = 1}));
  CHECK_FALSE(HttpServer::bind({.host = "not a host", .port = 0, .threads = 1}));
}

TEST_CASE("A port that was bound but never served is free again") {
  int port = 0;
  {
    auto bound = HttpServer::bind({.port = 0, .threads = 1});
    REQUIRE(bound);
    port = bound.value()->port();
  }
  CHECK(HttpServer::bind({.port = port, .threads = 1}));
}

TEST_CASE("A stop lets the answer that is under way go out") {
  std::promise<void> entered;
  std::promise<void> released;
  Running running([&](const Request&) {
    entered.set_value();
    released.get_future().wait();
    return text(200, "late");
  });
  auto reply = std::async(std::launch::async, [&] { return get(running.port(), "/"); });
  entered.get_future().wait();
  running.server().stop();
  running.server().stop();  // twice is once
  CHECK_THROWS(Connection(running.port()));
  released.set_value();
  CHECK(reply.get().body == "late");
  running.server().wait();
}
