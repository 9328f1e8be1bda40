// What one observation means: facts, events, the body, a duration.
#include "store/change.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "store/body_codec.h"
#include "store/record_json.h"
#include "unit/catch.h"
#include "unit/store/observations.h"

namespace change_test {

using namespace jobtree;
using namespace jobtree::store;
using namespace jobtree::testing;

namespace {

struct Observed {
  Known known{};
  std::optional<Change> change{};

  explicit Observed(const Part& job, int seconds = 0, const Known* before = nullptr) {
    change = change_between(before, observation_of(job, seconds), known);
  }
  nlohmann::json events() const {
    std::string text = "[";
    for (const EventPart& part : change->events)
      text += (text.size() > 1 ? "," : "") + part.json;
    return nlohmann::json::parse(text + "]");
  }
};

}  // namespace

TEST_CASE("A job seen for the first time is described, and each of its parts is an event") {
  const Observed seen(batch("RUNNING", {"SUCCESS", "RUNNING", "INIT"}));
  REQUIRE(seen.change);
  const JobRecord& job = seen.change->record;
  CHECK(job.version == 1);
  CHECK(job.type == "createBatch");
  CHECK(job.status == Status::running);
  CHECK(job.status_text == "RUNNING");
  CHECK_FALSE(job.is_final);
  CHECK(job.counts[static_cast<std::size_t>(Status::succeeded)] == 1);
  CHECK(job.first_seen == seen_after(0));
  CHECK(job.last_change == seen_after(0));
  const auto events = seen.events();
  REQUIRE(events.size() == 4);
  CHECK(events[0]["sub_job"].is_null());
  CHECK(events[0]["from"].is_null());
  CHECK(events[0]["to"] == "running");
  CHECK(events[1]["sub_job"] == "p0");
  CHECK(events[1]["to"] == "succeeded");
}

TEST_CASE("The time of an event is the cloud's where it says one, else when it was seen") {
  const auto events = Observed(batch("RUNNING", {"SUCCESS", "INIT"})).events();
  CHECK(events[1]["at"] == "2026-11-24T12:00:02.500Z");
  CHECK(events[1]["at_is"] == "cloud");
  CHECK(events[2]["at"] == "2026-11-24T12:00:05.000Z");
  CHECK(events[2]["at_is"] == "seen");
}

TEST_CASE("Of a job seen before, only what has changed is an event, with what it was") {
  const Observed first(batch("RUNNING", {"RUNNING", "RUNNING", "RUNNING"}));
  const Observed second(batch("RUNNING", {"RUNNING", "FAIL", "RUNNING"}), 3, &first.known);
  REQUIRE(second.change);
  CHECK(second.change->record.version == 2);
  CHECK(second.change->record.first_seen == seen_after(0));
  const auto events = second.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0]["sub_job"] == "p1");
  CHECK(events[0]["from"] == "running");
  CHECK(events[0]["to"] == "failed");
  CHECK(events[0]["error_code"] == "VPC.0532");
  CHECK(second.change->record.failed_job == "p1");
  REQUIRE(second.change->record.failures.size() == 1);
  CHECK(second.change->record.failures[0].count == 1);
}

TEST_CASE("Failures are remembered as the engine groups them, and come back as they were") {
  const auto item = [](const std::string& status, const std::string& zone, int second) {
    return R"({"job_id":"x","status":")" + status + R"(","end_time":"2026-11-24T12:00:0)" +
           std::to_string(second) + R"(Z","error_code":"VPC.0521","fail_reason":"used )" +
           std::to_string(second) + R"( of 2","entities":{"zone":")" + zone + "\"}}";
  };
  const Observation seen{
      .address = address_of("r"),
      .body = std::make_shared<const std::string>(
          R"({"job_id":"r","status":"FAIL","sub_jobs":[)" + item("FAIL", "a", 3) + "," +
          item("FAIL", "a", 1) + "," + item("SUCCESS", "b", 2) + "]}"),
      .at = seen_after(0)};
  Known after;
  const auto change = change_between(nullptr, seen, after);
  REQUIRE(change);
  const auto& failures = change->record.failures;
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].count == 2);
  CHECK(failures[0].group.starts_with("VPC.0521~"));
  CHECK(text_of(*failures[0].first_at) == "2026-11-24T12:00:01.000Z");
  CHECK(text_of(*failures[0].last_at) == "2026-11-24T12:00:03.000Z");
  CHECK(failures[0].facets == std::vector<FailureFacet>{{"zone", "a", 0, 1}});

  const auto again = failures_of(text_of(json_of(failures)));
  REQUIRE(again.size() == 1);
  CHECK(again[0].group == failures[0].group);
  CHECK(again[0].last_at == failures[0].last_at);
  CHECK(again[0].facets == failures[0].facets);
  CHECK(failures_of(R"([{"error_code":"A","count":2}])")[0].facets.empty());
}

