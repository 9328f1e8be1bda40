// The transport against a scripted server on loopback: what goes over the wire, and every limit.
#include "cloud/ask/transport.h"

#include <dlfcn.h>
#include <netdb.h>

#include <chrono>
#include <cstdlib>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "unit/catch.h"
#include "unit/cloud/loopback_server.h"
#include "unit/cloud/tls_server.h"

namespace {

using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)
using jobtree::tests::LoopbackListener;
using jobtree::tests::LoopbackServer;
using namespace std::chrono_literals;
using End = HttpReply::End;

constexpr std::string_view kSilentName = "silent.invalid";
std::promise<void> let_go;  ///< of who looks up that name
std::promise<void> gone;    ///< whoever did

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::unique_ptr<Transport> transport(const TransportOptions& options = {}) {
  auto made = make_transport(options);
  REQUIRE(made);
  return std::move(made.value());
}

std::string ok(const std::string& body, const std::string& headers = "") {
  return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

/// One GET from a server that says `text` and hangs up.
HttpReply get_from(const std::string& text, const TransportOptions& options = {}) {
  LoopbackServer server([&text](int) { return LoopbackServer::Reaction{text, true}; });
  return transport(options)->send("GET", server.url() + "/", {});
}

}  // namespace

/// In the place of the system's, which libcurl calls: of one name the name server says nothing.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  if (name != nullptr && name == kSilentName) {
    let_go.get_future().wait();
    gone.set_value_at_thread_exit();
    return EAI_AGAIN;
  }
  static const auto system =
      reinterpret_cast<decltype(&getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return system(name, service, hints, found);
}

TEST_CASE("A request carries the path and headers it was given, and nothing that varies") {
  LoopbackServer server([](int) { return LoopbackServer::Reaction{ok("{}")}; });
  const std::vector<Header> headers{
      {"Host", "vpc.example.com"}, {"X-A", "b"}, {"X-Empty", ""}, {"Accept", "application/json"}};
  const HttpReply reply = transport()->send("GET", server.url() + "/v1/../a%2Fb//c/.", headers);
  CHECK(reply.end == End::complete);
  CHECK(reply.status == 200);
  CHECK(reply.body == "{}");
  REQUIRE(server.requests().size() == 1);
  const std::string head = server.requests()[0];
  const std::size_t agent = head.find("User-Agent: jobtree/");
  CHECK(head.substr(0, agent) == "GET /v1/../a%2Fb//c/. HTTP/1.1\r\nHost: vpc.example.com\r\n");
  REQUIRE(agent != std::string::npos);
  CHECK(head.substr(head.find("\r\n", agent)) ==
        "\r\nAccept-Encoding: identity\r\nX-A: b\r\nX-Empty:\r\nAccept: application/json\r\n");
}

TEST_CASE("A connection is kept for the next request") {
  LoopbackServer server([](int) { return LoopbackServer::Reaction{ok("{}")}; });
  const auto http = transport();
  for (int i = 0; i < 5; ++i)
    CHECK(http->send("GET", server.url() + "/", {}).end == End::complete);
  CHECK(server.connections() == 1);
}

TEST_CASE("A kept connection that turns out dead is reported, not silently sent again") {
  LoopbackServer server(
      [](int number) { return LoopbackServer::Reaction{number == 2 ? "" : ok("{}")}; });
  const auto http = transport();
  CHECK(http->send("GET", server.url() + "/1", {}).end == End::complete);
  CHECK(http->send("GET", server.url() + "/2", {}).end == End::connection_lost);
  CHECK(server.requests().size() == 2);
  CHECK(http->send("GET", server.url() + "/3", {}).end == End::complete);
}

TEST_CASE("A new connection that breaks before an answer is lost, one that breaks within is not") {
  CHECK(get_from("").end == End::connection_lost);
  CHECK(get_from("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{").end == End::unreachable);
}

TEST_CASE("A PUT carries no body") {
  LoopbackServer server([](int) { return LoopbackServer::Reaction{ok("TOKEN")}; });
  const std::vector<Header> headers{{"X-Metadata-Token-Ttl-Seconds", "21600"}};
  CHECK(transport()->send("PUT", server.url() + "/token", headers).body == "TOKEN");
  CHECK(server.requests().at(0).starts_with("PUT /token HTTP/1.1\r\n"));
  CHECK(server.requests().at(0).find("Content-Length") == std::string::npos);
}

