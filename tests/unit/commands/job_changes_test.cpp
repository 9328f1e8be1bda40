#include "commands/job/job_changes.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "unit/catch.h"
#include "unit/jobs.h"

namespace job_changes_test {

using namespace jobtree;
using namespace jobtree::commands;
using engine::Language;
using engine::Status;
using testing::batch;
using testing::contains;
using testing::kBegin;
using testing::Part;
using testing::tree_of;
using Kind = Change::Kind;

namespace {

/// "settled p0 from running"
std::vector<std::string> told(const engine::JobTree* before, const engine::JobTree& now) {
  std::vector<std::string> all;
  for (const Change& change : changes_between(before, now)) {
    std::string text = change.kind == Kind::begin    ? "begin "
                       : change.kind == Kind::change ? "change "
                                                     : "settled ";
    text += now.view(now.jobs[change.job].id);
    if (change.from) text.append(" from ").append(status_word(*change.from, Language::en));
    all.push_back(text);
  }
  return all;
}

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("At first all is new: what goes on begins, what has ended is settled") {
  const auto now = tree_of(batch("RUNNING", {"SUCCESS", "RUNNING", "FAIL"}));
  CHECK(told(nullptr, now) == Told{"begin root", "begin p1", "settled p0", "settled p2"});
}

TEST_CASE("A job that has ended at first sight is settled once") {
  CHECK(told(nullptr, tree_of(batch("SUCCESS", {"SUCCESS"}))) ==
        Told{"settled p0", "settled root"});
}

TEST_CASE("The same answer again holds no change") {
  const auto now = tree_of(batch("RUNNING", {"SUCCESS", "RUNNING", "FAIL"}));
  CHECK(told(&now, now).empty());
}

TEST_CASE("Changes are told with what was before, the whole job's end last") {
  const auto before = tree_of(batch("RUNNING", {"INIT", "RUNNING", "SUCCESS"}));
  const auto moved = tree_of(batch("RUNNING", {"RUNNING", "FAIL", "SUCCESS"}));
  CHECK(told(&before, moved) == Told{"change p0 from waiting", "settled p1 from running"});
  const auto ended = tree_of(batch("FAIL", {"SUCCESS", "FAIL", "SUCCESS"}));
  CHECK(told(&moved, ended) == Told{"settled p0 from running", "settled root from running"});
}

TEST_CASE("A job listed later is new then") {
  const auto before = tree_of(batch("RUNNING", {"RUNNING"}));
  const auto now = tree_of(batch("RUNNING", {"RUNNING", "INIT", "SUCCESS"}));
  CHECK(told(&before, now) == Told{"begin p1", "settled p2"});
}

TEST_CASE("A reason that comes after the failure is a change") {
  Part part = batch("RUNNING", {"FAIL"});
  part.parts[0].reason = "";
  const auto before = tree_of(part);
  part.parts[0].reason = "No more addresses.";
  CHECK(told(&before, tree_of(part)) == Told{"change p0 from failed"});
}

TEST_CASE("A status that is not known is told when its word changes") {
  const auto before = tree_of(batch("RUNNING", {"TELEPORTING"}));
  const auto now = tree_of(batch("RUNNING", {"ARRIVING"}));
  CHECK(told(&before, now) == Told{"change p0 from unknown"});
}

TEST_CASE("A whole per cent of progress is a change, of a job without parts") {
  Part part{.id = "root", .type = "import", .status = "RUNNING"};
  part.facts = R"("progress":40)";
  const auto before = tree_of(part);
  part.facts = R"("progress":41)";
  CHECK(told(&before, tree_of(part)) == Told{"change root from running"});
  part.facts = R"("progress":40.2)";
  CHECK(told(&before, tree_of(part)).empty());
}

TEST_CASE("A line says when, what, from what to what, and why") {
  const auto before = tree_of(batch("RUNNING", {"RUNNING", "INIT"}));
  const auto now = tree_of(batch("RUNNING", {"FAIL", "RUNNING"}));
  const auto changes = changes_between(&before, now);
  REQUIRE(changes.size() == 2);
  CHECK(change_line(changes[0], now, kBegin + 2999, Language::en) ==
        "2026-11-24T12:00:02Z  create p0  running -> failed  2.5s  VPC.0532  No more addresses.");
  CHECK(change_line(changes[1], now, kBegin + 2999, Language::zh) ==
        "2026-11-24T12:00:02Z  create p1  等待中 -> 运行中");
}

TEST_CASE("A line holds nothing a terminal would obey") {
  Part part = batch("RUNNING", {"FAIL"});
  part.parts[0].reason = "\\u001b[2J\\nsecond line";
  const auto now = tree_of(part);
  const auto line = change_line(changes_between(nullptr, now)[1], now, 0, Language::en);
  CHECK(contains(line, "␛[2J second line"));
  CHECK_FALSE(contains(line, "\x1b"));
}

TEST_CASE("An event is one JSON object with the documented names") {
  Part part = batch("RUNNING", {"FAIL"});
  const auto now = tree_of(part);
  const std::string text =
      change_event({Kind::settled, 1, Status::running}, now, kBegin + 2999, Language::en);
  CHECK_FALSE(contains(text, "\n"));
  CHECK(nlohmann::json::parse(text) == nlohmann::json::parse(R"({
    "time":"2026-11-24T12:00:02.999Z","event":"settled","job_id":"p0","type":"create",
    "status":"failed","status_text":"FAIL","from":"running","path":["root","p0"],"progress":null,
    "begin_time":"2026-11-24T12:00:00.000Z","end_time":"2026-11-24T12:00:02.500Z",
    "error_code":"VPC.0532","error_text":"No more addresses.",
    "explanation":"The public IP pool has no free addresses.",
    "remedy":"Retry later, or choose another EIP type or region."})"));
}

TEST_CASE("What is not known is null in an event, never left out") {
  const auto now = tree_of({.id = "", .type = "", .status = "INIT"});
  const auto event = nlohmann::json::parse(change_event({Kind::begin, 0}, now, 0, Language::en));
  CHECK(event.size() == 15);
  for (const char* name : {"job_id", "type", "from", "progress", "begin_time", "end_time",
                           "error_code", "error_text", "explanation", "remedy"}) {
    CHECK(event.at(name).is_null());
  }
}

TEST_CASE("An event keeps Chinese as it is, and escapes what a terminal would obey") {
  Part part = batch("RUNNING", {"FAIL"});
  part.parts[0].reason = "没有地址";
  auto now = tree_of(part);
  CHECK(contains(change_event({Kind::settled, 1}, now, 0, Language::en), "没有地址"));
  for (const char* hostile : {"\\u009b31m", "\\u007f", "\\u202e", "\\u001b[2J"}) {
    part.parts[0].reason = hostile;
    now = tree_of(part);
    CHECK(contains(change_event({Kind::settled, 1}, now, 0, Language::en),
                   std::string("\"") + hostile));
  }
}

TEST_CASE("Trouble of the watch is an event too") {
  const auto tree = tree_of(batch("RUNNING", {"RUNNING"}));
  const WatchEvent event{.name = "error",
                         .job_id = "root",
                         .tree = &tree,
                         .error_code = "APIGW.0308",
                         .error_text = "over ratelimit",
                         .request_id = "r1",
                         .http_status = 429};
  CHECK(nlohmann::json::parse(watch_event(event, kBegin, Language::zh)) ==
        nlohmann::json::parse(R"({
    "time":"2026-11-24T12:00:00.000Z","event":"error","job_id":"root","type":"createBatch",
    "status":"running","http_status":429,"request_id":"r1","error_code":"APIGW.0308",
    "error_text":"over ratelimit","explanation":"请求过多，已达流控上限。",
    "remedy":"降低请求频率：减少轮询，并随机延迟后重试。"})"));
  const auto unseen =
      nlohmann::json::parse(watch_event({.name = "timeout", .job_id = "x"}, 0, Language::en));
  CHECK(unseen.at("status").is_null());
  CHECK(unseen.at("http_status").is_null());
  CHECK(unseen.at("explanation").is_null());
}

TEST_CASE("Times are written in UTC, and a time out of range does not overflow") {
  CHECK(iso_time(0) == "1970-01-01T00:00:00.000Z");
  CHECK(iso_time(-1) == "1969-12-31T23:59:59.999Z");
  CHECK(iso_time(1e300) == "9999-12-31T23:59:59.999Z");
  CHECK(iso_time(-1e300) == "0001-01-01T00:00:00.000Z");
}

}  // namespace job_changes_test
