// Responses that are made later: where a disk may be waited for, and whatever comes of it.
#include "gateway/routing/dispatcher.h"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "unit/catch.h"
#include "unit/gateway/client.h"

namespace jobtree::gateway::dispatcher_test {
namespace {

/// One worker that serves these routes.
class Served {
 public:
  explicit Served(std::vector<Route> routes)
      : dispatcher_(
            {.hosts = hosts_, .origins = origins_, .proxies = proxies_, .executor = *executor_},
            Routes(std::move(routes))) {
    server_->serve([this](net::Exchange& exchange) { dispatcher_.handle(exchange); },
                   [this](const net::RequestError& error, httplib::Response& response) {
                     dispatcher_.error(error, response);
                   });
  }
  int port() const { return server_->port(); }

 private:
  std::unique_ptr<Executor> executor_ = std::move(make_executor({}).value());
  std::unique_ptr<net::HttpServer> bound_ =
      std::move(net::HttpServer::bind({.workers = 1, .headers = {"Origin"}}).value());
  HostPolicy hosts_ = HostPolicy::make("127.0.0.1", bound_->port(), {}).value();
  OriginPolicy origins_ = OriginPolicy::make({"https://portal.example"}).value();
  TrustedProxies proxies_ = TrustedProxies::make({}).value();
  Dispatcher dispatcher_;
  std::unique_ptr<net::HttpServer> server_ = std::move(bound_);  // last: it uses all of the above
};

RouteResponse text(const std::string& words) {
  RouteResponse answer;
  answer.response.status = 200;
  answer.response.set_content(words, "text/plain");
  return answer;
}

}  // namespace

TEST_CASE("A response that waits for a disk keeps nobody else waiting") {
  std::promise<void> disk;
  const auto read = disk.get_future().share();
  Served served({{"GET", "/slow", From::anywhere, false, false,
                  [read](RoutedRequest& request) {
                    request.make_later = [read] {
                      read.wait();
                      return text("read");
                    };
                    return std::optional<RouteResponse>();
                  }},
                 {"GET", "/quick", From::anywhere, false, false,
                  [](RoutedRequest&) { return std::optional(text("at once")); }}});
  Connection slow(served.port());
  slow.send("GET /slow HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(served.port()) +
            "\r\nOrigin: https://portal.example\r\n\r\n");
  CHECK(get(served.port(), "/quick").body == "at once");
  disk.set_value();
  const Reply reply = slow.read();
  CHECK(reply.status == 200);
  CHECK(reply.body == "read");
  // What all responses get, it gets too.
  CHECK(reply.header("access-control-allow-origin") == "https://portal.example");
  CHECK(reply.header("x-content-type-options") == "nosniff");
}

TEST_CASE("A response is not made again before there is something new to make it of") {
  std::atomic<int> looks = 0;
  std::atomic<int> makings = 0;
  Served served({{"GET", "/news", From::anywhere, false, false, [&](RoutedRequest& request) {
                    const auto now = std::chrono::steady_clock::now();
                    request.make_later = [&, now]() -> Later {
                      if (++makings == 1) return now;
                      return text("news");
                    };
                    request.wait_on = [&, now] {
                      return ++looks < 3 ? std::optional(now) : std::nullopt;
                    };
                    return std::optional<RouteResponse>();
                  }}});
  CHECK(get(served.port(), "/news").body == "news");
  CHECK(looks == 3);
  CHECK(makings == 2);
}

TEST_CASE("What breaks while a response is made later is an error of this server's") {
  Served served({{"GET", "/broken", From::anywhere, false, false, [](RoutedRequest& request) {
                    request.make_later = []() -> RouteResponse {
                      throw std::runtime_error("canary");
                    };
                    return std::optional<RouteResponse>();
                  }}});
  const Reply reply = get(served.port(), "/broken");
  CHECK(reply.status == 500);
  CHECK(reply.code() == "jobtree.internal");
  CHECK(reply.body.find("canary") == std::string::npos);
}

}  // namespace jobtree::gateway::dispatcher_test