TEST_CASE("A body may be as large as the limit and no larger, however it is announced") {
  const TransportOptions options{.max_body = 1000};
  CHECK(get_from(ok(std::string(1000, 'x')), options).body.size() == 1000);
  const std::string body(1001, 'x');
  for (const std::string& answer :
       {ok(body), "HTTP/1.1 200 OK\r\n\r\n" + body,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + body + "\r\n0\r\n\r\n"}) {
    const HttpReply reply = get_from(answer, options);
    CHECK(reply.end == End::too_large);
    CHECK(reply.body.empty());
    CHECK(contains(reply.trouble, "1000 bytes"));
  }
}

TEST_CASE("A body that ends too soon is unreachable, not a shorter body") {
  const HttpReply reply = get_from("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}");
  CHECK(reply.end == End::unreachable);
  CHECK(reply.body.empty());
  CHECK_FALSE(reply.trouble.empty());
}

TEST_CASE("An answer that does not come in time is unreachable") {
  LoopbackServer server([](int) { return LoopbackServer::Reaction{"", false, true}; });
  const auto begin = std::chrono::steady_clock::now();
  const HttpReply reply = transport({.total_timeout = 100ms})->send("GET", server.url() + "/", {});
  CHECK(reply.end == End::unreachable);
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
}

TEST_CASE("A server that trickles is cut off by the same deadline") {
  LoopbackServer server([](int) {
    return LoopbackServer::Reaction{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"};
  });
  CHECK(transport({.total_timeout = 100ms})->send("GET", server.url() + "/", {}).end ==
        End::unreachable);
}

TEST_CASE("A large answer that keeps coming is waited for") {
  const std::string body(4000, 'x');
  const LoopbackListener server([&body](int peer) {
    char request[4096];
    (void)::recv(peer, request, sizeof request, 0);
    const std::string answer = ok(body);
    ::send(peer, answer.data(), answer.size() - 1, MSG_NOSIGNAL);
    std::this_thread::sleep_for(1500ms);  // what has come is worth four seconds
    ::send(peer, answer.data() + answer.size() - 1, 1, MSG_NOSIGNAL);
  });
  const HttpReply reply =
      transport({.total_timeout = 100ms, .slowest_pace = 1000})->send("GET", server.url(), {});
  CHECK(reply.end == End::complete);
  CHECK(reply.body == body);
}

TEST_CASE("What is coming has a bound in all, which gives its room back") {
  std::promise<void> half_way;
  std::promise<void> other_asked;
  const std::string body(1000, 'x');
  LoopbackServer brief([&body](int) { return LoopbackServer::Reaction{ok(body)}; });
  const LoopbackListener slow([&](int peer) {
    char request[4096];
    (void)::recv(peer, request, sizeof request, 0);
    const std::string answer = ok(body);
    ::send(peer, answer.data(), answer.size() - 1, MSG_NOSIGNAL);
    half_way.set_value();
    other_asked.get_future().wait();
    ::send(peer, answer.data() + answer.size() - 1, 1, MSG_NOSIGNAL);
  });
  const auto http = transport({.max_bodies = 1500});
  auto first =
      std::async(std::launch::async, [&] { return http->send("GET", slow.url() + "/", {}); });
  half_way.get_future().wait();
  // The first may not have taken its bytes in yet.
  HttpReply second = http->send("GET", brief.url() + "/", {});
  while (second.end == End::complete) {
    second = http->send("GET", brief.url() + "/", {});
  }
  CHECK(second.end == End::unreachable);
  CHECK(contains(second.trouble, "together larger than 1500 bytes"));
  other_asked.set_value();
  CHECK(first.get().body == body);
  CHECK(http->send("GET", brief.url() + "/", {}).body == body);
}

TEST_CASE("A redirect is an answer, not a way") {
  LoopbackServer target([](int) { return LoopbackServer::Reaction{ok("{}")}; });
  const HttpReply reply = get_from("HTTP/1.1 302 Found\r\nLocation: " + target.url() +
                                   "/\r\nContent-Length: 0\r\n\r\n");
  CHECK(reply.end == End::complete);
  CHECK(reply.status == 302);
  CHECK(target.connections() == 0);
}

TEST_CASE("Headers are read in any case, from the final head alone, and cut") {
  const HttpReply reply =
      get_from("HTTP/1.1 103 Early Hints\r\nX-Request-Id: early\r\nRetry-After: 9\r\n\r\n" +
               ok("{}", "x-ReQuEsT-iD: \t late \r\nDate: Mon, 23 Nov 2026 14:15:00 GMT\r\n"));
  CHECK(reply.request_id == "late");
  CHECK_FALSE(reply.retry_after);
  REQUIRE(reply.date);
  CHECK(reply.date->time_since_epoch() == 1795443300s);
  CHECK(get_from(ok("", "X-Request-Id: " + std::string(1000, 'a') + "\r\n")).request_id.size() ==
        256);
}

TEST_CASE("Retry-After is taken as seconds or as a date by the server's clock") {
  const auto pause = [](const std::string& value, const std::string& more = "") {
    return get_from(ok("", "Retry-After: " + value + "\r\n" + more)).retry_after;
  };
  const std::string date = "Date: Mon, 23 Nov 2026 14:15:00 GMT\r\n";
  CHECK(pause("120") == 120s);
  CHECK(pause("0") == 0s);
  CHECK(pause("99999999") == 3600s);
  CHECK(pause("Mon, 23 Nov 2026 14:15:30 GMT", date) == 30s);
  CHECK(pause("Mon, 23 Nov 2026 14:14:30 GMT", date) == 0s);
  CHECK(pause("Wed, 23 Nov 2056 14:15:30 GMT", date) == 3600s);
  CHECK_FALSE(pause("Mon, 23 Nov 2026 14:15:30 GMT"));
  CHECK_FALSE(pause("soon", date));
  CHECK_FALSE(pause("-5", date));
  CHECK_FALSE(pause("99999999999999999999", date));
}

TEST_CASE("A server that does not speak HTTP is unreachable") {
  CHECK(get_from("SSH-2.0-OpenSSH_9.2\r\n").end == End::unreachable);
  CHECK(get_from("{}").end == End::unreachable);
}

TEST_CASE("A closed port and a URL of another kind are unreachable") {
  std::string url;
  {
    const LoopbackServer gone([](int) { return LoopbackServer::Reaction{}; });
    url = gone.url();
  }
  const auto http = transport();
  CHECK(http->send("GET", url + "/", {}).end == End::unreachable);
  for (const char* other : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/",
                            "http://user:pw@127.0.0.1/", "", "127.0.0.1"}) {
    CAPTURE(other);
    const HttpReply reply = http->send("GET", other, {});
    CHECK(reply.end == End::unreachable);
    CHECK(reply.body.empty());
    CHECK_FALSE(reply.trouble.empty());
  }
}

