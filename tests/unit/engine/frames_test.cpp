// Frames as text, compared with those that were approved: tests/data/frames. Whoever means to
// change them runs these tests with JOBTREE_APPROVE=1 and reads the difference.
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "job_session.h"
#include "support/frame_decoder.h"
#include "unit/catch.h"
#include "wire/abi.h"

namespace frames_test {

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
                                   "cause",
                                   "type",
                                   "status_sent",
                                   "error_code",
                                   "error_text",
                                   "elapsed",
                                   "failures",
                                   "marks",
                                   "estimate"};
constexpr const char* kAttributes[] = {"index",
                                       "status",
                                       "level",
                                       "set_size",
                                       "position",
                                       "expanded",
                                       "selected",
                                       "tab_stop",
                                       "bar_begin",
                                       "bar_end",
                                       "state",
                                       "share_succeeded",
                                       "share_failed",
                                       "share_running",
                                       "share_skipped",
                                       "total",
                                       "done",
                                       "failed",
                                       "warning",
                                       "live",
                                       "cause",
                                       "on_the_way",
                                       "statuses",
                                       "sort",
                                       "levels",
                                       "source_begin",
                                       "source_size",
                                       "has_ended",
                                       "is_lost",
                                       "severity",
                                       "count_waiting",
                                       "count_running",
                                       "count_succeeded",
                                       "count_failed",
                                       "count_cancelled",
                                       "count_skipped",
                                       "count_unknown",
                                       "status_before",
                                       "estimate",
                                       "zoomed",
                                       "critical"};
constexpr const char* kEvents[] = {"change", "settled", "error", "select"};

std::string slot_name(std::uint32_t slot) {
  return slot == 0 ? "summary" : slot == 1 ? "detail" : "row" + std::to_string(slot);
}

/// The commands of a frame, a line each.
class Lines : public jobtree::test::FrameHost {
 public:
  std::string out;

 private:
  void mount(std::uint32_t slot) override { line("mount " + slot_name(slot)); }
  void unmount(std::uint32_t slot) override { line("unmount " + slot_name(slot)); }
  void text(std::uint32_t slot, Field field, const std::string& text) override {
    line(place(slot, field) + quoted(text));
  }
  void time(std::uint32_t slot, Field field, double value) override {
    const bool is_length = field == Field::elapsed;
    line(place(slot, field) + (std::isnan(value) ? "none"
                               : is_length       ? number(value)
                                                 : start(value)));
  }
  void number(std::uint32_t slot, Attribute attribute, std::uint32_t value) override {
    line(slot_name(slot) + " " + kAttributes[static_cast<std::size_t>(attribute)] + " " +
         std::to_string(value));
  }
  void height(std::uint32_t rows) override { line("height " + std::to_string(rows)); }
  void focus(std::uint32_t slot) override { line("focus " + slot_name(slot)); }
  void scroll(double top) override { line("scroll " + number(top)); }
  void announce(const std::string& text) override { line("announce " + quoted(text)); }
  void query(const std::string& etag, std::uint32_t hold) override {
    line("query " + quoted(etag) + " hold " + std::to_string(hold));
  }
  void cancel(bool late) override { line(late ? "cancel late" : "cancel"); }
  void wake(double when) override { line("wake " + (when > 1e18 ? "never" : start(when))); }
  void event(Event event) override {
    line(std::string("event ") + kEvents[static_cast<int>(event)]);
  }

  void line(const std::string& text) { out += text + "\n"; }
  static std::string place(std::uint32_t slot, Field field) {
    return slot_name(slot) + " " + kFields[static_cast<std::size_t>(field)] + " ";
  }
  static std::string number(double value) { return std::to_string(static_cast<long long>(value)); }
  static std::string start(double time) { return "start+" + number(time - kStart); }
  static std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text)
      out += c == '\n' ? std::string("\\n") : std::string(1, c);
    return out + "\"";
  }
};

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
    Lines lines;
    jobtree::test::decode(commands, session.frame_text(), lines);
    text += "== " + heading + "\n" + lines.out + "\n";
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

}  // namespace frames_test
