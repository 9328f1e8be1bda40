#include "gateway/jobs/job_response.h"

#include <chrono>
#include <memory>
#include <string>

#include "unit/catch.h"

namespace job_response_test {

using namespace std::chrono_literals;
using jobtree::cloud::Outcome;
using jobtree::gateway::Coding;
using jobtree::gateway::FailedFetch;
using jobtree::gateway::Form;
using jobtree::gateway::head_of;
using jobtree::gateway::JobContent;
using jobtree::gateway::JobProblem;
using jobtree::gateway::overdue;
using jobtree::gateway::Reading;
using jobtree::gateway::Way;

namespace {

Reading with_job() {
  auto content = std::make_shared<JobContent>();
  content->body = "{}";
  content->version = "\"v\"";
  Reading reading;
  reading.content = content;
  reading.request_id = "cloud-1";
  reading.age = 3s;
  reading.ttl = 2s;
  reading.had_content = true;
  return reading;
}

Reading failed(FailedFetch failure) {
  Reading reading;
  reading.failure = std::make_shared<const FailedFetch>(std::move(failure));
  reading.age = 3s;
  reading.way = Way::forwarded;
  return reading;
}

Reading failed(Outcome outcome) {
  FailedFetch failure;
  failure.reply.outcome = outcome;
  failure.reply.request_id = "cloud-2";
  failure.reply.retry_after = 10s;
  return failed(std::move(failure));
}

std::string cache_status(const Reading& reading) {
  return facts_of(reading, 0s).cache_status;
}

Form plain(const Reading& reading) {
  return {.coding = Coding::identity, .bytes = {reading.content, &reading.content->body}};
}

}  // namespace

TEST_CASE("Cache-Status says whether a fetch was waited for, and whose", "[job_response]") {
  Reading reading = with_job();
  CHECK(cache_status(reading) == "jobtree; hit");
  reading.way = Way::forwarded;
  CHECK(cache_status(reading) == "jobtree; fwd=stale");
  reading.way = Way::collapsed;
  CHECK(cache_status(reading) == "jobtree; fwd=stale; collapsed");
  reading.had_content = false;
  CHECK(cache_status(reading) == "jobtree; fwd=miss; collapsed");
}

TEST_CASE("What is shown past its time says for how long, unless its job has ended",
          "[job_response]") {
  Reading reading = with_job();
  CHECK(overdue(reading) == 0s);
  reading.ttl = -4s;
  CHECK(overdue(reading) == 4s);
  CHECK(cache_status(reading) == "jobtree; hit; ttl=-4");
  reading.failure = failed(Outcome::failed).failure;
  CHECK(cache_status(reading) == "jobtree; hit; ttl=-4; detail=stale-if-error");

  const auto ended = std::make_shared<JobContent>();
  ended->is_final = true;
  reading = with_job();
  reading.ttl = -4s;
  reading.content = ended;
  CHECK(overdue(reading) == 0s);
  CHECK(facts_of(reading, 0s).is_final);
}

TEST_CASE("A failure of the cloud is a problem that quotes its reply", "[job_response]") {
  const auto facts = facts_of(failed(Outcome::throttled), 0s);
  REQUIRE(facts.problem);
  CHECK(facts.problem->kind == JobProblem::Kind::cloud);
  CHECK(facts.problem->reply->outcome == Outcome::throttled);
  CHECK(facts.cloud_request_id == "cloud-2");
  CHECK(facts.header_lines == "Age: 3\r\nCache-Status: jobtree; fwd=miss\r\n");
}

TEST_CASE("The pause that the cloud named is told less the time since then, and never as none",
          "[job_response]") {
  Reading reading = failed(Outcome::throttled);
  CHECK(facts_of(reading, 0s).problem->retry_after == 7s);
  reading.age = 10s;
  CHECK(facts_of(reading, 0s).problem->retry_after == 1s);
}

TEST_CASE("Where nothing is known the server is busy; what it broke is for the log",
          "[job_response]") {
  const auto busy = facts_of(Reading{}, 0s);
  REQUIRE(busy.problem);
  CHECK(busy.problem->kind == JobProblem::Kind::busy);
  CHECK(busy.problem->retry_after == 1s);
  CHECK(busy.header_lines == "Cache-Status: jobtree; hit\r\n");  // of nothing there is no age

  FailedFetch broken;
  broken.kind = FailedFetch::Kind::broken;
  broken.what = "canary";
  const auto internal = facts_of(failed(std::move(broken)), 0s);
  CHECK(internal.problem->kind == JobProblem::Kind::internal);
  CHECK(internal.problem->why == "canary");
  CHECK_FALSE(internal.problem->reply);

  FailedFetch full;
  full.kind = FailedFetch::Kind::no_room;
  const Reading no_room = failed(std::move(full));
  CHECK(facts_of(no_room, 0s).problem->kind == JobProblem::Kind::busy);
}

TEST_CASE("Whoever was made to wait for a change hears for how long it would have been",
          "[job_response]") {
  Reading reading = failed(Outcome::throttled);
  CHECK(facts_of(reading, 20s).header_lines.find("Preference-Applied") == std::string::npos);
  reading.was_parked = true;
  CHECK(facts_of(reading, 20s).header_lines.ends_with("Preference-Applied: wait=20\r\n"));
}

TEST_CASE("A head describes the body it belongs to, and a 304 has none", "[job_response]") {
  const Reading reading = with_job();
  CHECK(head_of(reading, {.waited = 20s}, "jobtree; hit", plain(reading)) ==
        "HTTP/1.1 200 OK\r\n"
        "Content-Type: application/json; charset=utf-8\r\n"
        "Content-Length: 2\r\n"
        "ETag: \"v\"\r\n"
        "Cache-Control: private, no-cache\r\n"
        "Vary: Accept-Encoding\r\n"
        "X-Request-Id: cloud-1\r\n"
        "Age: 3\r\n"
        "Cache-Status: jobtree; hit\r\n"
        "Preference-Applied: wait=20\r\n");
  const std::string unchanged =
      head_of(reading, {.status = 304}, "jobtree; hit", {.coding = Coding::identity});
  CHECK(unchanged.starts_with("HTTP/1.1 304 Not Modified\r\nETag: \"v\"\r\n"));
}

TEST_CASE("A packed body names its coding, and has a tag of its own", "[job_response]") {
  const Reading reading = with_job();
  const Form packed{.coding = Coding::gzip, .bytes = std::make_shared<const std::string>("12345")};
  const std::string head = head_of(reading, {.coding = Coding::gzip}, "jobtree; hit", packed);
  CHECK(head.find("Content-Length: 5\r\nContent-Encoding: gzip\r\n") != std::string::npos);
  CHECK(head.find("ETag: \"v\"\r\n") == std::string::npos);
  CHECK(head.find("ETag: " + etag_of("\"v\"", Coding::gzip) + "\r\n") != std::string::npos);
}

}  // namespace job_response_test
