#include "view/tree_view.h"

#include <string>
#include <vector>

#include "ingest/job_parser.h"
#include "model/error_groups.h"
#include "unit/catch.h"
#include "view/keyboard.h"

namespace tree_view_test {

using namespace jobtree::engine;
using abi::Expand;
using abi::Key;

namespace {

JobTree parse(const std::string& json) {
  ParsedJob parsed = parse_job(json);
  REQUIRE(parsed.error == ParsedJob::Error::none);
  return std::move(parsed.tree);
}

std::string job(const std::string& id, const std::string& status,
                const std::vector<std::string>& children = {}) {
  std::string text = R"({"job_id":")" + id + R"(","job_type":")" + id + R"(","status":")" + status +
                     R"(","entities":{"sub_jobs":[)";
  for (std::size_t i = 0; i < children.size(); ++i)
    text += (i == 0 ? "" : ",") + children[i];
  return text + "]}}";
}

/// root
///   apple       (good branch, closed at first)
///     seed
///   basket      (failed branch, open at first)
///     berry     failed
///     banana
///   cherry
std::string sample() {
  return job("root", "RUNNING",
             {job("apple", "SUCCESS", {job("seed", "SUCCESS")}),
              job("basket", "FAIL", {job("berry", "FAIL"), job("banana", "SUCCESS")}),
              job("cherry", "RUNNING")});
}

std::string rows(const TreeView& view, const JobTree& tree) {
  std::string text;
  for (std::uint32_t i : view.rows()) {
    if (!text.empty()) text += " ";
    text += tree.view(tree.jobs[i].id);
  }
  return text;
}

struct Sample {
  JobTree tree;
  TreeView view;
  Keyboard keyboard;
  double now = 1672531200000;  // 2023-01-01

