#include "gateway/http_server.h"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "unit/catch.h"
#include "unit/gateway/client.h"

using jobtree::gateway::Connection;
using jobtree::gateway::get;
using jobtree::gateway::HttpServer;
using jobtree::gateway::Reply;
using jobtree::gateway::request;
using jobtree::gateway::Request;
using jobtree::gateway::Response;
using jobtree::gateway::ServerOptions;

#ifdef __SANITIZE_THREAD__
/// A thread lets the kernel tell of a connection again (Server::watch), and the kernel may tell
/// another thread, which closes it, before epoll_ctl has returned to the first. That is no race:
/// the kernel has looked the file up before it tells anybody, and does not look at its number
/// again. The sanitizer knows of the order from EPOLL_CTL_ADD alone, not from EPOLL_CTL_MOD. Frames
/// that were inlined have no more than the bare name.
extern "C" const char* __tsan_default_suppressions() {
  return "race:^watch$\nrace:Server::watch\n";
}
#endif

namespace {

constexpr const char* kJson = "Content-Type: application/json\r\n";

Response text(int status, std::string body) {
  return {.status = status, .content_type = "text/plain", .body = std::move(body)};
}

/// Serves `handler`; faults say their status in the body.
class Running {
 public:
  explicit Running(HttpServer::Handler handler, const ServerOptions& options = {.threads = 4}) {
    auto bound = HttpServer::bind(options);
    REQUIRE(bound);
    server_ = std::move(bound.value());
    server_->serve(std::move(handler), [](int status, std::string_view, std::string_view) {
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
  CHECK(get(running.port(), "/a%2Fb/%2e%2e/..;/%zz?x=1").body == "GET /a%2Fb/%2e%2e/..;/%zz ");
  CHECK(get(running.port(), "/").body == "GET / ");
  CHECK(request(running.port(), "OPTIONS", "*").body == "OPTIONS * ");
}

TEST_CASE("A handler gets headers as they came, those of one name joined in their order") {
  Running running([](const Request& request) {
    return text(200, request.host + "|" + request.origin + "|" + request.peer);
  });
  CHECK(get(running.port(), "/", "Origin: a%2Bb\r\nORIGIN: c\r\n").body ==
        "127.0.0.1:" + std::to_string(running.port()) + "|a%2Bb, c|127.0.0.1");
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

TEST_CASE("Pipelined requests are answered in their order") {
  Running running(echo);
  Connection connection(running.port());
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    bytes += "GET /" + std::to_string(i) + " HTTP/1.1\r\n" + host_line(running.port()) + "\r\n";
  }
  bytes += "POST /last HTTP/1.1\r\n" + host_line(running.port()) + kJson +
           "Content-Length: 2\r\nConnection: close\r\n\r\n{}GET /never HTTP/1.1\r\n";
  connection.send(bytes);
  for (int i = 0; i < 300; ++i) {
    CHECK(connection.read().body == "GET /" + std::to_string(i) + " ");
  }
  const Reply last = connection.read();
  CHECK(last.body == "POST /last {}");
  CHECK(last.header("connection") == "close");
  CHECK(connection.is_closed());
}

TEST_CASE("A request may come a byte at a time") {
  Running running(echo);
  Connection connection(running.port());
  for (const char byte : "POST /x HTTP/1.1\r\n" + host_line(running.port()) + kJson +
                             "Content-Length: 7\r\n\r\n{\"a\":1}") {
    connection.send({&byte, 1});
  }
  CHECK(connection.read().body == "POST /x {\"a\":1}");
}

TEST_CASE("A refused head is a fault, its connection is over, and no handler hears of it") {
  std::atomic<int> calls = 0;
  Running running([&calls](const Request&) {
    ++calls;
    return text(200, "served");
  });
  const std::string host = host_line(running.port());
  const std::string smuggled = "GET /smuggled HTTP/1.1\r\n" + host + "\r\n";
  struct Case {
    std::string bytes;
    int status;
  };
  const std::vector<Case> cases{
      {"GET / HTTP/1.1\r\n" + host + "Content-Length: " + std::to_string(smuggled.size()) +
           "\r\n\r\n",
       400},
      {"PUT / HTTP/1.1\r\n" + host + "Content-Length: 2\r\n\r\n{}", 405},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
      {"POST / HTTP/1.1\r\n" + host + kJson + "Content-Length: 65537\r\n\r\n", 413},
      {"GET /" + std::string(std::size_t{1} << 20, 'a'), 414},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 2\r\n\r\n{}", 415},
      {"GET / HTTP/1.1\r\nX: " + std::string(std::size_t{1} << 20, 'a'), 431},
      {"hello\r\n\r\n", 400},
  };
  for (const auto& [bytes, status] : cases) {
    INFO(bytes.substr(0, 200));
    Connection connection(running.port());
    connection.send(bytes);
    connection.send(smuggled);
    const Reply reply = connection.read();
    CHECK(reply.status == status);
    CHECK(reply.body == "fault " + std::to_string(status));
    CHECK(reply.header("connection") == "close");
    CHECK((reply.header("allow").empty() == (status != 405)));
    CHECK(connection.is_closed());
  }
  CHECK(calls == 0);
}

TEST_CASE("A refused HEAD is answered by a head alone") {
  Running running(echo);
  Connection connection(running.port());
  connection.send("HEAD / HTTP/1.1\r\n" + host_line(running.port()) + "Range: bytes=0-3\r\n\r\n");
  CHECK(connection.read(false).status == 400);
  CHECK(connection.is_closed());
}

TEST_CASE("The largest body is read whole") {
  Running running(echo);
  const std::string largest(std::size_t{64} * 1024, 'x');
  CHECK(request(running.port(), "POST", "/", kJson, largest).body == "POST / " + largest);
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
  CHECK(get(running.port(), "/", "Range: bytes=0-3\r\n").status == 400);
  const Reply encoded = get(running.port(), "/", "Accept-Encoding: gzip, br\r\n");
  CHECK(encoded.body.size() == 5000);
  CHECK(encoded.header("content-encoding").empty());
  const Reply head = request(running.port(), "HEAD", "/");
  CHECK(head.header("content-length") == "5000");
  CHECK(head.header("accept-ranges") == "none");
  CHECK(head.header("date").ends_with(" GMT"));
}

TEST_CASE("An answer that never has a body does not speak of its length, and another may follow") {
  Running running([](const Request& request) {
    return Response{.status = request.path == "/204" ? 204 : 304, .headers = {{"ETag", "\"1\""}}};
  });
  Connection connection(running.port());
  for (const char* path : {"/204", "/304", "/204"}) {
    connection.send("GET " + std::string(path) + " HTTP/1.1\r\n" + host_line(running.port()) +
                    "\r\n");
    const Reply reply = connection.read();
    CHECK(std::to_string(reply.status) == std::string(path).substr(1));
    CHECK(reply.header("etag") == "\"1\"");
    CHECK_FALSE(reply.headers.contains("content-length"));
  }
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

TEST_CASE("A stop closes connections that wait for a request, at once") {
  Running running(echo);
  Connection fresh(running.port());
  Connection used(running.port());
  used.send("GET / HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  CHECK(used.read().status == 200);
  Connection slow(running.port());
  slow.send("GET / HT");
  running.server().stop();
  CHECK(fresh.is_closed());
  CHECK(used.is_closed());
  CHECK(slow.is_closed());
  running.server().wait();
  CHECK(running.server().connections() == 0);
}

TEST_CASE("As many requests wait in handlers as there are threads, and others are still answered") {
  constexpr int kWaiting = 63;
  std::promise<void> released;
  const auto wait = released.get_future().share();
  std::atomic<int> entered = 0;
  Running running(
      [&](const Request& request) {
        if (request.path == "/wait") {
          ++entered;
          wait.wait();
        }
        return text(200, request.path);
      },
      {.threads = kWaiting + 1});
  std::vector<std::unique_ptr<Connection>> waiting;
  for (int i = 0; i < kWaiting; ++i) {
    waiting.push_back(std::make_unique<Connection>(running.port()));
    waiting.back()->send("GET /wait HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  }
  CHECK(get(running.port(), "/other").body == "/other");
  while (entered < kWaiting) {
    std::this_thread::yield();
  }
  CHECK(get(running.port(), "/other").body == "/other");
  CHECK(running.server().connections() >= kWaiting);
  released.set_value();
  for (const auto& connection : waiting) {
    CHECK(connection->read().body == "/wait");
  }
}

TEST_CASE("Who is slow loses the connection: without a request, within one, with an answer") {
  using std::chrono::milliseconds;
  const std::string large(std::size_t{16} << 20, 'x');
  Running running([&](const Request&) { return text(200, large); },
                  {.threads = 2,
                   .request_time = milliseconds(100),
                   .idle_time = milliseconds(100),
                   .answer_time = milliseconds(100),
                   .slowest_pace = std::size_t{1} << 40});
  Connection idle(running.port());
  Connection half(running.port());
  half.send("GET / HTTP/1.1\r\nHost: ");
  Connection deaf(running.port());
  deaf.send("GET / HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  CHECK(idle.is_closed());
  CHECK(half.is_closed());
  while (running.server().connections() > 0) {
    std::this_thread::yield();
  }
  CHECK_THROWS(deaf.read());
}

TEST_CASE("Who takes a large answer slowly, but takes it, has the time that it needs") {
  using std::chrono::steady_clock;
  const auto large = std::make_shared<const std::string>(std::size_t{16} << 20, 'x');
  Running running([&](const Request&) { return Response{.shared_body = large}; },
                  {.threads = 2,
                   .answer_time = std::chrono::milliseconds(100),
                   .slowest_pace = std::size_t{1} << 20});
  Connection slow(running.port());
  slow.send("GET / HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  // What the kernel took in the meantime is worth more than a second.
  for (const auto begin = steady_clock::now();
       steady_clock::now() - begin < std::chrono::milliseconds(700);) {
    std::this_thread::yield();
  }
  CHECK(slow.read().body == *large);
}

TEST_CASE("What many are sent is not copied for each, and goes out whole") {
  const auto shared = std::make_shared<const std::string>(std::size_t{8} << 20, 'x');
  Running running([&](const Request&) {
    return Response{.status = 200, .content_type = "text/plain", .shared_body = shared};
  });
  std::vector<std::unique_ptr<Connection>> viewers;
  for (int i = 0; i < 20; ++i) {
    viewers.push_back(std::make_unique<Connection>(running.port()));
    viewers.back()->send("GET / HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  }
  while (shared.use_count() < 21) {  // each connection holds the one body while it sends
    std::this_thread::yield();
  }
  for (const auto& viewer : viewers) {
    CHECK(viewer->read().body == *shared);
  }
  while (shared.use_count() > 1) {
    std::this_thread::yield();
  }
  const Reply head = request(running.port(), "HEAD", "/");
  CHECK(head.header("content-length") == std::to_string(shared->size()));
}

TEST_CASE("There is room for so many connections, and so many from one address") {
  for (const ServerOptions& options : {ServerOptions{.threads = 2, .max_connections = 3},
                                       ServerOptions{.threads = 2, .max_per_address = 3}}) {
    Running running(echo, options);
    Connection first(running.port());
    Connection second(running.port());
    {
      Connection third(running.port());
      Connection fourth(running.port());
      const Reply reply = fourth.read();
      CHECK(reply.status == 503);
      CHECK(reply.body == "fault 503");
      CHECK(fourth.is_closed());
    }
    while (running.server().connections() > 2) {
      std::this_thread::yield();
    }
    CHECK(get(running.port(), "/").status == 200);
  }
}
