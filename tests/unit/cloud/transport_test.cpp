// The transport against a scripted server on loopback: what goes over the wire, and every limit.
#include "cloud/ask/transport.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/loopback_server.h"
#include "support/tls_server.h"
#include "unit/catch.h"

namespace transport_test {

namespace {

using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)
using jobtree::tests::LoopbackListener;
using jobtree::tests::LoopbackServer;
using namespace std::chrono_literals;
using End = HttpReply::End;

/// As the program does once: a TLS write to a peer that is gone raises it.
const auto sigpipe_is_ignored = std::signal(SIGPIPE, SIG_IGN);

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
  return transport(options)->send({.url = server.url() + "/"});
}

}  // namespace

TEST_CASE("A request carries the path and headers it was given, and nothing that varies") {
  LoopbackServer server([](int) { return LoopbackServer::Reaction{ok("{}")}; });
  const std::vector<Header> headers{
      {"Host", "vpc.example.com"}, {"X-A", "b"}, {"X-Empty", ""}, {"Accept", "application/json"}};
  const HttpReply reply =
      transport()->send({.url = server.url() + "/v1/../a%2Fb//c/.", .headers = headers});
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
    CHECK(http->send({.url = server.url() + "/"}).end == End::complete);
  CHECK(server.connections() == 1);
}

TEST_CASE("A kept connection that turns out dead is reported, not silently sent again") {
  LoopbackServer server(
      [](int number) { return LoopbackServer::Reaction{number == 2 ? "" : ok("{}")}; });
  const auto http = transport();
  CHECK(http->send({.url = server.url() + "/1"}).end == End::complete);
  CHECK(http->send({.url = server.url() + "/2"}).end == End::connection_lost);
  CHECK(server.requests().size() == 2);
  CHECK(http->send({.url = server.url() + "/3"}).end == End::complete);
}

TEST_CASE("A new connection that breaks before an answer is lost, one that breaks within is not") {
  CHECK(get_from("").end == End::connection_lost);
  CHECK(get_from("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{").end == End::unreachable);
}

TEST_CASE("A POST carries its body, and the next request on the connection none") {
  LoopbackServer server([](int) {
    return LoopbackServer::Reaction{"HTTP/1.1 201 Created\r\nX-Subject-Token: " +
                                    std::string(9000, 't') + "\r\nContent-Length: 2\r\n\r\n{}"};
  });
  const auto http = transport();
  const HttpReply reply = http->send({.method = "POST",
                                      .url = server.url() + "/x",
                                      .body = R"({"a":1})",
                                      .wanted_header = "x-subject-token"});
  CHECK(reply.status == 201);
  CHECK(reply.wanted_header == std::string(9000, 't'));
  CHECK(http->send({.url = server.url() + "/y"}).wanted_header.empty());
  CHECK(server.requests().at(0).starts_with("POST /x HTTP/1.1\r\n"));
  CHECK(contains(server.requests().at(0), "\r\nContent-Length: 7\r\n"));
  CHECK(server.requests().at(1).find("GET /y HTTP/1.1\r\n") != std::string::npos);
  CHECK_FALSE(contains(server.requests().at(1), "Content-Length"));
}

TEST_CASE("A PUT carries no body") {
  LoopbackServer server([](int) { return LoopbackServer::Reaction{ok("TOKEN")}; });
  const std::vector<Header> headers{{"X-Metadata-Token-Ttl-Seconds", "21600"}};
  CHECK(transport()
            ->send({.method = "PUT", .url = server.url() + "/token", .headers = headers})
            .body == "TOKEN");
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
    CHECK(contains(reply.why, "1000 bytes"));
  }
}

TEST_CASE("A body that ends too soon is unreachable, not a shorter body") {
  const HttpReply reply = get_from("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}");
  CHECK(reply.end == End::unreachable);
  CHECK(reply.body.empty());
  CHECK_FALSE(reply.why.empty());
}

TEST_CASE("An answer that does not come in time is unreachable") {
  LoopbackServer server([](int) { return LoopbackServer::Reaction{"", false, true}; });
  const HttpReply reply = transport({.total_timeout = 100ms})->send({.url = server.url() + "/"});
  CHECK(reply.end == End::unreachable);
}