  explicit Sample(const std::string& json = sample()) : tree(parse(json)) { view.show(tree, now); }
  void search(const std::string& text) { view.set_search(text, Language::en); }
  void look_for(std::initializer_list<Status> statuses) {
    std::uint32_t bits = 0;
    for (Status status : statuses)
      bits |= 1U << static_cast<std::uint32_t>(status);
    view.set_statuses(bits);
  }
  /// "3/5": the third of five siblings.
  std::string place(const std::string& id) const {
    for (std::uint32_t row = 0; row < view.rows().size(); ++row) {
      if (tree.view(tree.jobs[view.rows()[row]].id) != id) continue;
      return std::to_string(view.position(row)) + "/" + std::to_string(view.set_size(row));
    }
    return "not shown";
  }
  std::uint32_t number(const std::string& id) const {
    for (std::uint32_t i = 0; i < tree.jobs.size(); ++i)
      if (tree.view(tree.jobs[i].id) == id) return i;
    return kNoJob;
  }
  std::string rows() const { return tree_view_test::rows(view, tree); }
  std::string active() const {
    return std::string(tree.view(tree.jobs[view.rows()[view.active_row()]].id));
  }
  bool press(Key key) { return keyboard.press(view, key, 0, 3, now); }
  void type(const std::string& word, double pause = 100) {
    for (char c : word) {
      now += pause;
      keyboard.press(view, Key::character, static_cast<std::uint32_t>(c), 3, now);
    }
  }
  void go_to(const std::string& id) {
    while (active() != id) {
      const std::uint32_t before = view.active_row();
      press(Key::down);
      REQUIRE(view.active_row() != before);
    }
  }
};

}  // namespace

TEST_CASE("At first the job itself is open, and the way to every failure") {
  CHECK(Sample().rows() == "root apple basket berry banana cherry");
}

TEST_CASE("With expand=all everything is open, with expand=none nothing") {
  Sample sample;
  sample.view.set_policy(static_cast<std::uint32_t>(Expand::all));
  CHECK(sample.rows() == "root apple seed basket berry banana cherry");
  sample.view.set_policy(static_cast<std::uint32_t>(Expand::none));
  CHECK(sample.rows() == "root");
}

TEST_CASE("What the user opened or closed stays so over new answers") {
  Sample sample;
  sample.view.toggle(2);  // basket: close
  sample.view.toggle(1);  // apple: open
  CHECK(sample.rows() == "root apple seed basket cherry");
  const JobTree next = parse(sample.tree.empty() ? "" : tree_view_test::sample());
  sample.view.show(next, 0);
  CHECK(rows(sample.view, next) == "root apple seed basket cherry");
}

TEST_CASE("A branch that fails later opens by itself, unless the user closed it") {
  const auto with = [](const std::string& status) {
    return parse(
        job("root", "RUNNING",
            {job("a", "RUNNING", {job("a1", status)}), job("b", "RUNNING", {job("b1", status)})}));
  };
  const JobTree before = with("RUNNING");
  TreeView view;
  view.show(before, 0);
  CHECK(rows(view, before) == "root a b");
  view.toggle(1);
  view.toggle(1);
  const JobTree after = with("FAIL");
  view.show(after, 0);
  CHECK(rows(view, after) == "root a b b1");
}

TEST_CASE("A branch that opened for a failure and was closed stays so, whatever else fails in it") {
  const auto with = [](const std::string& second) {
    return parse(
        job("root", "RUNNING", {job("a", "RUNNING", {job("a1", "FAIL"), job("a2", second)})}));
  };
  const JobTree before = with("RUNNING");
  TreeView view;
  view.show(before, 0);
  CHECK(rows(view, before) == "root a a1 a2");
  view.toggle(1);
  const JobTree after = with("FAIL");
  view.show(after, 0);
  CHECK(rows(view, after) == "root a");
}

TEST_CASE("What is active, selected and open goes by the job, wherever the next answer has it") {
  Sample sample;
  sample.view.toggle(1);  // apple: open
  sample.go_to("banana");
  sample.press(Key::enter);
  const JobTree next =
      parse(job("root", "RUNNING",
                {job("new", "RUNNING", {job("newer", "INIT")}), job("cherry", "RUNNING"),
                 job("basket", "FAIL", {job("banana", "SUCCESS"), job("berry", "FAIL")}),
                 job("apple", "SUCCESS", {job("seed", "SUCCESS")})}));
  sample.view.show(next, 0);
  CHECK(rows(sample.view, next) == "root new cherry basket banana berry apple seed");
  CHECK(sample.view.active_row() == 4);
  REQUIRE(sample.view.selected() != kNoJob);
  CHECK(next.view(next.jobs[sample.view.selected()].id) == "banana");
}

TEST_CASE("When the selected job vanishes nothing is selected") {
  Sample sample;
  sample.go_to("cherry");
  sample.press(Key::enter);
  const JobTree next = parse(job("root", "RUNNING", {job("apple", "SUCCESS")}));
  sample.view.show(next, 0);
  CHECK(sample.view.selected() == kNoJob);
}

TEST_CASE("Down and up go from row to row and stop at the ends") {
  Sample sample;
  CHECK(sample.active() == "root");
  CHECK(sample.press(Key::up));
  CHECK(sample.active() == "root");
  sample.press(Key::down);
  CHECK(sample.active() == "apple");
  for (int i = 0; i < 10; ++i)
    sample.press(Key::down);
  CHECK(sample.active() == "cherry");
}

TEST_CASE("Home, End and the page keys") {
  Sample sample;
  sample.press(Key::end);
  CHECK(sample.active() == "cherry");
  sample.press(Key::page_up);
  CHECK(sample.active() == "basket");
  sample.press(Key::home);
  CHECK(sample.active() == "root");
  sample.press(Key::page_down);
  CHECK(sample.active() == "berry");
  sample.press(Key::page_down);
  sample.press(Key::page_down);
  CHECK(sample.active() == "cherry");
  for (int i = 0; i < 3; ++i)
    sample.press(Key::page_up);
  CHECK(sample.active() == "root");
}

TEST_CASE("Right opens a closed branch, then enters it; on a leaf it does nothing") {
  Sample sample;
  sample.go_to("apple");
  sample.press(Key::right);
  CHECK(sample.active() == "apple");
  CHECK(sample.rows() == "root apple seed basket berry banana cherry");
  sample.press(Key::right);
  CHECK(sample.active() == "seed");
  CHECK(sample.press(Key::right));
  CHECK(sample.active() == "seed");
}

TEST_CASE("Left closes an open branch, and goes to the parent from anywhere else") {
  Sample sample;
  sample.go_to("banana");
  sample.press(Key::left);
  CHECK(sample.active() == "basket");
  sample.press(Key::left);
  CHECK(sample.rows() == "root apple basket cherry");
  sample.press(Key::left);
  CHECK(sample.active() == "root");
  sample.press(Key::left);
  CHECK(sample.rows() == "root");
  sample.press(Key::left);
  CHECK(sample.active() == "root");
}

TEST_CASE("Where text runs right to left, the arrows swap") {
  Sample sample;
  sample.keyboard.set_rtl(true);
  sample.press(Key::right);
  CHECK(sample.rows() == "root");
  sample.press(Key::left);
  CHECK(sample.rows() == "root apple basket berry banana cherry");
}

TEST_CASE("An asterisk opens all siblings") {
  Sample sample;
  sample.go_to("basket");
  sample.press(Key::left);
  sample.press(Key::asterisk);
  CHECK(sample.rows() == "root apple seed basket berry banana cherry");
  CHECK(sample.active() == "basket");
}

TEST_CASE("Typing goes to the next row that begins so; a letter again, to the one after") {
  Sample sample;
  sample.type("b");
  CHECK(sample.active() == "basket");
  sample.type("b");
  CHECK(sample.active() == "berry");
  sample.now += 5000;
  sample.type("BAN");
  CHECK(sample.active() == "banana");
  sample.now += 5000;
  sample.type("x");
  CHECK(sample.active() == "banana");
}

TEST_CASE("Typing finds a row by the name it shows, in either language by the type as sent too") {
  Sample sample(job("root", "RUNNING", {job("bindEip", "SUCCESS"), job("enlargeVolume", "FAIL")}));
  sample.type("exp");
  CHECK(sample.active() == "enlargeVolume");
  sample.now += 5000;
  sample.type("associate");
  CHECK(sample.active() == "enlargeVolume");
  sample.now += 5000;
  sample.type("bind");
  CHECK(sample.active() == "bindEip");
  sample.keyboard.set_language(Language::zh);
  sample.now += 5000;
  sample.type("enl");
  CHECK(sample.active() == "enlargeVolume");
  sample.now += 5000;
  sample.type("b");
  CHECK(sample.active() == "bindEip");
}

TEST_CASE("A filter that hides the selected job unselects it, and one that shows it does not") {
  Sample sample(job("root", "FAIL", {job("one", "FAIL"), job("two", "SUCCESS")}));
  sample.view.select(1);
  REQUIRE(sample.view.selected() == 1);
  sample.search("one");
  CHECK(sample.view.selected() == 1);
  sample.search("two");
  CHECK(sample.view.selected() == kNoJob);
}

TEST_CASE("Enter and Space select the active row, again they unselect it, and Escape does too") {
  Sample sample;
  sample.go_to("cherry");
  CHECK(sample.view.selected() == kNoJob);
  sample.press(Key::enter);
  CHECK(sample.tree.view(sample.tree.jobs[sample.view.selected()].id) == "cherry");
  sample.press(Key::space);
  CHECK(sample.view.selected() == kNoJob);
  CHECK_FALSE(sample.press(Key::escape));
  sample.press(Key::enter);
  CHECK(sample.press(Key::escape));
  CHECK(sample.view.selected() == kNoJob);
}

TEST_CASE("When a branch closes around the active row, the branch becomes active") {
  Sample sample;
  sample.go_to("banana");
  sample.view.toggle(2);
  CHECK(sample.active() == "basket");
}

TEST_CASE("When the active job vanishes, what stands in its place becomes active") {
  Sample sample;
  sample.go_to("cherry");
  const JobTree next = parse(job("root", "RUNNING", {job("apple", "SUCCESS")}));
  sample.view.show(next, 0);
  CHECK(sample.view.active_row() == 1);
}

TEST_CASE("An empty tree takes no keys") {
  TreeView view;
  const JobTree nothing;
  view.show(nothing, 0);
  CHECK_FALSE(Keyboard().press(view, Key::down, 0, 3, 0));
  view.toggle(0);
  view.select(0);
  CHECK(view.selected() == kNoJob);
}

TEST_CASE("A number of levels can be open") {
  Sample sample(
      job("root", "RUNNING", {job("a", "RUNNING", {job("b", "RUNNING", {job("c", "RUNNING")})})}));
  const auto none = static_cast<std::uint32_t>(Expand::none);
  sample.view.set_policy(none + 1);
  CHECK(sample.rows() == "root a");
  sample.view.set_policy(none + 2);
  CHECK(sample.rows() == "root a b");
  sample.view.set_policy(4'000'000'000U);
  CHECK(sample.rows() == "root a b c");
}

TEST_CASE("The way to a failure stays open when a retry succeeds") {
  const auto with = [](const std::string& status) {
    return parse(job("root", "RUNNING", {job("a", "RUNNING", {job("a1", status)})}));
  };
  const JobTree before = with("FAIL");
  TreeView view;
  view.show(before, 0);
  CHECK(rows(view, before) == "root a a1");
  const JobTree after = with("SUCCESS");
  view.show(after, 0);
  CHECK(rows(view, after) == "root a a1");
}

TEST_CASE("A search finds jobs in closed branches, in any case, and keeps the way to them") {
  Sample sample;
  sample.search("SEE");
  CHECK(sample.rows() == "root apple seed");
  CHECK(sample.view.match_count() == 1);
  CHECK(sample.view.is_match(sample.number("seed")));
  CHECK_FALSE(sample.view.is_match(sample.number("apple")));
  CHECK(sample.active() == "seed");
}

TEST_CASE("The failures of one group are shown by its name, and those of one code by that") {
  const auto failed = [](const std::string& id, const std::string& reason) {
    return R"({"job_id":")" + id + R"(","status":"FAIL","error_code":"A","fail_reason":")" +
           reason + "\"}";
  };
  Sample sample(job("root", "FAIL",
                    {failed("one", "no quota"), failed("two", "used 3 of 2"),
                     failed("three", "used 4 of 2"), job("four", "FAIL"), job("A", "SUCCESS")}));
  String name;
  put_group_name(name, sample.tree, error_groups(sample.tree, ErrorsBy::code_and_reason).front());
  sample.search("error:" + std::string(std::string_view(name)));
  CHECK(sample.rows() == "root two three");
  CHECK(sample.view.match_count() == 2);
  sample.search("error:A");
  CHECK(sample.rows() == "root one two three");
  sample.search("error:B~00000000");
  CHECK(sample.rows() == "root");
}

TEST_CASE("When a search is over everything is as open as it was") {
  Sample sample;
  sample.search("seed");
  sample.search("");
  CHECK(sample.rows() == "root apple basket berry banana cherry");
  CHECK_FALSE(sample.view.is_filtered());
}

TEST_CASE("Whoever went to what was found is still there when the search is over") {
  Sample sample;
  sample.search("e");
  sample.go_to("seed");
  sample.search("");
  CHECK(sample.active() == "seed");
  CHECK(sample.rows() == "root apple seed basket berry banana cherry");
}

TEST_CASE("A search that finds nothing leaves the job itself") {
  Sample sample;
  sample.search("zebra");
  CHECK(sample.rows() == "root");
  CHECK(sample.view.match_count() == 0);
  CHECK(sample.active() == "root");
}

TEST_CASE("A search looks at names, ids, statuses, errors and facts") {
  Sample sample(R"({"job_id":"r","job_type":"createServer","status":"RUNNING","sub_jobs":[
    {"job_id":"one","job_type":"attachNic","status":"FAIL","error_code":"Ecs.0319","fail_reason":"No capacity"},
    {"job_id":"two","job_type":"bootDisk","status":"TELEPORTING","entities":{"server_id":"srv-77"}},
    {"job_id":"three","job_type":"bootDisk","status":"INIT"}]})");
  const auto found = [&](const std::string& text) {
    sample.search(text);
    std::string rows;
    for (std::uint32_t job : sample.view.rows())
      if (sample.view.is_match(job))
        rows += std::string(sample.tree.view(sample.tree.jobs[job].id)) + " ";
    return rows;
  };
  CHECK(found("bootdisk") == "two three ");
  CHECK(found("  bootdisk ") == "two three ");
  CHECK(found("thre") == "three ");
  CHECK(found("ecs.03") == "one ");
  CHECK(found("no cap") == "one ");
  CHECK(found("teleport") == "two ");
  CHECK(found("SRV-77") == "two ");
  CHECK(found("server_id") == "two ");
  CHECK(found("waiting") == "three ");
  CHECK(found("failed") == "one ");
  sample.view.set_search("失败", Language::zh);
  CHECK(sample.view.match_count() == 1);
}

