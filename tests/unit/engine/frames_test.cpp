// Frames as text, compared with those that were approved: tests/data/frames. Whoever means to
// change them runs these tests with JOBTREE_APPROVE=1 and reads the difference.
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/session_script.h"
#include "job_session.h"
#include "unit/catch.h"
#include "wire/abi.h"

using namespace jobtree::engine;

namespace {

constexpr double kStart = 1670227820000;  // 2022-12-05T08:10:20Z

constexpr const char* kFields[] = {"name",
                                   "id",
                                   "status",
                                   "begin",
                                   "end",
                                   "duration",
                                   "error",
                                   "progress",
                                   "facts",
                                   "label",
                                   "message",
                                   "hint",
                                   "chip_waiting",
                                   "chip_running",
                                   "chip_succeeded",
                                   "chip_failed",
                                   "chip_cancelled",
                                   "chip_skipped",
                                   "chip_unknown",
                                   "matches",
                                   "search",
                                   "cause"};
constexpr const char* kAttributes[] = {
    "index",        "status",        "level",         "set_size",   "position", "expanded",
    "selected",     "tab_stop",      "bar_begin",     "bar_end",    "state",    "share_succeeded",
    "share_failed", "share_running", "share_skipped", "total",      "done",     "failed",
    "warning",      "live",          "cause",         "on_the_way", "statuses", "sort",
    "levels",       "source_begin",  "source_size"};
constexpr const char* kEvents[] = {"change", "settled", "error", "select"};

std::string slot_name(std::uint32_t slot) {
  return slot == 0 ? "summary" : slot == 1 ? "detail" : "row" + std::to_string(slot);
}

/// The commands of a frame, a line each.
std::string as_text(const std::vector<std::uint32_t>& words, std::string_view pool) {
  std::string out;
  const std::vector<std::size_t> starts = script::unit_starts(pool);
  std::size_t at = 2;
  const auto word = [&] { return words.at(at++); };
  const auto real = [&] {
    std::uint64_t bits = word();
    bits |= static_cast<std::uint64_t>(word()) << 32U;
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  };
  const auto number = [](double value) {
    return value > 1e18 ? std::string("never") : std::to_string(static_cast<long long>(value));
  };
  const auto time = [&](double value) { return "start+" + number(value - kStart); };
  const auto run = [&] {
    const std::uint32_t start = word();
    const std::size_t begin = starts.at(start);
    std::string text = "\"";
    for (const char c : pool.substr(begin, starts.at(start + word()) - begin))
      text += c == '\n' ? std::string("\\n") : std::string(1, c);
    return text + "\"";
  };
  for (;;) {
    std::string line;
    switch (static_cast<abi::Op>(word())) {
      case abi::Op::end:
        return out;
      case abi::Op::mount:
        line = "mount " + slot_name(word());
        break;
      case abi::Op::unmount:
        line = "unmount " + slot_name(word());
        break;
      case abi::Op::text:
        line = slot_name(word());
        line += std::string(" ") + kFields[word()];
        line += " " + run();
        break;
      case abi::Op::time:
        line = slot_name(word());
        line += std::string(" ") + kFields[word()];
        line += " " + time(real());
        break;
      case abi::Op::number:
        line = slot_name(word());
        line += std::string(" ") + kAttributes[word()];
        line += " " + std::to_string(word());
        break;
      case abi::Op::height:
        line = "height " + std::to_string(word());
        break;
      case abi::Op::focus:
        line = "focus " + slot_name(word());
        break;
      case abi::Op::scroll:
        line = "scroll " + number(real());
        break;
      case abi::Op::announce:
        line = "announce " + run();
        break;
      case abi::Op::ask:
        line = "ask " + run();
        line += " hold " + std::to_string(word());
        break;
      case abi::Op::drop:
        line = word() != 0 ? "drop late" : "drop";
        break;
      case abi::Op::wake: {
        const double when = real();
        line = "wake " + (when > 1e18 ? "never" : time(when));
        break;
      }
      case abi::Op::event:
        line = std::string("event ") + kEvents[word()];
        break;
    }
    out += line + "\n";
  }
}

/// A hundred addresses, of which `done` are there, in a batch; the fourth of them failed.
std::string batch(int done) {
  std::string jobs;
  for (int i = 0; i < 100; ++i) {
    const bool failed = i == 3 && done > 3;
    jobs += (i == 0 ? "" : ",");
    jobs += R"({"job_id":"c)" + std::to_string(i) + R"(","job_type":"createPublicip","status":")" +
            (failed     ? "FAIL"
             : i < done ? "SUCCESS"
                        : "RUNNING") +
            R"(","begin_time":"2022-12-05T08:10:20.000Z","end_time":")" +
            (i < done ? "2022-12-05T08:10:22.500Z" : "") + "\"" +
            (failed ? R"(,"error_code":"VPC.0504","fail_reason":"quota exceeded")" : "") +
            R"(,"entities":{"ip":"10.0.0.)" + std::to_string(i) + "\"}}";
  }
  return R"({"job_id":"p","job_type":"createBatchPublicip","begin_time":"2022-12-05T08:10:20.000Z",)"
         R"("end_time":"","status":"RUNNING","entities":{"sub_jobs":[)" +
         jobs + "]}}";
}

