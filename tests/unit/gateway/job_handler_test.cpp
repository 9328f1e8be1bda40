#include "gateway/jobs/job_handler.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "gateway/http_fields.h"
#include "unit/catch.h"
#include "unit/gateway/still_executor.h"
#include "unit/gateway/unpacked.h"

namespace job_handler_test {

using namespace std::chrono_literals;
using jobtree::cloud::HasRoom;
using jobtree::cloud::JobAddress;
using jobtree::cloud::JobReply;
using jobtree::cloud::JobSource;
using jobtree::cloud::Outcome;
using jobtree::gateway::Coding;
using jobtree::gateway::etag_of;
using jobtree::gateway::JobHandler;
using jobtree::gateway::JobProblem;
using jobtree::gateway::JobQuery;
using jobtree::gateway::JobResponse;
using jobtree::gateway::Judgement;
using jobtree::gateway::Way;
using jobtree::net::Delivery;
using jobtree::net::Departure;
using jobtree::net::Exchange;
using jobtree::net::Prepared;
using jobtree::net::RequestHead;
using jobtree::net::Responder;

namespace {

const JobAddress kJob{"cn-north-4", "eip", "-", "a"};

JobReply good(std::string body) {
  JobReply reply;
  reply.outcome = Outcome::succeeded;
  reply.http_status = 200;
  reply.body = std::move(body);
  reply.request_id = "cloud-1";
  return reply;
}

JobReply bad(Outcome outcome) {
  JobReply reply;
  reply.outcome = outcome;
  reply.request_id = "cloud-2";
  return reply;
}

class Cloud final : public JobSource {
 public:
  JobReply says = good("{}");
  bool throws = false;
  int calls = 0;

  JobReply job(const JobAddress&, const HasRoom&) override {
    ++calls;
    if (throws) throw std::runtime_error("canary");
    return says;
  }
};

/// What an exchange holds; a base of it, so that it is there before the exchange itself.
struct Held {
  httplib::Request request_;
  httplib::Response response_;
  RequestHead head_;
  std::string peer_ = "127.0.0.1";
};

/// Takes what is sent at once. What comes later the test sees in finish.
class FakeExchange final : private Held, public Exchange {
 public:
  FakeExchange() : Exchange(request_, response_, head_, peer_) {}
  void send(Prepared answer) override { sent = std::move(answer); }
  void send(Prepared answer, Delivery) override { sent = std::move(answer); }
  Responder defer(std::function<void(Departure)> left) override {
    is_deferred = true;
    this->left = std::move(left);
    return {};
  }
  bool has_body() const override { return true; }
  void await_body() override {}

  std::optional<Prepared> sent;
  bool is_deferred = false;
  std::function<void(Departure)> left;
};

/// One viewer's request, and what came of it.
struct Viewer {
  FakeExchange exchange;
  std::optional<JobResponse> answer;
  int finished = 0;

  bool has(std::string_view line) const {
    return answer && answer->prepared.head->find(std::string(line) + "\r\n") != std::string::npos;
  }
  std::string body() const { return answer && answer->prepared.body ? *answer->prepared.body : ""; }
};

JobHandler::Options options_of_test() {
  JobHandler::Options options;
  options.judge = [](const JobAddress&, std::string_view body) {
    return Judgement{.is_final = body.find("done") != std::string_view::npos,
                     .is_another = body.find("other") != std::string_view::npos};
  };
  options.header_lines = "X-Content-Type-Options: nosniff\r\n";
  options.body_header_lines = "Content-Security-Policy: default-src 'none'\r\n";
  return options;
}

/// A handler whose time and threads are in the test's hands.
struct Table {
  explicit Table(const JobHandler::Options& options = options_of_test())
      : handler(options, cloud, hands, hands.clock()) {}