TEST_CASE("A search text has a bound, counted in characters of whatever script") {
  Sample sample;
  std::string text;
  for (int i = 0; i < 200; ++i)
    text += "失";
  sample.search(text + "败");
  CHECK(sample.view.filter().text() == text);
  sample.search(std::string(1'000'000, 'y'));
  CHECK(sample.view.filter().text().size() == 200);
}

TEST_CASE("A filter by status shows these alone, as many as the counts say, and the way to them") {
  Sample sample;
  sample.look_for({Status::failed});
  CHECK(sample.rows() == "root basket berry");
  // The basket failed because of the berry: it is the way, and not counted again.
  CHECK(sample.view.match_count() == 1);
  sample.look_for({Status::failed, Status::running});
  CHECK(sample.rows() == "root basket berry cherry");
  CHECK(sample.view.match_count() == 2);
  sample.look_for({});
  CHECK(sample.rows() == "root apple basket berry banana cherry");
}

TEST_CASE("A branch that failed by itself is found among the failures") {
  Sample sample(
      job("root", "FAIL", {job("a", "FAIL", {job("a1", "SUCCESS")}), job("b", "SUCCESS")}));
  sample.look_for({Status::failed});
  CHECK(sample.rows() == "root a");
  CHECK(sample.view.match_count() == 1);
  CHECK_FALSE(sample.view.is_branch(sample.number("a")));
}