/// A watch on a screen of three rows, whose frames are written down under headings.
struct Record {
  JobSession session{1};
  double now = kStart + 5000;
  std::string text;

  Record() { session.set_viewport({0, 96, 32}); }
  void frame(const std::string& heading) {
    const auto& commands = session.frame(now);
    const std::vector<std::uint32_t> words(commands.begin(), commands.end());
    text += "== " + heading + "\n" + as_text(words, session.frame_text()) + "\n";
  }
  void approve(const std::string& name) const {
    const std::string path = JOBTREE_TEST_DATA "/frames/" + name;
    if (std::getenv("JOBTREE_APPROVE") != nullptr) std::ofstream(path) << text;
    std::ifstream file(path);
    const std::string approved(std::istreambuf_iterator<char>(file), {});
    CHECK(text == approved);
  }
};

}  // namespace

TEST_CASE("Frames of a watch are those that were approved") {
  Record it;
  it.frame("the first frame asks");
  it.session.answer(200, batch(0), "\"1\"", -1, 0, it.now);
  it.frame("the first answer");
  it.session.answer(304, "", "", -1, 0, it.now);
  it.frame("an unchanged answer: nothing is written");
  it.session.answer(200, batch(1), "\"2\"", -1, 0, it.now);
  it.frame("one of a hundred changed, and is on screen");
  it.session.answer(200, batch(2), "\"3\"", -1, 0, it.now);
  it.frame("another");
  it.now += 1000;
  it.frame("a second later");
  it.session.set_viewport({64, 96, 32});
  it.frame("scrolled by two rows");
  it.session.answer(200, batch(4), "\"4\"", -1, 0, it.now);
  it.frame("one failed");
  it.session.set(abi::Option::statuses, 1U << static_cast<unsigned>(Status::failed), it.now);
  it.frame("failed only");
  it.session.set(abi::Option::statuses, 0, it.now);
  it.session.set_search("c42", it.now);
  it.frame("a search instead");
  it.session.press(abi::Key::root_failure, 0, it.now);
  it.frame("to the first failure: the search goes, and it is selected");
  it.approve("watch.txt");
}

TEST_CASE("Frames of a watch in trouble are those that were approved") {
  Record it;
  it.frame("the first frame asks");
  it.session.answer(0, "", "", -1, 0, it.now);
  it.frame("nothing came");
  it.session.answer(404, R"({"code":"Common.0011"})", "", -1, 0, it.now);
  it.frame("no such job");
  it.session.answer(200, R"({"job_id":"p","job_type":"createPublicip","status":"RUNNING"})", "", -1,
                    0, it.now);
  it.frame("there it is");
  it.session.answer(200, "<html>", "", -1, 0, it.now);
  it.frame("no JSON");
  it.session.answer(429, R"({"code":"APIGW.0308"})", "", 30, 0, it.now);
  it.frame("too many requests");
  it.session.answer(401, R"({"code":"APIGW.0301"})", "", -1, 0, it.now);
  it.frame("the key is refused");
  it.session.set(abi::Option::offline, 1, it.now);
  it.frame("the browser is offline");
  it.approve("trouble.txt");
}