TEST_CASE("A name server that is silent is waited for no longer than a connection") {
  auto http = transport({.connect_timeout = 200ms, .use_proxies = false});
  auto reply = std::async(std::launch::async, [&http] {
    return http->send("GET", "https://" + std::string(kSilentName) + "/", {});
  });
  CHECK(reply.wait_for(8s) == std::future_status::ready);
  let_go.set_value();
  CHECK(reply.get().end == End::unreachable);
  gone.get_future().wait();
}

TEST_CASE("A proxy is not used for loopback") {
  LoopbackServer server([](int) { return LoopbackServer::Reaction{ok("{}")}; });
  ::setenv("http_proxy", "http://127.0.0.1:9", 1);
  const HttpReply reply = transport()->send("GET", server.url() + "/", {});
  ::unsetenv("http_proxy");
  CHECK(reply.end == End::complete);
}

TEST_CASE("A proxy is used for other hosts, and gets the request as it was given") {
  LoopbackServer proxy([](int) { return LoopbackServer::Reaction{ok("{}")}; });
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  const HttpReply reply = transport()->send("GET", "http://jobs.invalid/x", {});
  ::unsetenv("http_proxy");
  CHECK(reply.end == End::complete);
  CHECK(proxy.requests().at(0).starts_with("GET http://jobs.invalid/x HTTP/1.1\r\n"));
}

TEST_CASE("A certificate is trusted when its authority and its name are right, and only then") {
  const jobtree::tests::TlsServer good("IP:127.0.0.1");
  const jobtree::tests::TlsServer other_name("DNS:other.example");
  const auto get = [](const std::string& ca_file, const std::string& url) {
    return transport({.ca_file = ca_file})->send("GET", url + "/", {});
  };
  CHECK(get(good.certificate_file(), good.url()).body == "{}");
  CHECK(get("", good.url()).end == End::untrusted);
  CHECK(get(other_name.certificate_file(), good.url()).end == End::untrusted);
  const HttpReply wrong_name = get(other_name.certificate_file(), other_name.url());
  CHECK(wrong_name.end == End::untrusted);
  CHECK(contains(wrong_name.trouble, "127.0.0.1"));
}

TEST_CASE("A CA file that cannot be read is said at the start") {
  const auto made = make_transport({.ca_file = "/nowhere/ca.pem"});
  REQUIRE_FALSE(made);
  CHECK(contains(made.error(), "/nowhere/ca.pem"));
}

TEST_CASE("Threads may ask at the same time") {
  LoopbackServer server([](int) { return LoopbackServer::Reaction{ok("{\"a\":1}")}; });
  const auto http = transport();
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 10; ++j)
        good += http->send("GET", server.url() + "/", {}).body == "{\"a\":1}";
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(good == 80);
  CHECK(server.connections() <= 8);
}