TEST_CASE("A status we do not know is never filtered away") {
  Sample sample(job("root", "RUNNING", {job("odd", "TELEPORTING"), job("fine", "SUCCESS")}));
  sample.look_for({Status::failed});
  CHECK(sample.rows() == "root odd");
  sample.look_for({Status::unknown});
  CHECK(sample.rows() == "root odd");
}

TEST_CASE("A search within a status finds branches of that status too") {
  Sample sample;
  sample.look_for({Status::failed});
  sample.search("basket");
  CHECK(sample.view.match_count() == 1);
  CHECK(sample.view.is_match(sample.number("basket")));
  sample.search("apple");
  CHECK(sample.view.match_count() == 0);
}

TEST_CASE("Under a filter, places are among the siblings that are shown") {
  Sample sample;
  CHECK(sample.place("cherry") == "3/3");
  sample.search("rr");
  CHECK(sample.rows() == "root basket berry cherry");
  CHECK(sample.place("cherry") == "2/2");
  CHECK(sample.place("berry") == "1/1");
  CHECK(sample.place("root") == "1/1");
}

TEST_CASE("Branches fold under a filter, and unfold with the next") {
  Sample sample;
  sample.search("rr");
  sample.view.toggle(1);
  CHECK(sample.rows() == "root basket cherry");
  sample.search("rry");
  CHECK(sample.rows() == "root basket berry cherry");
  sample.view.set_policy(static_cast<std::uint32_t>(Expand::none));
  CHECK(sample.rows() == "root");
  sample.view.set_policy(static_cast<std::uint32_t>(Expand::all));
  CHECK(sample.rows() == "root basket berry cherry");
}

