#include "commands/job/job_display.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "commands/job/job_text.h"
#include "unit/catch.h"
#include "unit/commands/watched.h"
#include "unit/jobs.h"

namespace job_display_test {

using namespace jobtree;
using namespace jobtree::commands;
using cloud::Outcome;
using engine::Language;
using testing::batch;
using testing::contains;
using testing::failure;
using testing::FakeEvents;
using testing::job_reply;
using Event = EventLoop::Event;

namespace {

/// What a whole watch wrote.
struct Written {
  std::string out;
  std::string err;
  Ending ending{};

  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (std::size_t at = 0; at < out.size();) {
      const std::size_t end = out.find('\n', at);
      REQUIRE(end != std::string::npos);  // every line is a whole one
      all.push_back(out.substr(at, end - at));
      at = end + 1;
    }
    return all;
  }
};

using Make = std::unique_ptr<Display> (*)(Outlet);

Written watched(Make make, std::vector<cloud::JobReply> answers, bool until_end = true,
                WindowSize window = {}, double interrupt_at = 0) {
  Written written;
  Outlet outlet{.out = [&](std::string_view text) { written.out += text; },
                .err = [&](std::string_view text) { written.err += text; },
                .window = {}};
  if (make == live_display) outlet.window = [window] { return window; };
  FakeEvents events(std::move(answers));
  if (interrupt_at > 0) events.at(interrupt_at, Event::interrupted);
  const auto display = make(std::move(outlet));
  written.ending = watch({.until_end = until_end, .timeout = 30}, events, *display);
  return written;
}

std::unique_ptr<Display> events(Outlet outlet) {
  return event_display(std::move(outlet), "root");
}

const auto kRunning = job_reply(batch("RUNNING", {"RUNNING", "INIT"}));
const auto kMoved = job_reply(batch("RUNNING", {"SUCCESS", "RUNNING"}));
const auto kEnded = job_reply(batch("FAIL", {"SUCCESS", "FAIL"}));
const auto kNoAnswer = failure(Outcome::unreachable, 0, "", "Connection refused");

}  // namespace

TEST_CASE("The tree is printed once, whole, and nothing else") {
  const Written written = watched(tree_display, {kEnded}, false);
  const auto lines = written.lines();
  REQUIRE(lines.size() == 7);
  CHECK(lines[0].starts_with("failed · 2 of 2 done"));
  CHECK(contains(lines[3], "VPC.0532  No more addresses."));
  CHECK(lines[4] == "Why it failed");
  CHECK(written.err.empty());
  CHECK(watched(tree_display, {kNoAnswer}, false).out.empty());
}

TEST_CASE("How long such jobs take is said of one that runs") {
  const auto shown = [](Make make, const cloud::JobReply& reply) {
    std::string out;
    Outlet outlet{.out = [&](std::string_view text) { out += text; },
                  .err = [](std::string_view) {},
                  .window = {},
                  .past_runs =
                      [](const engine::JobTree& tree) {
                        CHECK(engine::total(tree.root().leaves) == 2);
                        return engine::PastRuns{.count = 5, .p50 = 60, .p90 = 120, .p95 = 130};
                      }};
    FakeEvents events({reply});
    const auto display = make(std::move(outlet));
    watch({.until_end = false, .timeout = 30}, events, *display);
    return out;
  };
  CHECK(contains(shown(tree_display, kRunning), "1 running, 1 waiting · Usually 1 to 2 min\n"));
  CHECK(contains(shown(line_display, kRunning), " · Usually 1 to 2 min\n"));
  CHECK_FALSE(contains(shown(tree_display, kEnded), "Usually"));
}

TEST_CASE("Piped, there is a line a change and one that sums up") {
  const Written written = watched(line_display, {kRunning, kRunning, kMoved, kNoAnswer, kEnded});
  const auto lines = written.lines();
  REQUIRE(lines.size() == 7);
  CHECK(contains(lines[0], "createBatch root  running  0 of 2 done"));
  CHECK(contains(lines[1], "create p0  running -> succeeded  2.5s"));
  CHECK(contains(lines[2], "create p1  waiting -> running"));
  CHECK(contains(lines[3], "create p1  running -> failed  2.5s  VPC.0532  No more addresses."));
  CHECK(contains(lines[4], "createBatch root  running -> failed  2.5s  2 of 2 done"));
  CHECK(contains(lines[5], "Z  VPC.0532  The public IP pool has no free addresses. Retry later"));
  CHECK(contains(lines[6], "Z  failed · 2 of 2 done · 2.5s · 1 failed, 1 succeeded"));
  CHECK(written.err.starts_with("backend job: No update for "));
  CHECK(contains(written.err, "; retrying in "));
  CHECK(written.err.ends_with(": Connection refused\n"));
}