  std::shared_ptr<Viewer> ask(const JobQuery& query = {}) {
    auto viewer = std::make_shared<Viewer>();
    // The strings of a query live as long as its request.
    const std::string tags(query.if_none_match);
    const std::string codings(query.accept_encoding);
    const std::string lines(query.header_lines);
    JobQuery passing = query;
    passing.if_none_match = tags;
    passing.accept_encoding = codings;
    passing.header_lines = lines;
    // The exchange has it as long as nothing is answered, and the viewer has the exchange.
    handler.answer(viewer->exchange, kJob, passing,
                   [weak = std::weak_ptr(viewer)](JobResponse&& answer) -> Prepared {
                     const auto viewer = weak.lock();
                     if (!viewer) return {};
                     ++viewer->finished;
                     viewer->answer = std::move(answer);
                     return viewer->answer->prepared;
                   });
    return viewer;
  }
  std::shared_ptr<Viewer> read(const JobQuery& query = {}) {
    auto viewer = ask(query);
    hands.run_all();
    REQUIRE(viewer->finished == 1);
    return viewer;
  }

  Cloud cloud;
  StillExecutor hands;
  JobHandler handler;
};

/// Large enough to be worth packing.
std::string large(std::string_view word = "running") {
  std::string body = "{";
  for (int i = 0; i < 200; ++i)
    body += "\"sub_job_" + std::to_string(i) + "\":\"" + std::string(word) + "\",";
  return body + "}";
}

}  // namespace

TEST_CASE(
    "The first viewer waits for the cloud without a thread, and gets the job with its headers") {
  Table table;
  const auto viewer = table.ask();
  CHECK(viewer->exchange.is_deferred);
  CHECK(viewer->finished == 0);
  table.hands.run_all();
  REQUIRE(viewer->finished == 1);
  CHECK_FALSE(viewer->answer->problem);
  CHECK(viewer->answer->status == 200);
  CHECK(viewer->answer->way == Way::forwarded);
  CHECK(viewer->answer->cloud_request_id == "cloud-1");
  CHECK(viewer->body() == "{}");
  CHECK(viewer->answer->prepared.head->starts_with("HTTP/1.1 200 OK\r\n"));
  for (const std::string& line :
       {std::string("Content-Type: application/json; charset=utf-8"),
        std::string("Content-Length: 2"), "ETag: " + etag_of("{}"),
        std::string("Cache-Control: private, no-cache"), std::string("Vary: Accept-Encoding"),
        std::string("X-Request-Id: cloud-1"), std::string("Age: 0"),
        std::string("Cache-Status: jobtree; fwd=miss"),
        std::string("X-Content-Type-Options: nosniff"),
        std::string("Content-Security-Policy: default-src 'none'")}) {
    INFO(line);
    CHECK(viewer->has(line));
  }
  CHECK_FALSE(viewer->has("Content-Encoding: "));
}

TEST_CASE("What is known is answered at once, and viewers of one second share the head and body") {
  Table table;
  table.read();
  table.hands.now += 1s;
  const auto one = table.ask();
  const auto two = table.ask();
  REQUIRE(one->exchange.sent);
  CHECK_FALSE(one->exchange.is_deferred);
  CHECK(one->has("Cache-Status: jobtree; hit"));
  CHECK(one->has("Age: 1"));
  CHECK(one->exchange.sent->head == two->exchange.sent->head);
  CHECK(one->exchange.sent->body == two->exchange.sent->body);
  const auto of_page = table.ask({.header_lines = "Vary: Origin\r\n"});
  CHECK(of_page->has("Vary: Origin"));
  CHECK_FALSE(table.ask()->has("Vary: Origin"));
  table.hands.now += 2s;
  CHECK(table.ask()->has("Cache-Status: jobtree; hit; ttl=-1"));
  CHECK(table.ask()->has("Age: 3"));
}

TEST_CASE("Who has the version gets 304 with its own tag, whatever the coding, weak or marked") {
  Table table;
  table.cloud.says = good(large());
  table.read();
  const std::string etag = etag_of(large());
  const auto viewer = table.ask({.if_none_match = etag});
  CHECK(viewer->answer->status == 304);
  CHECK(viewer->answer->prepared.head->starts_with("HTTP/1.1 304 Not Modified\r\n"));
  CHECK_FALSE(viewer->answer->prepared.body);
  CHECK(viewer->has("ETag: " + etag));
  CHECK(viewer->has("Vary: Accept-Encoding"));
  CHECK(viewer->has("X-Content-Type-Options: nosniff"));
  CHECK_FALSE(viewer->has("Content-Security-Policy: default-src 'none'"));
  CHECK(viewer->answer->prepared.head->find("Content-Length") == std::string::npos);
  CHECK(viewer->answer->prepared.head->find("Content-Type:") == std::string::npos);

  const std::string zstd = etag_of(etag, Coding::zstd);
  CHECK(table.ask({.if_none_match = "W/" + zstd, .accept_encoding = "br"})->has("ETag: " + zstd));
  CHECK(table.ask({.if_none_match = "*", .accept_encoding = "br"})
            ->has("ETag: " + etag_of(etag, Coding::br)));
  std::string marked = etag;
  marked.insert(marked.size() - 1, ";gzip");
  CHECK(table.ask({.if_none_match = marked})->answer->status == 304);
  CHECK(table.ask({.if_none_match = "\"older\""})->answer->status == 200);
}

TEST_CASE("A body goes out packed in what the viewer takes, byte for byte the same when unpacked") {
  Table table;
  table.cloud.says = good(large());
  for (const auto& [header, coding, name] :
       {std::tuple{"gzip, deflate, br, zstd", Coding::zstd, "zstd"},
        std::tuple{"GZIP", Coding::gzip, "gzip"}, std::tuple{"br;q=0.3", Coding::br, "br"}}) {
    INFO(header);
    const auto viewer = table.read({.accept_encoding = header});
    CHECK(viewer->has(std::string("Content-Encoding: ") + name));
    CHECK(viewer->has("ETag: " + etag_of(etag_of(large()), coding)));
    CHECK(viewer->has("Content-Length: " + std::to_string(viewer->body().size())));
    CHECK((unpacked(coding, viewer->body()) == large()));
    const auto again = table.ask({.accept_encoding = header});
    REQUIRE(again->exchange.sent);
    CHECK(again->exchange.sent->body == viewer->answer->prepared.body);
  }
  CHECK(table.cloud.calls == 1);
  const auto plain = table.ask({.accept_encoding = "identity"});
  CHECK(plain->body() == large());
  CHECK(plain->has("ETag: " + etag_of(large())));
}

TEST_CASE("A small body goes out as it is, unless the viewer takes it packed alone") {
  Table table;
  table.cloud.says = good(large().substr(0, 1000));
  CHECK(table.read({.accept_encoding = "gzip"})->body().size() == 1000);
  CHECK(table.ask({.accept_encoding = "gzip"})->exchange.sent);
  const auto viewer = table.read({.accept_encoding = "gzip, identity;q=0"});
  CHECK(viewer->has("Content-Encoding: gzip"));
}

TEST_CASE("The next version is packed at once in the codings that viewers of the job take") {
  Table table;
  table.cloud.says = good(large());
  table.read({.accept_encoding = "br"});
  table.hands.now += 3s;
  table.cloud.says = good(large("further"));
  table.read();  // sets off the fetch, and takes it plain
  const auto viewer = table.ask({.accept_encoding = "br"});
  REQUIRE(viewer->exchange.sent);
  CHECK((unpacked(Coding::br, viewer->body()) == large("further")));
}

TEST_CASE("A viewer who has the version in some coding is held until the job changes") {
  Table table;
  table.cloud.says = good(large());
  table.read({.accept_encoding = "zstd"});
  const std::string tag = etag_of(etag_of(large()), Coding::zstd);
  const auto viewer = table.ask({.if_none_match = tag, .accept_encoding = "zstd", .wait = 25s});
  CHECK(viewer->exchange.is_deferred);
  CHECK(table.handler.figures().parked == 1);
  table.cloud.says = good(large("further"));
  table.hands.pass(2s);
  REQUIRE(viewer->finished == 1);
  CHECK(viewer->answer->status == 200);
  CHECK(viewer->answer->was_parked);
  CHECK(viewer->has("Preference-Applied: wait=25"));
  CHECK(viewer->has("Cache-Status: jobtree; fwd=stale; collapsed"));
  CHECK((unpacked(Coding::zstd, viewer->body()) == large("further")));
  CHECK(table.handler.figures().parked == 0);
}

TEST_CASE("Who waited in vain gets 304, and is told that it waited") {
  Table table;
  table.read();
  const auto viewer = table.ask({.if_none_match = etag_of("{}"), .wait = 5s});
  table.hands.pass(5s);
  REQUIRE(viewer->finished == 1);
  CHECK(viewer->answer->status == 304);
  CHECK(viewer->has("Preference-Applied: wait=5"));
}

TEST_CASE("All who are told of one change get the same bytes") {
  Table table;
  table.read();
  std::vector<std::shared_ptr<Viewer>> viewers;
  viewers.reserve(100);
  for (int i = 0; i < 100; ++i)
    viewers.push_back(table.ask({.if_none_match = etag_of("{}"), .wait = 25s}));
  table.cloud.says = good("{\"further\":1}");
  table.hands.pass(2s);
  for (const auto& viewer : viewers) {
    REQUIRE(viewer->finished == 1);
    CHECK(viewer->answer->prepared.head == viewers[0]->answer->prepared.head);
    CHECK(viewer->answer->prepared.body == viewers[0]->answer->prepared.body);
  }
}

TEST_CASE("A viewer who leaves frees its place at once; one who only stops sending is answered") {
  Table table;
  table.read();
  const JobQuery query{.if_none_match = "*", .wait = 25s};
  for (const Departure departure : {Departure::whole, Departure::half}) {
    const auto viewer = table.ask(query);
    CHECK(table.handler.figures().parked == 1);
    viewer->exchange.left(departure);
    CHECK(viewer->finished == 1);
    CHECK(viewer->answer->status == 304);
    CHECK(table.handler.figures().parked == 0);
    viewer->exchange.left(Departure::whole);
    CHECK(viewer->finished == 1);
  }
}

TEST_CASE("Who only stops sending waits on for a first answer; who leaves does not") {
  Table table;
  const auto half = table.ask();
  const auto whole = table.ask();
  half->exchange.left(Departure::half);
  whole->exchange.left(Departure::whole);
  CHECK(half->finished == 0);
  CHECK(whole->finished == 1);
  table.hands.run_all();
  CHECK(half->finished == 1);
  CHECK(half->body() == "{}");
}

TEST_CASE("The parked of a revoked token are released, and finish has the last word") {
  Table table;
  table.read();
  const auto owner = std::make_shared<const int>(1);
  const auto theirs = table.ask({.if_none_match = "*", .wait = 25s, .owner = owner});
  const auto other = table.ask({.if_none_match = "*", .wait = 25s});
  table.handler.release_if([&owner](const auto& one) { return one == owner; });
  CHECK(theirs->finished == 1);
  CHECK(theirs->answer->was_parked);
  CHECK(other->finished == 0);

  FakeExchange exchange;
  table.handler.answer(exchange, kJob, {}, [](JobResponse&&) {
    return Prepared{.head = std::make_shared<const std::string>("HTTP/1.1 401 Unauthorized\r\n"),
                    .body = nullptr};
  });
  REQUIRE(exchange.sent);
  CHECK(*exchange.sent->head == "HTTP/1.1 401 Unauthorized\r\n");
}

TEST_CASE("Stopping tells all who wait for a change that there was none") {
  Table table;
  table.read();
  const auto viewer = table.ask({.if_none_match = "*", .wait = 25s});
  table.handler.release_all();
  CHECK(viewer->finished == 1);
  CHECK(viewer->answer->status == 304);
  CHECK(table.ask({.if_none_match = "*", .wait = 25s})->exchange.sent);
}

TEST_CASE("An answer for another job is malformed, and never shown as the one that was asked for") {
  Table table;
  table.cloud.says = good("{\"other\":1}");
  const auto viewer = table.read();
  REQUIRE(viewer->answer->problem);
  CHECK(viewer->answer->problem->kind == JobProblem::Kind::cloud);
  REQUIRE(viewer->answer->problem->reply);
  CHECK(viewer->answer->problem->reply->outcome == Outcome::malformed);
  CHECK(viewer->answer->problem->reply->detail.en == "The response is about another job.");
  CHECK_FALSE(viewer->answer->prepared.head);
  CHECK_FALSE(viewer->answer->prepared.body);
}

TEST_CASE("A job that has ended is final, and a viewer is not held for it") {
  Table table;
  table.cloud.says = good("{\"done\":1}");
  CHECK(table.read()->answer->is_final);
  table.hands.now += 24h;
  const auto viewer = table.ask({.if_none_match = "*", .wait = 25s});
  REQUIRE(viewer->exchange.sent);
  CHECK(viewer->has("Cache-Status: jobtree; hit"));
  CHECK(viewer->has("Age: 86400"));
  CHECK(table.cloud.calls == 1);
}

TEST_CASE("A failure is told as a value, with what is left of its pause") {
  Table table;
  table.cloud.says = bad(Outcome::throttled);
  table.cloud.says.retry_after = 42s;
  const auto first = table.read();
  REQUIRE(first->answer->problem);
  CHECK(first->answer->status == 0);
  CHECK(first->answer->way == Way::forwarded);
  CHECK(first->answer->problem->reply->outcome == Outcome::throttled);
  CHECK(first->answer->problem->retry_after == 42s);
  CHECK(first->answer->cloud_request_id == "cloud-2");
  table.hands.now += 40s;
  const auto later = table.ask();
  REQUIRE(later->exchange.sent);
  CHECK(later->answer->problem->retry_after == 2s);
  CHECK(later->answer->way == Way::hit);
  CHECK(later->answer->age == 40s);
  CHECK(later->answer->header_lines == "Age: 40\r\nCache-Status: jobtree; hit\r\n");
}

TEST_CASE("The last good answer stands in when the cloud fails, and says so") {
  Table table;
  table.read();
  table.cloud.says = bad(Outcome::unreachable);
  table.hands.now += 10s;
  const auto viewer = table.read();
  CHECK_FALSE(viewer->answer->problem);
  CHECK(viewer->has("Cache-Status: jobtree; fwd=stale; detail=stale-if-error"));
  CHECK(viewer->has("X-Request-Id: cloud-1"));
}

TEST_CASE("What is too much here is busy, and what breaks here is internal") {
  JobHandler::Options options = options_of_test();
  options.limits.max_bytes = 10'000;
  Table table(options);
  table.cloud.says = good(std::string(20'000, ' '));
  const auto full = table.read();
  REQUIRE(full->answer->problem);
  CHECK(full->answer->problem->kind == JobProblem::Kind::busy);
  CHECK(full->answer->problem->retry_after == 10s);

  options.limits.max_bytes = 1'000'000;
  options.limits.max_waiting = 0;
  Table crowded(options);
  const auto viewer = crowded.ask();
  REQUIRE(viewer->answer);
  CHECK(viewer->answer->problem->kind == JobProblem::Kind::busy);
  CHECK(viewer->answer->problem->retry_after == 1s);

  Table broken;
  broken.cloud.throws = true;
  const auto internal = broken.read();
  CHECK(internal->answer->problem->kind == JobProblem::Kind::internal);
  CHECK(internal->answer->problem->why == "canary");
}

TEST_CASE("When a handler has closed, no finish is called any more") {
  Table table;
  table.cloud.says = good(large());
  table.read();
  const auto packing = table.ask({.accept_encoding = "br"});
  const auto parked = table.ask({.if_none_match = "*", .wait = 25s});
  table.handler.close();
  table.hands.pass(1min);
  table.hands.run_all();
  CHECK(packing->finished == 0);
  CHECK(parked->finished == 0);
  CHECK(table.cloud.calls == 1);
}

TEST_CASE("A finish that throws after a wait ends nobody else's answer") {
  Table table;
  FakeExchange exchange;
  table.handler.answer(exchange, kJob, {},
                       [](JobResponse&&) -> Prepared { throw std::runtime_error("canary"); });
  const auto other = table.ask();
  table.hands.run_all();
  CHECK(other->finished == 1);
  CHECK(other->body() == "{}");
}

TEST_CASE("Every reply is heard once, completed, with the body for who wants to look") {
  JobHandler::Options options = options_of_test();
  int heard = 0;
  options.heard = [&heard](const JobAddress& address, JobReply& reply) {
    CHECK(address == kJob);
    reply.request_id = "ours";
    ++heard;
  };
  Table table(options);
  table.cloud.says = bad(Outcome::not_found);
  CHECK(table.read()->answer->cloud_request_id == "ours");
  table.ask();
  CHECK(heard == 1);
}

TEST_CASE("Bodies that slow readers hold, packed too, count until they let go") {
  Table table;
  table.cloud.says = good(large());
  auto slow = table.read({.accept_encoding = "gzip"});
  table.cloud.says = good(large("further"));
  table.hands.now += 1h;
  table.read();
  table.hands.run_all();
  const std::size_t held = table.handler.figures().bytes;
  slow.reset();
  CHECK(table.handler.figures().bytes < held);
}

}  // namespace job_handler_test