TEST_CASE("A filter holds over new answers and takes in what matches now") {
  Sample sample;
  sample.look_for({Status::failed});
  const JobTree next = parse(
      job("root", "FAIL", {job("apple", "FAIL", {job("seed", "FAIL")}), job("cherry", "SUCCESS")}));
  sample.view.show(next, sample.now);
  CHECK(rows(sample.view, next) == "root apple seed");
  CHECK(sample.view.match_count() == 1);
}

TEST_CASE("A search holds over new answers and takes in what matches now") {
  Sample sample;
  sample.search("seed");
  const JobTree next =
      parse(job("root", "RUNNING",
                {job("apple", "SUCCESS", {job("seed", "SUCCESS")}), job("seedless", "RUNNING")}));
  sample.view.show(next, sample.now);
  CHECK(rows(sample.view, next) == "root apple seed seedless");
  CHECK(sample.view.match_count() == 2);
}

TEST_CASE("Failed first, then what goes on, then what ended well; equals as they were sent") {
  Sample sample(
      job("root", "RUNNING",
          {job("good", "SUCCESS"), job("next", "INIT"), job("busy", "RUNNING"), job("odd", "HM"),
           job("branch", "RUNNING", {job("x", "SUCCESS"), job("y", "FAIL")}), job("bad", "FAIL")}));
  sample.view.set_sort(abi::Sort::failed_first, sample.now);
  CHECK(sample.rows() == "root branch y x bad odd busy next good");
  CHECK(sample.place("bad") == "2/6");
  sample.view.set_sort(abi::Sort::as_sent, sample.now);
  CHECK(sample.rows() == "root good next busy odd branch x y bad");
}