TEST_CASE("Of what is there at first, lines tell the whole job and what has failed") {
  const auto lines =
      watched(line_display,
              {job_reply(batch("RUNNING", {"SUCCESS", "FAIL", "RUNNING", "INIT"})), kEnded})
          .lines();
  CHECK(contains(lines[0], "createBatch root"));
  CHECK(contains(lines[1], "create p1  failed"));
  CHECK_FALSE(contains(lines[2], "p3"));
}

TEST_CASE("Later, lines tell all but a new job that waits; one that waits again is told") {
  const auto lines =
      watched(line_display, {kRunning, job_reply(batch("RUNNING", {"INIT", "INIT", "INIT"})),
                             job_reply(batch("RUNNING", {"INIT", "INIT", "INIT", "RUNNING"}))})
          .lines();
  REQUIRE(lines.size() == 4);
  CHECK(contains(lines[1], "create p0  running -> waiting"));
  CHECK(contains(lines[2], "create p3  running"));
}

TEST_CASE("Events are JSON Lines from the first to the end of the whole job") {
  const Written written = watched(events, {kRunning, kNoAnswer, kMoved, kEnded});
  std::vector<std::string> told;
  for (const std::string& line : written.lines()) {
    const auto event = nlohmann::json::parse(line);
    told.push_back(event.at("event").get<std::string>() + " " +
                   event.at("job_id").get<std::string>());
  }
  CHECK(told == std::vector<std::string>{"begin root", "begin p0", "begin p1", "error root",
                                         "settled p0", "change p1", "settled p1", "settled root"});
  CHECK(written.err.empty());
}

TEST_CASE("A watch that failed or took too long ends with an event that says so") {
  const auto last = [](const Written& written) {
    return nlohmann::json::parse(written.lines().back());
  };
  const auto denied = last(watched(events, {failure(Outcome::denied, 401, "APIGW.0301", "no")}));
  CHECK(denied.at("event") == "error");
  CHECK(denied.at("http_status") == 401);
  CHECK(denied.at("error_code") == "APIGW.0301");
  CHECK(denied.at("error_text") == "no");
  const auto late = last(watched(events, {kRunning}));
  CHECK(late.at("event") == "timeout");
  CHECK(late.at("status") == "running");
}

TEST_CASE("JSON is the last answer, byte for byte") {
  CHECK(watched(json_display, {kRunning, kEnded}).out == kEnded.body);
  CHECK(watched(json_display, {kRunning}).out == kRunning.body);  // timed out
  CHECK(watched(json_display, {kNoAnswer}, false).out.empty());
}

TEST_CASE("To a terminal, JSON is sent without what it would obey") {
  std::string out;
  const auto display = json_display({.out = [&](std::string_view text) { out += text; },
                                     .err = {},
                                     .window = [] { return WindowSize{}; }});
  auto answer = kEnded;
  answer.body.insert(1,
                     "\n\"x\":\"\xc2\x9b"
                     "2J\",");
  FakeEvents events({answer});
  watch({}, events, *display);
  CHECK(contains(out, "{\n\"x\":\"�2J\","));
  CHECK(out.ends_with("}\n"));
}

TEST_CASE("The live tree is drawn over itself, and the cursor is given back at the end") {
  const Written written = watched(live_display, {kRunning, kMoved, kEnded});
  CHECK(written.out.starts_with("\x1b[?2026h\x1b[?25lLoading…\x1b[K\n\x1b[J\x1b[?2026l"));
  CHECK(contains(written.out, "\x1b[?2026h\r\x1b[1A"));  // over one line: the status
  CHECK(contains(written.out, "\x1b[?2026h\r\x1b[5A"));  // over summary, tree and status
  CHECK(written.out.ends_with("\x1b[?25h"));
  const std::string last = written.out.substr(written.out.rfind("\x1b[J"));
  CHECK(contains(last, "failed · 2 of 2 done"));
  CHECK_FALSE(contains(last, "Live"));
}

TEST_CASE("A failure shows in the live tree's status line, not on standard error") {
  const Written written = watched(live_display, {kRunning, kNoAnswer, kEnded});
  CHECK(contains(written.out, "No update for "));
  CHECK(written.err.empty());
}

TEST_CASE("Interrupted, the live tree stays as it was and the cursor comes back") {
  const Written written = watched(live_display, {kRunning}, true, {}, 1500);
  CHECK(written.ending.how == End::interrupted);
  CHECK(written.out.ends_with("\x1b[J\x1b[?2026l\x1b[?25h"));
}

