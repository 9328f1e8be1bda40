#include "simulator/wire/exchange.h"

#include <functional>
#include <string>
#include <utility>

#include "unit/catch.h"

namespace exchange_test {

using namespace jobtree::simulator;
namespace net = jobtree::net;

namespace {

/// An exchange that nobody sends anything to.
class StillExchange final : public net::Exchange {
 public:
  StillExchange(const httplib::Request& sent, httplib::Response& out, const net::RequestHead& read,
                const std::string& from)
      : Exchange(sent, out, read, from) {}

  void send(net::Prepared) override {}
  void send(net::Prepared, net::Delivery) override {}
  net::Responder defer(std::function<void(net::Departure)>) override { return {}; }
  bool has_body() const override { return true; }
  void await_body() override {}
};

}  // namespace

TEST_CASE("A request is taken byte for byte from the head, not from what the library made of it") {
  net::RequestHead head;
  head.method = "GET";
  head.target = "/v1/a%2Fb?q=%41";
  head.headers = {{"X-Odd", "%0d%0a %41"}, {"x-odd", "again"}, {"Authorization", "a, b"}};
  httplib::Request read;
  read.path = "/v1/a/b";
  read.set_header("X-Odd", "decoded");
  read.body = "the body";
  httplib::Response response;
  const std::string peer = "127.0.0.1";
  const StillExchange exchange(read, response, head, peer);

  const Request request = request_of(exchange);
  CHECK(request.method == "GET");
  CHECK(request.target == "/v1/a%2Fb?q=%41");
  REQUIRE(request.headers.size() == 3);
  CHECK(request.headers[0] == std::pair<std::string, std::string>("X-Odd", "%0d%0a %41"));
  CHECK_FALSE(single_header(request, "x-odd"));  // it came twice
  CHECK(single_header(request, "authorization") == "a, b");
  CHECK(request.body == "the body");
}

TEST_CASE(
    "A response is the library's with its status, its type where there is a body, and headers") {
  httplib::Response filled;
  fill(filled, {.status = 503, .type = "text/html", .body = "<p>", .headers = {{"Date", "then"}}});
  CHECK(filled.status == 503);
  CHECK(filled.body == "<p>");
  CHECK(filled.get_header_value("Content-Type") == "text/html");
  CHECK(filled.get_header_value("Date") == "then");

  fill(filled, {.status = 204});
  CHECK(filled.status == 204);
  CHECK(filled.body.empty());
  CHECK_FALSE(filled.has_header("Content-Type"));
}

}  // namespace exchange_test
