#include "net/http_server.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/until.h"
#include "unit/catch.h"
#include "unit/gateway/client.h"

namespace http_server_test {

using jobtree::gateway::Connection;
using jobtree::gateway::get;
using jobtree::gateway::Reply;
using jobtree::gateway::request;
using jobtree::net::Delivery;
using jobtree::net::Departure;
using jobtree::net::Exchange;
using jobtree::net::HttpServer;
using jobtree::net::Prepared;
using jobtree::net::RequestError;
using jobtree::net::Responder;
using jobtree::net::ServerOptions;
using jobtree::tests::until;

namespace {

constexpr const char* kJson = "Content-Type: application/json\r\n";

void text(Exchange& exchange, int status, const std::string& body) {
  exchange.response.status = status;
  exchange.response.set_content(body, "text/plain");
}

ServerOptions workers(std::size_t count) {
  ServerOptions options;
  options.workers = count;
  options.headers = {"Host", "Origin", "Accept-Encoding"};
  return options;
}

ServerOptions on(const std::string& host, int port) {
  ServerOptions options = workers(1);
  options.host = host;
  options.port = port;
  return options;
}

/// Serves `handler`; errors say their status in the body.
class Running {
 public:
  explicit Running(HttpServer::Handler handler, const ServerOptions& options = workers(2)) {
    auto bound = HttpServer::bind(options);
    REQUIRE(bound);
    server_ = std::move(bound.value());
    server_->serve(std::move(handler), [](const RequestError& error, httplib::Response& response) {
      response.set_content("error " + std::to_string(error.status), "text/plain");
    });
  }
  HttpServer& server() { return *server_; }
  int port() const { return server_->port(); }

 private:
  std::unique_ptr<HttpServer> server_;
};

/// Tells what came.
void echo(Exchange& exchange) {
  if (!exchange.has_body()) return exchange.await_body();
  text(exchange, 200,
       exchange.request.method + " " + exchange.request.target + " " + exchange.request.body);
}

/// Leaves responders behind, for a test to use.
class Deferred {
 public:
  void operator()(Exchange& exchange) {
    auto responder = exchange.defer(
        [this](Departure departure) { (departure == Departure::whole ? gone_ : half_gone_) += 1; });
    const std::lock_guard lock(mutex_);
    responders_.push_back(std::move(responder));
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return responders_.size();
  }
  Responder take(std::size_t place) {
    const std::lock_guard lock(mutex_);
    return responders_.at(place);
  }
  int gone() const { return gone_; }
  int half_gone() const { return half_gone_; }

