// Requests to servers that somebody named, over real sockets: which are connected to, and what is
// known when there is no response.
#include "notify/sending/http_sender.h"

#include "support/loopback_server.h"
#include "unit/notify/told.h"

namespace jobtree::notify::http_sender_test {

using namespace tests;
using jobtree::tests::LoopbackServer;

namespace {

std::string ok(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

Result<Response> send_to(const std::string& url, const char* network = "127.0.0.0/8") {
  Channel channel = channel_of(ChannelKind::webhook);
  if (network != nullptr) channel.allowed_networks = {*IpNetwork::parse(network)};
  auto sender = make_http_sender(channel);
  REQUIRE(sender);
  return sender.value()->send(HttpRequest{.url = url, .headers = {{"X-A", "b"}}, .body = "{}"});
}

Response response_to(const std::string& text) {
  LoopbackServer server([&text](int) { return LoopbackServer::Reaction{text, true}; });
  const auto response = send_to(server.url() + "/hook");
  if (!response) FAIL(response.error());
  return response.value();
}

}  // namespace

TEST_CASE("A request is a POST with its headers and its body") {
  LoopbackServer server([](int) { return LoopbackServer::Reaction{ok("ok"), true}; });
  const auto response = send_to(server.url() + "/hook?x=1");
  REQUIRE(response);
  CHECK(response.value().status == 200);
  CHECK(response.value().body == "ok");
  const std::string request = server.requests().at(0);
  CHECK(request.starts_with("POST /hook?x=1 HTTP/1.1\r\n"));
  CHECK(contains(request, "X-A: b\r\n"));
  CHECK(contains(request, "Content-Length: 2\r\n"));
}

TEST_CASE("An address of this machine is not connected to unless it is allowed") {
  LoopbackServer server([](int) { return LoopbackServer::Reaction{ok("ok")}; });
  const auto refused = send_to(server.url() + "/hook", "10.0.0.0/8");
  REQUIRE_FALSE(refused);
  CHECK(contains(refused.error(), "this machine"));
  CHECK(server.requests().empty());
}

TEST_CASE("A name is judged by what it leads to when it is connected to") {
  LoopbackServer server([](int) { return LoopbackServer::Reaction{ok("ok")}; });
  const std::string port = server.url().substr(server.url().rfind(':'));
  const auto refused = send_to("http://localhost" + port + "/hook", "10.0.0.0/8");
  REQUIRE_FALSE(refused);
  CHECK(contains(refused.error(), "this machine"));
  CHECK(server.requests().empty());
  CHECK(send_to("http://localhost" + port + "/hook", "127.0.0.0/8"));
}

TEST_CASE("A redirect is not followed wherever it leads") {
  const Response response = response_to(
      "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n");
  CHECK(response.status == 302);
}

TEST_CASE("The pause that the other side wants is read") {
  const Response response =
      response_to("HTTP/1.1 429 Too Many\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n");
  CHECK(response.status == 429);
  CHECK(response.retry_after == std::chrono::seconds(17));
}

TEST_CASE("A connection that is cut after the request may have brought it") {
  const Response response = response_to("");
  CHECK(response.status == 0);
  CHECK(response.may_have_arrived);
  CHECK_FALSE(response.trouble.empty());
}

TEST_CASE("A request that was never sent has not arrived") {
  std::string url;
  {
    const LoopbackServer gone([](int) { return LoopbackServer::Reaction{""}; });
    url = gone.url();
  }
  const auto response = send_to(url + "/hook");
  REQUIRE(response);
  CHECK(response.value().status == 0);
  CHECK_FALSE(response.value().may_have_arrived);
}

TEST_CASE("Of a response without an end no more is read than a verdict needs") {
  const std::string large(1 << 20, 'x');
  const Response response = response_to(
      "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(large.size()) + "\r\n\r\n" + large);
  CHECK(response.status == 200);
  CHECK(response.body.size() <= 64 * 1024);
}

TEST_CASE("No variable of the environment sends a message through a proxy") {
  LoopbackServer server([](int) { return LoopbackServer::Reaction{ok("ok")}; });
  ::setenv("http_proxy", "http://127.0.0.1:9", 1);
  const auto response = send_to(server.url() + "/hook");
  ::unsetenv("http_proxy");
  REQUIRE(response);
  CHECK(response.value().status == 200);
}

TEST_CASE("A proxy of the channel's own is used") {
  LoopbackServer proxy([](int) { return LoopbackServer::Reaction{ok("by proxy")}; });
  Channel channel = channel_of(ChannelKind::webhook);
  channel.allowed_networks = {*IpNetwork::parse("10.0.0.0/8")};
  channel.proxy = proxy.url();
  auto sender = make_http_sender(channel);
  REQUIRE(sender);
  const auto response =
      sender.value()->send(HttpRequest{.url = "http://10.1.2.3/hook", .body = "{}"});
  REQUIRE(response);
  CHECK(response.value().body == "by proxy");
  CHECK(contains(proxy.requests().at(0), "POST http://10.1.2.3/hook HTTP/1.1"));
}

}  // namespace jobtree::notify::http_sender_test