TEST_CASE("Longest first: those that run count until now, and the order waits for an answer") {
  const auto timed = [](const std::string& id, const std::string& begin, const std::string& end) {
    return R"({"job_id":")" + id + R"(","status":")" + (end.empty() ? "RUNNING" : "SUCCESS") +
           R"(","begin_time":"2022-12-31T)" + begin + R"(Z","end_time":")" +
           (end.empty() ? "" : "2022-12-31T" + end + "Z") + "\"}";
  };
  const std::string json =
      R"({"job_id":"root","status":"RUNNING","sub_jobs":[)" +
      timed("short", "01:00:00", "01:00:01") + R"(,{"job_id":"never","status":"INIT"},)" +
      timed("runs", "23:59:00", "") + "," + timed("long", "01:00:00", "02:00:00") + "," +
      timed("equal", "03:00:00", "04:00:00") + "]}";
  Sample sample(json);
  sample.view.set_sort(abi::Sort::longest_first, sample.now);
  CHECK(sample.rows() == "root long equal runs short never");
  sample.now += 7'200'000;
  sample.press(Key::left);
  sample.press(Key::right);
  CHECK(sample.rows() == "root long equal runs short never");
  const JobTree next = parse(json);
  sample.view.show(next, sample.now);
  CHECK(rows(sample.view, next) == "root runs long equal short never");
}

TEST_CASE(
    "The next failure is the next failed leaf on screen or in a closed branch, round the end") {
  Sample sample(
      job("root", "FAIL",
          {job("a", "FAIL", {job("a1", "FAIL"), job("a2", "SUCCESS")}), job("b", "SUCCESS"),
           job("c", "FAIL", {job("c1", "SUCCESS"), job("c2", "FAIL")}), job("d", "FAIL")}));
  sample.view.set_policy(static_cast<std::uint32_t>(Expand::none));
  CHECK(sample.rows() == "root");
  CHECK(sample.press(Key::next_failure));
  CHECK(sample.active() == "a1");
  CHECK(sample.rows() == "root a a1 a2 b c d");
  sample.press(Key::next_failure);
  CHECK(sample.active() == "c2");
  sample.press(Key::next_failure);
  CHECK(sample.active() == "d");
  sample.press(Key::next_failure);
  CHECK(sample.active() == "a1");
  sample.press(Key::previous_failure);
  CHECK(sample.active() == "d");
  sample.press(Key::previous_failure);
  CHECK(sample.active() == "c2");
  // From between two, to the one before.
  sample.go_to("d");
  sample.press(Key::up);
  sample.press(Key::up);
  CHECK(sample.active() == "c1");
  sample.press(Key::previous_failure);
  CHECK(sample.active() == "a1");
}

