#include "tree_view.h"

#include <string>
#include <vector>

#include "job_parser.h"
#include "unit/catch.h"

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
  JobTree tree = parse(sample());
  TreeView view;
  double now = 1e12;

  Sample() { view.show(tree); }
  std::string rows() const { return ::rows(view, tree); }
  std::string active() const {
    return std::string(tree.view(tree.jobs[view.rows()[view.active_row()]].id));
  }
  bool press(Key key) { return view.press(key, 0, 3, now); }
  void type(const std::string& word, double pause = 100) {
    for (char c : word) {
      now += pause;
      view.press(Key::character, static_cast<std::uint32_t>(c), 3, now);
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
  sample.view.set_policy(Expand::all);
  CHECK(sample.rows() == "root apple seed basket berry banana cherry");
  sample.view.set_policy(Expand::none);
  CHECK(sample.rows() == "root");
}

TEST_CASE("What the user opened or closed stays so over new answers") {
  Sample sample;
  sample.view.toggle(2);  // basket: close
  sample.view.toggle(1);  // apple: open
  CHECK(sample.rows() == "root apple seed basket cherry");
  const JobTree next = parse(sample.tree.empty() ? "" : ::sample());
  sample.view.show(next);
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
  view.show(before);
  CHECK(rows(view, before) == "root a b");
  view.toggle(1);
  view.toggle(1);
  const JobTree after = with("FAIL");
  view.show(after);
  CHECK(rows(view, after) == "root a b b1");
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
  sample.view.set_rtl(true);
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
  sample.view.show(next);
  CHECK(sample.view.active_row() == 1);
}

TEST_CASE("An empty tree takes no keys") {
  TreeView view;
  const JobTree nothing;
  view.show(nothing);
  CHECK_FALSE(view.press(Key::down, 0, 3, 0));
  view.toggle(0);
  view.select(0);
  CHECK(view.selected() == kNoJob);
}