TEST_CASE("The same body again, and what is no job, are no change") {
  const Observed first(batch("RUNNING", {"RUNNING"}));
  CHECK_FALSE(Observed(batch("RUNNING", {"RUNNING"}), 3, &first.known).change);
  Known after;
  for (const char* body : {"", "{", "[]", R"({"error_code":"VPC.0010","error_msg":"no"})"}) {
    const Observation seen{.address = address_of("root"),
                           .body = std::make_shared<const std::string>(body),
                           .at = seen_after(0)};
    INFO(body);
    CHECK_FALSE(change_between(nullptr, seen, after));
  }
}

TEST_CASE("A body is a patch of the one before, and whole when the job has ended") {
  std::vector<std::string> statuses(200, "RUNNING");
  const Observed first(batch("RUNNING", statuses));
  CHECK(first.change->body.is_whole);
  statuses[7] = "SUCCESS";
  const Observed second(batch("RUNNING", statuses), 3, &first.known);
  CHECK_FALSE(second.change->body.is_whole);
  CHECK(second.change->body.data.size() * 5 < first.change->body.data.size());
  const auto again =
      unpack_body(second.change->body.data, first.known.body(), second.change->body.size);
  REQUIRE(again);
  CHECK(*again == second.known.body());
  CHECK(digest_of(*again) == second.change->body.sha256);

  const Observed last(batch("SUCCESS", std::vector<std::string>(200, "SUCCESS")), 6, &second.known);
  CHECK(last.change->body.is_whole);
  CHECK(last.change->record.is_final);
}

TEST_CASE("A chain of patches ends before it is long") {
  std::vector<std::string> statuses(100, "RUNNING");
  Known known = Observed(batch("RUNNING", statuses)).known;
  std::size_t longest = 0;
  std::size_t whole = 0;
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    statuses[i] = "SUCCESS";
    Observed next(batch("RUNNING", statuses), static_cast<int>(i), &known);
    REQUIRE(next.change);
    if (next.change->body.is_whole) ++whole;
    known = std::move(next.known);
    longest = std::max(longest, known.links);
  }
  CHECK(longest <= 32);
  CHECK(whole >= 2);
  CHECK(whole < 50);
}

TEST_CASE("Only a job that succeeded says how long such jobs take, and only once") {
  const Observed running(batch("RUNNING", {"RUNNING"}));
  CHECK_FALSE(running.change->duration);
  const Observed ended(batch("SUCCESS", {"SUCCESS"}), 3, &running.known);
  REQUIRE(ended.change->duration);
  CHECK(ended.change->duration->seconds == 2.5);
  CHECK(ended.change->duration->size_class == 0);
  CHECK_FALSE(Observed(batch("FAIL", {"FAIL"}), 3, &running.known).change->duration);
  Part other = batch("SUCCESS", {"SUCCESS"});
  other.facts = R"("size":10)";
  CHECK_FALSE(Observed(other, 6, &ended.known).change->duration);
}

TEST_CASE("Jobs are of one size up to 1, 5, 20, 100 and 1,000 parts") {
  const std::vector<std::pair<std::uint32_t, int>> sizes = {
      {0, 0},  {1, 0},   {2, 1},   {5, 1},    {6, 2},    {20, 2},
      {21, 3}, {100, 3}, {101, 4}, {1000, 4}, {1001, 5}, {250'000, 5}};
  for (const auto& [parts, size] : sizes) {
    INFO(parts);
    CHECK(size_class_of(parts) == size);
  }
}

TEST_CASE("Thousands of events of one change stand in parts") {
  const Observed seen(batch("RUNNING", std::vector<std::string>(2500, "RUNNING")));
  REQUIRE(seen.change->events.size() == 3);
  CHECK(seen.change->events[0].count == kEventsInPart);
  CHECK(seen.events().size() == 2501);
}

TEST_CASE("Long texts of the cloud are cut between characters, and broken ones become JSON") {
  Part job = batch("FAIL", {"FAIL"});
  job.parts[0].reason.clear();
  for (int i = 0; i < 300; ++i)
    job.parts[0].reason += "资";
  const Observed seen(job);
  const std::string& text = seen.change->record.error_text;
  CHECK(text.size() <= 500);
  CHECK(text.size() % 3 == 0);
  CHECK(seen.events()[1]["error_text"] == text);
}

TEST_CASE("A NUL, which not every database takes, is stored as a question mark") {
  Part job = batch("FAIL", {"FAIL"});
  job.parts[0].reason = R"(bad \u0000 end)";
  const Observed seen(job);
  CHECK(seen.change->record.error_text == "bad ? end");
  CHECK(seen.events()[1]["error_text"] == "bad ? end");
}

TEST_CASE("Bodies come back byte for byte, and foreign bytes do not") {
  const std::string body(5000, 'x');
  const auto packed = pack_body(body, {});
  REQUIRE(packed);
  CHECK(unpack_body(*packed, {}, body.size()) == body);
  CHECK_FALSE(unpack_body(*packed, {}, body.size() + 1));
  CHECK_FALSE(unpack_body("no zstd", {}, 5000));
  CHECK_FALSE(unpack_body(packed->substr(0, packed->size() - 1), {}, body.size()));
  CHECK(digest_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace change_test