 private:
  std::mutex mutex_;
  std::vector<Responder> responders_;
  std::atomic<int> gone_ = 0, half_gone_ = 0;
};

Prepared said(const std::string& body) {
  httplib::Response response;
  response.status = 200;
  response.set_content(body, "text/plain");
  return jobtree::net::prepare(std::move(response));
}

std::string host_line(int port) {
  return "Host: 127.0.0.1:" + std::to_string(port) + "\r\n";
}

/// Raises the soft limit of open files for one test; an ordinary user's is 1,024 on many machines.
class MoreFiles {
 public:
  explicit MoreFiles(rlim_t wanted) {
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
    rlimit more = before_;
    more.rlim_cur = std::max(before_.rlim_cur, std::min(wanted, before_.rlim_max));
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &more) == 0);
  }
  MoreFiles(const MoreFiles&) = delete;
  MoreFiles& operator=(const MoreFiles&) = delete;
  ~MoreFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("A handler gets the target as it came") {
  Running running(echo);
  CHECK(get(running.port(), "/a%2Fb/%2e%2e/..;/%zz?x=1").body == "GET /a%2Fb/%2e%2e/..;/%zz?x=1 ");
  CHECK(get(running.port(), "/").body == "GET / ");
  CHECK(request(running.port(), "OPTIONS", "*").body == "OPTIONS * ");
}

TEST_CASE("A handler gets headers as they came, those of one name joined in their order") {
  Running running([](Exchange& exchange) {
    text(exchange, 200,
         exchange.request.get_header_value("Host") + "|" + std::string(exchange.header("Origin")) +
             "|" + exchange.peer + "|" + exchange.request.get_header_value("X-Unknown") + "|" +
             exchange.head.header("X-Unknown"));
  });
  CHECK(get(running.port(), "/", "Origin: a%2Bb%0d\r\nORIGIN: c\r\nX-Unknown: %00\r\n").body ==
        "127.0.0.1:" + std::to_string(running.port()) + "|a%2Bb%0d, c|127.0.0.1||%00");
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

TEST_CASE("A body of a stated length is read") {
  Running running(echo);
  CHECK(request(running.port(), "POST", "/x", kJson, "{\"a\":1}").body == "POST /x {\"a\":1}");
  CHECK(request(running.port(), "POST", "/x", "", "{}").body == "POST /x {}");
  CHECK(request(running.port(), "POST", "/x").body == "POST /x ");
}

TEST_CASE("The body of a GET is skipped, and what follows it is the next request") {
  Running running([](Exchange& exchange) { text(exchange, 200, exchange.request.target); });
  Connection connection(running.port());
  connection.send("GET /a HTTP/1.1\r\n" + host_line(running.port()) + kJson +
                  "Content-Length: 2\r\n\r\n{}GET /b HTTP/1.1\r\n" + host_line(running.port()) +
                  "\r\n");
  CHECK(connection.read().body == "/a");
  CHECK(connection.read().body == "/b");
}

TEST_CASE("The body of a GET that does not come keeps nobody waiting, and ends the connection") {
  Running running([](Exchange& exchange) { text(exchange, 200, exchange.request.target); });
  Connection connection(running.port());
  connection.send("GET /a HTTP/1.1\r\n" + host_line(running.port()) +
                  "Content-Length: 100\r\n\r\n");
  const Reply reply = connection.read();
  CHECK(reply.body == "/a");
  CHECK(reply.header("connection") == "close");
}

TEST_CASE("A refusal does not wait for the body, and is read before the connection ends") {
  Running running(
      [](Exchange& exchange) { text(exchange, 401, exchange.has_body() ? "late" : "at once"); });
  Connection connection(running.port());
  connection.send("POST /x HTTP/1.1\r\n" + host_line(running.port()) +
                  "Content-Length: 60000\r\n\r\n{");
  const Reply reply = connection.read();
  CHECK(reply.status == 401);
  CHECK(reply.body == "at once");
  CHECK(reply.header("connection") == "close");
  connection.send(std::string(59999, 'x'));
  CHECK(connection.is_closed());
}

TEST_CASE("Who waits for 100 Continue hears it when its body is wanted") {
  Running running(echo);
  Connection connection(running.port());
  connection.send("POST /x HTTP/1.1\r\n" + host_line(running.port()) +
                  "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(connection.read(false).status == 100);
  connection.send("{}");
  CHECK(connection.read().body == "POST /x {}");
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

TEST_CASE("A head that comes again is the same request again, and no other is taken for it") {
  Deferred deferred;
  std::atomic<int> calls = 0;
  const Running running([&](Exchange& exchange) {
    if (exchange.request.path == "/later") return deferred(exchange);
    if (!exchange.has_body()) return exchange.await_body();
    text(exchange, 200,
         std::to_string(++calls) + " " + exchange.request.method + " " + exchange.request.target +
             " " + std::string(exchange.header("Origin")) + " " + exchange.head.header("X-Own") +
             " " + exchange.request.remote_addr + " " + exchange.request.body);
  });
  Connection connection(running.port());
  const auto ask = [&](const std::string& line, const std::string& more, const std::string& body) {
    connection.send(line + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n" + body);
    return connection.read().body;
  };
  for (const std::string number : {"1", "2", "3", "4"}) {
    CHECK(ask("GET /a", "Origin: b%20c\r\nX-Own: 1\r\n", "") ==
          number + " GET /a b%20c 1 127.0.0.1 ");
  }
  CHECK(ask("GET /a", "Origin: b\r\nX-Own: 2\r\n", "") == "5 GET /a b 2 127.0.0.1 ");
  CHECK(ask("GET /ab", "", "") == "6 GET /ab   127.0.0.1 ");
  for (const std::string body : {"one", "two", "six"}) {
    CHECK(ask("POST /a", "Content-Length: 3\r\n", body).ends_with("127.0.0.1 " + body));
  }
  for (const std::size_t number : {1, 2, 3}) {
    connection.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    REQUIRE(until([&] { return deferred.count() == number; }));
    deferred.take(number - 1).send(said("late"));
    CHECK(connection.read().body == "late");
  }
  // A last one ends the connection also when it has come before.
  CHECK(ask("GET /a", "", "") == "10 GET /a   127.0.0.1 ");
  CHECK(ask("GET /a", "", "") == "11 GET /a   127.0.0.1 ");
  CHECK(ask("GET /a", "Connection: close\r\n", "") == "12 GET /a   127.0.0.1 ");
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

TEST_CASE("A refused head is an error, its connection is over, and no handler hears of it") {
  std::atomic<int> calls = 0;
  Running running([&calls](Exchange& exchange) {
    ++calls;
    text(exchange, 200, "served");
  });
  const std::string host = host_line(running.port());
  const std::string smuggled = "GET /smuggled HTTP/1.1\r\n" + host + "\r\n";
  struct Case {
    std::string bytes;
    int status;
  };
  const std::vector<Case> cases{
      {"GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"PATCH / HTTP/1.1\r\n" + host + "Content-Length: 2\r\n\r\n{}", 405},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
      {"POST / HTTP/1.1\r\n" + host + kJson + "Content-Length: 65537\r\n\r\n", 413},
      {"GET /" + std::string(std::size_t{1} << 20, 'a'), 414},
      {"POST / HTTP/1.1\r\n" + host + "Expect: nothing\r\nContent-Length: 2\r\n\r\n{}", 417},
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
    CHECK(reply.body == "error " + std::to_string(status));
    CHECK(reply.header("connection") == "close");
    CHECK((reply.header("allow").empty() == (status != 405)));
    CHECK(connection.is_closed());
  }
  CHECK(calls == 0);
}

TEST_CASE("A refused HEAD is answered by a head alone") {
  Running running(echo);
  Connection connection(running.port());
  connection.send("HEAD / HTTP/1.1\r\n" + host_line(running.port()) + "Bad Name: 1\r\n\r\n");
  CHECK(connection.read(false).status == 400);
  CHECK(connection.is_closed());
}

TEST_CASE("The largest body is read whole") {
  Running running(echo);
  const std::string largest(std::size_t{64} * 1024, 'x');
  CHECK(request(running.port(), "POST", "/", kJson, largest).body == "POST / " + largest);
}

TEST_CASE("An exception becomes an error, and its text stays inside") {
  Running running([](Exchange& exchange) {
    if (exchange.request.target == "/odd") throw 42;
    if (exchange.request.target == "/deferred") exchange.defer();
    throw std::runtime_error("a secret");
  });
  for (const char* path : {"/", "/odd", "/deferred"}) {
    const Reply reply = get(running.port(), path);
    CHECK(reply.status == 500);
    CHECK(reply.body == "error 500");
    for (const auto& [name, value] : reply.headers) {
      CHECK(value.find("secret") == std::string::npos);
    }
  }
  CHECK(request(running.port(), "POST", "/", kJson, "{}").status == 500);
}

TEST_CASE("Answers go out whole and as they are, whatever the request would like") {
  Running running([](Exchange& exchange) {
    exchange.response.set_content(std::string(5000, 'a'), "text/html");
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

TEST_CASE("An answer that never has a body does not speak of its length, and another may follow") {
  Running running([](Exchange& exchange) {
    exchange.response.status = exchange.request.target == "/204" ? 204 : 304;
    exchange.response.set_header("ETag", "\"1\"");
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

TEST_CASE("A prepared answer goes out as it stands, and may have a date of its own") {
  httplib::Response response;
  response.status = 200;
  response.set_header("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
  response.set_content("hello", "text/plain");
  const Prepared prepared = jobtree::net::prepare(std::move(response));
  Running running([&](Exchange& exchange) { exchange.send(prepared); });
  for (int i = 0; i < 3; ++i) {
    const Reply reply = get(running.port(), "/");
    CHECK(reply.body == "hello");
    CHECK(reply.header("date") == "Sun, 06 Nov 1994 08:49:37 GMT");
  }
}

TEST_CASE("A header's value cannot begin another header") {
  httplib::Response response;
  response.headers.emplace("X-Bad", "a\r\nX-Worse: b");
  response.headers.emplace("X-Good", "c");
  const Prepared prepared = jobtree::net::prepare(std::move(response));
  CHECK(prepared.head->find("Worse") == std::string::npos);
  CHECK(prepared.head->find("X-Good: c\r\n") != std::string::npos);
}

TEST_CASE("Two servers do not share a port") {
  Running running(echo);
  const auto second = HttpServer::bind(on("127.0.0.1", running.port()));
  REQUIRE_FALSE(second);
  CHECK(second.error().find("in use") != std::string::npos);
  CHECK(second.error().find(std::to_string(running.port())) != std::string::npos);
}

TEST_CASE("An address that is not this machine's cannot be listened on") {
  CHECK_FALSE(HttpServer::bind(on("192.0.2.1", 0)));
  CHECK_FALSE(HttpServer::bind(on("not a host", 0)));
}

TEST_CASE("A port that was bound but never served is free again") {
  int port = 0;
  {
    auto bound = HttpServer::bind(on("127.0.0.1", 0));
    REQUIRE(bound);
    port = bound.value()->port();
  }
  CHECK(HttpServer::bind(on("127.0.0.1", port)));
}

TEST_CASE("A stop lets the answer that is under way go out") {
  Deferred deferred;
  Running running(std::ref(deferred));
  Connection viewer(running.port());
  viewer.send("GET / HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  REQUIRE(until([&] { return deferred.count() == 1; }));
  running.server().stop();
  running.server().stop();  // twice is once
  CHECK_THROWS(Connection(running.port()));
  deferred.take(0).send(said("late"));
  const Reply reply = viewer.read();
  CHECK(reply.body == "late");
  CHECK(reply.header("connection") == "close");
  running.server().wait();
}

TEST_CASE("A stop waits a while for an answer that never comes, and no longer") {
  Deferred deferred;
  Running running(std::ref(deferred));
  Connection viewer(running.port());
  viewer.send("GET / HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  REQUIRE(until([&] { return deferred.count() == 1; }));
  running.server().stop();
  running.server().wait();
  CHECK(running.server().connections() == 0);
  deferred.take(0).send(said("too late"));  // and is for nobody
}

TEST_CASE("A stop does not wait for a delivery that rests") {
  Running running([](Exchange& exchange) {
    Delivery delivery;
    delivery.delay = std::chrono::minutes(10);
    exchange.send(said("never"), delivery);
  });
  Connection viewer(running.port());
  viewer.send("GET / HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  REQUIRE(until([&] { return running.server().connections() == 1; }));
  running.server().stop();
  CHECK(viewer.is_closed());
  running.server().wait();
}

TEST_CASE("A method is served when the options name it, and the refusal says which are") {
  ServerOptions options = workers(1);
  options.methods = {"GET", "PUT"};
  Running running(echo, options);
  CHECK(request(running.port(), "PUT", "/x", "", "{}").body == "PUT /x {}");
  const Reply refused = request(running.port(), "POST", "/x", "", "{}");
  CHECK(refused.status == 405);
  CHECK(refused.header("allow") == "GET, PUT");
}

TEST_CASE("A stop closes connections that wait for a request, at once") {
  Running running(echo);
  Connection fresh(running.port());
  Connection used(running.port());
  used.send("GET / HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  CHECK(used.read().status == 200);
  running.server().stop();
  CHECK(fresh.is_closed());
  CHECK(used.is_closed());
  running.server().wait();
  CHECK(running.server().connections() == 0);
}

TEST_CASE("Who waits holds no thread: a thousand wait, and others are still answered") {
  constexpr std::size_t kWaiting = 1000;
  const MoreFiles more(3 * kWaiting);  // both ends of each connection are in this process
  Deferred deferred;
  Running running(
      [&](Exchange& exchange) {
        if (exchange.request.target == "/wait") return deferred(exchange);
        text(exchange, 200, exchange.request.target);
      },
      workers(1));
  std::vector<std::unique_ptr<Connection>> waiting;
  for (std::size_t i = 0; i < kWaiting; ++i) {
    waiting.push_back(std::make_unique<Connection>(running.port()));
    waiting.back()->send("GET /wait HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  }
  REQUIRE(until([&] { return deferred.count() == kWaiting; }));
  CHECK(get(running.port(), "/other").body == "/other");
  const Prepared news = said("news");
  for (std::size_t i = 0; i < kWaiting; ++i) {
    deferred.take(i).send(news);
    deferred.take(i).send(said("a second answer"));  // which is none
  }
  for (const auto& connection : waiting) {
    CHECK(connection->read().body == "news");
    connection->send("GET /other HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  }
  for (const auto& connection : waiting) {
    CHECK(connection->read().body == "/other");
  }
}

TEST_CASE("An answer may come from within the handler, and requests that wait behind it go on") {
  Running running(
      [](Exchange& exchange) { exchange.defer().send(said("GET " + exchange.request.target)); });
  Connection connection(running.port());
  std::string bytes;
  for (int i = 0; i < 50; ++i) {
    bytes += "GET /" + std::to_string(i) + " HTTP/1.1\r\n" + host_line(running.port()) + "\r\n";
  }
  connection.send(bytes);
  for (int i = 0; i < 50; ++i) {
    CHECK(connection.read().body == "GET /" + std::to_string(i));
  }
}

TEST_CASE("A viewer who leaves is an event; one who only ends its side still gets its answer") {
  Deferred deferred;
  Running running(std::ref(deferred));
  const std::string asked = "GET / HTTP/1.1\r\n" + host_line(running.port()) + "\r\n";
  {
    Connection viewer(running.port());
    viewer.send(asked);
    REQUIRE(until([&] { return deferred.count() == 1; }));
    viewer.reset();
  }
  CHECK(until([&] { return deferred.gone() == 1; }));
  CHECK(until([&] { return running.server().connections() == 0; }));
  deferred.take(0).send(said("for nobody"));

  Connection half(running.port());
  half.send(asked);
  REQUIRE(until([&] { return deferred.count() == 2; }));
  half.end_sending();
  CHECK(until([&] { return deferred.half_gone() >= 1; }));
  deferred.take(1).send(said("still here"));
  CHECK(half.read().body == "still here");
  CHECK(half.is_closed());
}

TEST_CASE("A late answer is not taken for the next request's") {
  Deferred deferred;
  Running running(std::ref(deferred));
  Connection viewer(running.port());
  const std::string asked = "GET / HTTP/1.1\r\n" + host_line(running.port()) + "\r\n";
  viewer.send(asked);
  REQUIRE(until([&] { return deferred.count() == 1; }));
  const Responder first = deferred.take(0);
  first.send(said("one"));
  CHECK(viewer.read().body == "one");
  viewer.send(asked);
  REQUIRE(until([&] { return deferred.count() == 2; }));
  first.send(said("one again"));
  deferred.take(1).send(said("two"));
  CHECK(viewer.read().body == "two");
}

TEST_CASE("A responder may outlive its server") {
  Responder responder;
  std::unique_ptr<Connection> viewer;
  {
    Deferred deferred;
    Running running(std::ref(deferred));
    viewer = std::make_unique<Connection>(running.port());
    viewer->send("GET / HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
    REQUIRE(until([&] { return deferred.count() == 1; }));
    responder = deferred.take(0);
  }
  responder.send(said("for nobody"));
  Responder().send(said("for nobody"));
}

TEST_CASE("A delivery sends late, in drops, not all, or ends with a reset") {
  const Prepared prepared = said(std::string(100, 'x'));
  std::map<std::string, Delivery> deliveries;
  deliveries["/late"].delay = std::chrono::milliseconds(20);
  deliveries["/drip"].drip = 7;
  deliveries["/drip"].drip_every = std::chrono::milliseconds(1);
  deliveries["/cut"].cut_after = 60;
  deliveries["/cut"].end = Delivery::End::close;
  deliveries["/reset"].cut_after = 0;
  deliveries["/reset"].end = Delivery::End::reset;
  deliveries["/close"].end = Delivery::End::close;
  deliveries["/close"].end_after = std::chrono::milliseconds(5);
  Running running(
      [&](Exchange& exchange) { exchange.send(prepared, deliveries.at(exchange.request.target)); });
  CHECK(get(running.port(), "/late").body == std::string(100, 'x'));
  CHECK(get(running.port(), "/drip").body == std::string(100, 'x'));
  CHECK_THROWS(get(running.port(), "/cut"));
  CHECK_THROWS(get(running.port(), "/reset"));
  Connection connection(running.port());
  connection.send("GET /close HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  const Reply kept = connection.read();
  CHECK(kept.header("connection") == "keep-alive");
  CHECK(connection.is_closed());
  CHECK(until([&] { return running.server().connections() == 0; }));
}

TEST_CASE("Who is slow loses the connection: without a request, within one, with an answer") {
  using std::chrono::milliseconds;
  const std::string large(std::size_t{16} << 20, 'x');
  ServerOptions options = workers(2);
  options.request_time = options.idle_time = options.answer_time = milliseconds(100);
  options.slowest_pace = std::size_t{1} << 40;
  Running running([&](Exchange& exchange) { text(exchange, 200, large); }, options);
  Connection idle(running.port());
  Connection half(running.port());
  half.send("GET / HTTP/1.1\r\nHost: ");
  Connection deaf(running.port());
  deaf.send("GET / HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  CHECK(idle.is_closed());
  CHECK(half.is_closed());
  CHECK(until([&] { return running.server().connections() == 0; }));
  CHECK_THROWS(deaf.read());
}

TEST_CASE("What many are sent is not copied for each, and goes out whole") {
  const auto shared = std::make_shared<const std::string>(std::size_t{8} << 20, 'x');
  ServerOptions options = workers(2);
  options.answer_time = std::chrono::minutes(5);  // they are read one after the other
  Running running(
      [&](Exchange& exchange) {
        httplib::Response response;
        response.status = 200;
        exchange.send(jobtree::net::prepare(std::move(response), shared));
      },
      options);
  std::vector<std::unique_ptr<Connection>> viewers;
  for (int i = 0; i < 20; ++i) {
    viewers.push_back(std::make_unique<Connection>(running.port()));
    viewers.back()->send("GET / HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  }
  // Each connection holds the one body while it sends.
  REQUIRE(until([&] { return shared.use_count() >= 21; }));
  for (const auto& viewer : viewers) {
    const bool is_whole = viewer->read().body == *shared;  // nobody wants to see it printed
    CHECK(is_whole);
  }
  CHECK(until([&] { return shared.use_count() == 1; }));
  const Reply head = request(running.port(), "HEAD", "/");
  CHECK(head.header("content-length") == std::to_string(shared->size()));
}

TEST_CASE(
    "There is room for so many from one address, and when all of them wait the next hears it") {
  Deferred deferred;
  ServerOptions options = workers(1);
  options.max_per_address = 3;
  Running running(
      [&](Exchange& exchange) {
        if (exchange.request.target == "/wait") return deferred(exchange);
        echo(exchange);
      },
      options);
  std::vector<std::unique_ptr<Connection>> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.push_back(std::make_unique<Connection>(running.port()));
    waiting.back()->send("GET /wait HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  }
  REQUIRE(until([&] { return deferred.count() == 3; }));
  Connection fourth(running.port());
  const Reply reply = fourth.read();
  CHECK(reply.status == 503);
  CHECK(reply.body == "error 503");
  fourth.send("what is said now is read, so that the refusal is not lost");
  CHECK(fourth.is_closed());
  waiting.back()->reset();
  waiting.pop_back();
  REQUIRE(until([&] { return running.server().connections() <= 2; }));
  CHECK(get(running.port(), "/").status == 200);
}

TEST_CASE("Of one address, idle connections and half requests make room for the next") {
  ServerOptions options = workers(1);
  options.max_per_address = 3;
  Running running(echo, options);
  Connection half(running.port());
  half.send("GET / HT");
  std::vector<std::unique_ptr<Connection>> idle;
  for (int i = 0; i < 5; ++i) {
    idle.push_back(std::make_unique<Connection>(running.port()));
    CHECK(get(running.port(), "/").status == 200);
  }
  CHECK(half.is_closed());
  CHECK(idle.front()->is_closed());
}

TEST_CASE("When all are taken, the connection that was idle longest makes room") {
  Deferred deferred;
  ServerOptions options = workers(1);
  options.max_connections = 3;
  Running running(
      [&](Exchange& exchange) {
        if (exchange.request.target == "/wait") return deferred(exchange);
        echo(exchange);
      },
      options);
  Connection waiting(running.port());
  waiting.send("GET /wait HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  REQUIRE(until([&] { return deferred.count() == 1; }));
  Connection idle(running.port());
  Connection used(running.port());
  REQUIRE(until([&] { return running.server().connections() == 3; }));
  used.send("GET / HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  CHECK(used.read().status == 200);
  CHECK(get(running.port(), "/").status == 200);
  CHECK(idle.is_closed());
  deferred.take(0).send(said("not pushed out"));
  CHECK(waiting.read().body == "not pushed out");
}

TEST_CASE("The connection that was idle longest makes room, whichever worker has it") {
  Deferred deferred;
  std::array<std::promise<void>, 2> released;
  std::array<std::atomic<bool>, 2> is_held{};
  const auto hold = [&](std::size_t place) {
    is_held.at(place) = true;
    released.at(place).get_future().wait();
  };
  ServerOptions options = workers(2);
  options.max_connections = 3;
  Running running(
      [&](Exchange& exchange) {
        if (exchange.request.target == "/first") {
          hold(0);
          return deferred(exchange);
        }
        if (exchange.request.target == "/second") hold(1);
        echo(exchange);
      },
      options);
  const auto ask = [&](Connection& connection, const std::string& target) {
    connection.send("GET " + target + " HTTP/1.1\r\n" + host_line(running.port()) + "\r\n");
  };
  // While one worker is held, the other one takes all that comes.
  Connection waiting(running.port());
  ask(waiting, "/first");
  REQUIRE(until([&] { return is_held[0].load(); }));
  Connection idle(running.port());
  Connection used(running.port());
  REQUIRE(until([&] { return running.server().connections() == 3; }));
  released[0].set_value();
  REQUIRE(until([&] { return deferred.count() == 1; }));
  // And now the first one does, which has nobody to send away.
  ask(used, "/second");
  REQUIRE(until([&] { return is_held[1].load(); }));
  Connection next(running.port());
  ask(next, "/next");
  released[1].set_value();
  CHECK(next.read().body == "GET /next ");
  CHECK(idle.is_closed());
  CHECK(used.read().status == 200);
  deferred.take(0).send(said("not pushed out"));
  CHECK(waiting.read().body == "not pushed out");
}

}  // namespace http_server_test