TEST_CASE("The live tree never has more lines than the window, nor wider ones") {
  const auto many = job_reply(batch("RUNNING", std::vector<std::string>(100, "RUNNING")));
  const Written written = watched(live_display, {many}, true, {.width = 30, .height = 10}, 1500);
  const std::size_t begin = written.out.rfind("\x1b[?2026h");
  std::size_t lines = 0;
  for (const char c : written.out.substr(begin))
    lines += c == '\n' ? 1 : 0;
  CHECK(lines == 9);
}

TEST_CASE("A note goes to standard error, above the live tree") {
  std::string all;
  Outlet outlet{.out = [&](std::string_view text) { all += text; },
                .err = [&](std::string_view text) { all.append("<").append(text).append(">"); },
                .window = [] { return WindowSize{}; }};
  const auto display = live_display(outlet);
  display->refresh(nullptr, {}, 0);
  all.clear();
  display->note("The clock is off.");
  CHECK(all == "\r\x1b[1A\x1b[J<backend job: The clock is off.\n>");
}

TEST_CASE("A screen writes nothing when nothing is new, and begins anew when it shrinks") {
  Screen screen;
  CHECK(screen.paint({"one", "two"}, {80, 24}) ==
        "\x1b[?2026h\x1b[?25lone\x1b[K\ntwo\x1b[K\n\x1b[J\x1b[?2026l");
  CHECK(screen.paint({"one", "two"}, {80, 24}).empty());
  CHECK(contains(screen.paint({"one", "2"}, {90, 24}), "\r\x1b[2A"));
  CHECK(contains(screen.paint({"one", "2"}, {40, 24}), "\x1b[H\x1b[2J"));
  CHECK(screen.clear() == "\r\x1b[2A\x1b[J");
  CHECK(screen.clear().empty());
  CHECK(screen.leave() == "\x1b[?25h");
  CHECK(screen.leave().empty());
}

TEST_CASE(
    "A failed query is reported with what to do, the four things it came with, and our words") {
  auto answer = failure(Outcome::denied, 401, "APIGW.0301", "Incorrect\x1b[2J authentication");
  answer.request_id = "5986544d";
  answer.detail = {"Our own sentence.", "我们的说明。"};
  CHECK(failure_report(answer, Language::en) ==
        "backend job: Our own sentence. Check the key, project, region and this "
        "machine's clock (date -u).\n"
        "  HTTP status: 401\n"
        "  request ID: 5986544d\n"
        "  error code: APIGW.0301\n"
        "  error message: Incorrect␛[2J authentication\n"
        "  explanation: IAM authentication failed: the AK/SK signature or the token is wrong.\n"
        "  remedy: Check the AK/SK, the clock, the signing and the token. Five failures in a row "
        "lock the key for 5 minutes.\n");
  const std::string zh = failure_report(answer, Language::zh);
  CHECK(zh.starts_with("backend job: 我们的说明。请检查密钥"));
  CHECK(contains(zh, "  HTTP 状态：401\n  请求 ID：5986544d\n  错误码：APIGW.0301\n  错误信息："));
  CHECK(contains(zh, "\n  含义：IAM 认证失败：AK/SK 签名或 Token 有误。\n  处理措施：检查 AK/SK"));
  answer.error_code = "XYZ.0001";
  CHECK_FALSE(contains(failure_report(answer, Language::en), "explanation"));
}

TEST_CASE("What a failed query did not come with is said to be none") {
  const std::string report = failure_report(failure(Outcome::unreachable, 0), Language::en);
  CHECK(contains(report,
                 "  HTTP status: none\n  request ID: none\n  error code: none\n"
                 "  error message: none\n"));
}

TEST_CASE("A time-out says how the job stood, and what failed last") {
  const Written seen = watched(line_display, {kRunning});
  const std::string report = ending_report(seen.ending, 30, testing::kBegin + 30'000, Language::en);
  CHECK(report ==
        "backend job: timed out after 30s; last status: running · 0 of 2 done · 30s · 1 "
        "running, 1 waiting. The job is still running; increase --timeout to wait longer.\n");
  const Written unseen = watched(line_display, {kNoAnswer});
  const std::string other = ending_report(unseen.ending, 30, 0, Language::en);
  CHECK(other.starts_with("backend job: timed out after 30s; the job was not seen.\n"));
  CHECK(contains(other, "  error message: Connection refused\n"));
}

TEST_CASE("An ending that speaks for itself is not reported") {
  CHECK(ending_report(watched(tree_display, {kEnded}).ending, 30, 0, Language::en).empty());
}

}  // namespace job_display_test