TEST_CASE("Without a failure there is none to go to") {
  Sample sample(job("root", "RUNNING", {job("a", "SUCCESS")}));
  CHECK_FALSE(sample.press(Key::next_failure));
  CHECK_FALSE(sample.press(Key::previous_failure));
  CHECK_FALSE(sample.press(Key::root_failure));
  CHECK(sample.active() == "root");
}

TEST_CASE("The next failure is one that the filter shows; when it shows none, the filter goes") {
  Sample sample(
      job("root", "FAIL", {job("one", "FAIL"), job("two", "FAIL"), job("fine", "SUCCESS")}));
  sample.search("two");
  sample.press(Key::next_failure);
  CHECK(sample.active() == "two");
  CHECK(sample.rows() == "root two");
  sample.search("fine");
  sample.press(Key::next_failure);
  CHECK(sample.active() == "one");
  CHECK(sample.rows() == "root one two fine");
}

TEST_CASE("Open details follow to the next failure; closed ones stay closed") {
  Sample sample;
  sample.press(Key::next_failure);
  CHECK(sample.view.selected() == kNoJob);
  sample.press(Key::home);
  sample.press(Key::enter);
  sample.press(Key::next_failure);
  CHECK(sample.view.selected() == sample.number("berry"));
}

TEST_CASE("The root failure is gone to out of closed branches and filters, and selected") {
  Sample sample;
  sample.tree.root_failure = sample.number("berry");
  sample.view.set_policy(static_cast<std::uint32_t>(Expand::none));
  sample.search("cherry");
  CHECK(sample.press(Key::root_failure));
  CHECK(sample.active() == "berry");
  CHECK(sample.view.selected() == sample.number("berry"));
  CHECK(sample.view.filter().empty());
}

TEST_CASE("A job that is revealed stands open in its branch, and a filter that shows it stays") {
  Sample sample;
  sample.search("seed");
  sample.view.toggle(1);
  sample.view.reveal_and_select(sample.number("seed"));
  CHECK(sample.rows() == "root apple seed");
  CHECK(sample.active() == "seed");
  sample.view.reveal_and_select(sample.number("banana"));
  CHECK(sample.rows() == "root apple basket berry banana cherry");
  CHECK(sample.active() == "banana");
}

TEST_CASE(
    "When the active row vanishes the next sibling takes over, else the previous, else the "
    "parent") {
  Sample sample(
      job("root", "RUNNING",
          {job("a", "RUNNING", {job("a1", "FAIL"), job("a2", "FAIL"), job("a3", "FAIL")})}));
  sample.go_to("a2");
  const auto with = [](const std::vector<std::string>& children) {
    return parse(job("root", "RUNNING", {job("a", "RUNNING", children)}));
  };
  const auto active = [&](const JobTree& tree) {
    return std::string(tree.view(tree.jobs[sample.view.rows()[sample.view.active_row()]].id));
  };
  const JobTree without_second = with({job("a1", "FAIL"), job("a3", "FAIL")});
  sample.view.show(without_second, 0);
  CHECK(active(without_second) == "a3");
  const JobTree without_third = with({job("a1", "FAIL")});
  sample.view.show(without_third, 0);
  CHECK(active(without_third) == "a1");
  const JobTree childless = with({});
  sample.view.show(childless, 0);
  CHECK(active(childless) == "a");
}

}  // namespace tree_view_test