TEST_CASE("A server that trickles is cut off by the same deadline") {
  LoopbackServer server([](int) {
    return LoopbackServer::Reaction{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"};
  });
  CHECK(transport({.total_timeout = 100ms})->send({.url = server.url() + "/"}).end ==
        End::unreachable);
}

TEST_CASE("A large answer that keeps coming is waited for") {
  const std::string body(4000, 'x');
  const auto begin = std::chrono::steady_clock::now();
  std::atomic<bool> has_sent = false;
  std::atomic<int> looks = 0;
  std::promise<void> looked;
  const LoopbackListener server([&](int peer) {
    char request[4096];
    (void)::recv(peer, request, sizeof request, 0);
    const std::string answer = ok(body);
    ::send(peer, answer.data(), answer.size() - 1, MSG_NOSIGNAL);
    has_sent = true;
    looked.get_future().wait_for(60s);
    ::send(peer, answer.data() + answer.size() - 1, 1, MSG_NOSIGNAL);
  });
  TransportOptions options{.total_timeout = 100ms, .slowest_pace = 1000};
  options.steady = [&] {
    const int number = has_sent ? ++looks : 0;
    if (number == 3) looked.set_value();
    // The first look may be from before the bytes came in, which are worth four seconds.
    return number < 2 ? begin : begin + 1500ms;
  };
  const HttpReply reply = transport(options)->send({.url = server.url()});
  CHECK(reply.end == End::complete);
  CHECK(reply.body == body);
}

TEST_CASE("A body for which there is no room is let go, however it is announced") {
  const std::string body(1001, 'x');
  for (const std::string& answer :
       {ok(body), "HTTP/1.1 200 OK\r\n\r\n" + body,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + body + "\r\n0\r\n\r\n"}) {
    LoopbackServer server([&answer](int) { return LoopbackServer::Reaction{answer, true}; });
    const auto http = transport();
    const HttpReply refused = http->send(
        {.url = server.url(), .has_room = [](std::size_t bytes) { return bytes <= 1000; }});
    CHECK(refused.end == End::no_room);
    CHECK(refused.body.empty());
    CHECK(refused.body.capacity() == std::string().capacity());
    CHECK_FALSE(refused.why.empty());
    std::size_t asked = 0;
    const HttpReply taken = http->send({.url = server.url(), .has_room = [&](std::size_t bytes) {
                                          CHECK(bytes > asked);  // never twice for the same
                                          asked = bytes;
                                          return true;
                                        }});
    CHECK(taken.body == body);
    CHECK(asked == body.size());
  }
}

TEST_CASE("A body whose length is told needs its room before it comes") {
  std::size_t asked = 0;
  LoopbackServer server([](int) {
    return LoopbackServer::Reaction{"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{", true};
  });
  const HttpReply reply =
      transport()->send({.url = server.url(), .has_room = [&](std::size_t bytes) {
                           asked = bytes;
                           return true;
                         }});
  CHECK(asked == 1000);
  CHECK(reply.end == End::unreachable);
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
  CHECK(get_from(ok("", "X-Request-Id: " + std::string(1000, 'a') + "\r\n")).request_id.size() ==
        256);
}

TEST_CASE("The clock is compared with the server's when the header comes, not after the body") {
  const auto noon = std::chrono::system_clock::time_point(1795443300s);  // 23 Nov 2026 14:15
  std::atomic<int> seconds = 0;
  const LoopbackListener server([&](int peer) {
    char request[4096];
    (void)::recv(peer, request, sizeof request, 0);
    const std::string head =
        "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 14:15:00 GMT\r\nContent-Length: 2\r\n\r\n{";
    ::send(peer, head.data(), head.size(), MSG_NOSIGNAL);
    ::send(peer, "}", 1, MSG_NOSIGNAL);
  });
  TransportOptions options;
  options.wall = [&] { return noon + std::chrono::seconds(5 + 70 * seconds++); };
  const HttpReply reply = transport(options)->send({.url = server.url()});
  CHECK(reply.end == End::complete);
  CHECK(reply.clock_ahead == 5s);  // looked at once: what comes later is no clock that is wrong
  CHECK_FALSE(get_from(ok("", "Date: yesterday\r\n")).clock_ahead);
  CHECK_FALSE(get_from(ok("")).clock_ahead);
}

TEST_CASE("A length that no number holds, that is none, or that is told twice is not believed") {
  const auto end_of = [](const std::string& lines) {
    return get_from("HTTP/1.1 200 OK\r\n" + lines + "\r\n{}").end;
  };
  CHECK(end_of("Content-Length: 2\r\n") == End::complete);
  CHECK(end_of("Content-Length: 2\r\nContent-Length: 2\r\n") == End::complete);
  CHECK(end_of("Content-Length: 99999999999999999999999999\r\n") == End::too_large);
  CHECK(end_of("Content-Length: 18446744073709551618\r\n") == End::too_large);
  for (const char* bad :
       {"Content-Length: 2, 2\r\n", "Content-Length: -2\r\n", "Content-Length: 0x2\r\n",
        "Content-Length: two\r\n", "Content-Length: 2\r\nContent-Length: 1\r\n"}) {
    CAPTURE(bad);
    CHECK(end_of(bad) == End::unreachable);
  }
}

TEST_CASE("A request may take less of a body than the transport does") {
  const std::string body(1001, 'x');
  LoopbackServer server([&body](int) { return LoopbackServer::Reaction{ok(body)}; });
  const auto http = transport();
  CHECK(http->send({.url = server.url(), .max_body = 1000}).end == End::too_large);
  CHECK(http->send({.url = server.url(), .max_body = 1001}).body == body);
}

TEST_CASE("stop() ends what hangs, and nothing is sent afterwards") {
  std::promise<void> came;
  const LoopbackListener server([&came](int peer) {
    char request[4096];
    (void)::recv(peer, request, sizeof request, 0);
    came.set_value();
    (void)::recv(peer, request, sizeof request, 0);  // until the client goes
  });
  const auto http = transport({.total_timeout = std::chrono::hours(1)});
  auto reply = std::async(std::launch::async, [&] { return http->send({.url = server.url()}); });
  came.get_future().wait();
  http->stop();
  REQUIRE(reply.wait_for(60s) == std::future_status::ready);
  CHECK(reply.get().end == End::stopped);
  CHECK(http->send({.url = server.url()}).end == End::stopped);
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

TEST_CASE("Where nothing was sent there was no connection; a URL of another kind is unreachable") {
  std::string url;
  {
    const LoopbackServer gone([](int) { return LoopbackServer::Reaction{}; });
    url = gone.url();
  }
  const auto http = transport();
  CHECK(http->send({.url = url + "/"}).end == End::no_connection);
  CHECK(http->send({.url = "https" + url.substr(4) + "/"}).end == End::no_connection);
  for (const char* other : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/",
                            "http://user:pw@127.0.0.1/", "", "127.0.0.1"}) {
    CAPTURE(other);
    const HttpReply reply = http->send({.url = other});
    CHECK(reply.end == End::unreachable);
    CHECK(reply.body.empty());
    CHECK_FALSE(reply.why.empty());
  }
}

TEST_CASE("A proxy is not used for loopback") {
  LoopbackServer server([](int) { return LoopbackServer::Reaction{ok("{}")}; });
  ::setenv("http_proxy", "http://127.0.0.1:9", 1);
  const HttpReply reply = transport()->send({.url = server.url() + "/"});
  ::unsetenv("http_proxy");
  CHECK(reply.end == End::complete);
}

TEST_CASE("A proxy is used for other hosts, and gets the request as it was given") {
  LoopbackServer proxy([](int) { return LoopbackServer::Reaction{ok("{}")}; });
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  const HttpReply reply = transport()->send({.url = "http://jobs.invalid/x"});
  ::unsetenv("http_proxy");
  CHECK(reply.end == End::complete);
  CHECK(proxy.requests().at(0).starts_with("GET http://jobs.invalid/x HTTP/1.1\r\n"));
}

TEST_CASE("A certificate is trusted when its authority and its name are right, and only then") {
  const jobtree::tests::TlsServer good("IP:127.0.0.1");
  const jobtree::tests::TlsServer other_name("DNS:other.example");
  const auto get = [](const std::string& ca_file, const std::string& url) {
    return transport({.ca_file = ca_file})->send({.url = url + "/"});
  };
  CHECK(get(good.certificate_file(), good.url()).body == "{}");
  CHECK(get("", good.url()).end == End::untrusted);
  CHECK(get(other_name.certificate_file(), good.url()).end == End::untrusted);
  const HttpReply wrong_name = get(other_name.certificate_file(), other_name.url());
  CHECK(wrong_name.end == End::untrusted);
  CHECK(contains(wrong_name.why, "127.0.0.1"));
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
        good += http->send({.url = server.url() + "/"}).body == "{\"a\":1}";
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(good == 80);
  CHECK(server.connections() <= 8);
}

}  // namespace transport_test
