#include "commands/job/job_lines.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "commands/job/terminal_text.h"
#include "unit/catch.h"
#include "unit/jobs.h"

namespace job_lines_test {

using namespace jobtree;
using namespace jobtree::commands;
using engine::Language;
using testing::batch;
using testing::contains;
using testing::kBegin;
using testing::Part;

namespace {

std::vector<std::string> lines_of(const Part& part, const Frame& frame,
                                  Language language = Language::en) {
  const engine::JobTree tree = testing::tree_of(part);
  return tree_lines({tree, kBegin + 9000, language}, frame);
}

std::size_t count_with(const std::vector<std::string>& lines, std::string_view what) {
  return static_cast<std::size_t>(
      std::ranges::count_if(lines, [what](const auto& line) { return contains(line, what); }));
}

std::vector<std::string> several(std::size_t count, const char* status) {
  return std::vector<std::string>(count, status);
}

std::vector<std::string> joined(std::initializer_list<std::vector<std::string>> lists) {
  std::vector<std::string> all;
  for (const auto& list : lists)
    all.insert(all.end(), list.begin(), list.end());
  return all;
}

}  // namespace

TEST_CASE("A tree is drawn with guides, signs, words, times and reasons") {
  Part root = batch("RUNNING", {"SUCCESS", "FAIL", "RUNNING", "INIT"});
  root.parts[0].facts = R"("publicip_id":"3b6d","public_ip_address":"10.0.0.1")";
  root.parts[2].parts = {{.id = "c0", .type = "attach", .status = "SUCCESS"},
                         {.id = "c1", .type = "start", .status = "RUNNING"}};
  CHECK(lines_of(root, {}) ==
        std::vector<std::string>{
            "running · 3 of 5 done · 9s · 1 failed, 1 running, 1 waiting, 2 succeeded",
            "● createBatch   running    9s    3 of 5 done  root",
            "├─ ✓ create     succeeded  2.5s  10.0.0.1 · 3b6d  p0",
            "├─ ✗ create     failed     2.5s  VPC.0532  No more addresses.  p1",
            "├─ ● create     running    9s    1 of 2 done  p2",
            "│  ├─ ✓ attach  succeeded  2.5s  c0",
            "│  └─ ● start   running    9s    c1",
            "└─ ○ create     waiting          p3",
        });
}

TEST_CASE("The words are Chinese when asked for, and columns keep to cells") {
  const auto lines = lines_of(batch("FAIL", {"SUCCESS", "FAIL"}), {}, Language::zh);
  CHECK(lines == std::vector<std::string>{
                     "失败 · 已完成 2 / 2 · 2.5 秒 · 失败 1，成功 1",
                     "✗ createBatch  失败  2.5 秒  已完成 2 / 2  root",
                     "├─ ✓ create    成功  2.5 秒  p0",
                     "└─ ✗ create    失败  2.5 秒  VPC.0532  No more addresses.  p1",
                 });
}

TEST_CASE("A job that ended well with a failure below says so, in its line and on top") {
  const auto lines = lines_of(batch("SUCCESS", {"SUCCESS", "FAIL"}), {});
  CHECK(lines[0] == "succeeded with 1 failed sub-job · 2 of 2 done · 2.5s · 1 failed, 1 succeeded");
  CHECK(contains(lines[1], "succeeded (!)"));
}

TEST_CASE("A job alone has a summary without counts") {
  const Part root{.id = "root", .type = "create", .status = "SUCCESS"};
  CHECK(lines_of(root, {}) ==
        std::vector<std::string>{"succeeded · 2.5s", "✓ create  succeeded  2.5s  root"});
}

TEST_CASE("In a low window what failed and what runs is in view, and the rest is counted") {
  const Part root = batch("RUNNING", joined({several(40, "SUCCESS"), several(2, "FAIL"),
                                             several(3, "RUNNING"), several(10, "INIT")}));
  const auto lines = lines_of(root, {.height = 10});
  REQUIRE(lines.size() == 10);
  CHECK(count_with(lines, "✗ create") == 2);
  CHECK(count_with(lines, "● create  ") == 3);
  CHECK(contains(lines.back(), "└─ … 48 more: 10 waiting, 38 succeeded"));
}

TEST_CASE("Left out jobs of one kind are told in one word") {
  const Part root = batch("RUNNING", joined({several(40, "SUCCESS"), several(3, "RUNNING")}));
  CHECK(lines_of(root, {.height = 6}).back() == "└─ … 40 more succeeded");
  CHECK(lines_of(root, {.height = 6}, Language::zh).back() == "└─ … 另有 40 个成功");
}

TEST_CASE("A single job left out would need the line that counts it, so it is drawn instead") {
  const Part root = batch("RUNNING", {"SUCCESS", "FAIL", "RUNNING", "SUCCESS", "SUCCESS"});
  const auto low = lines_of(root, {.height = 6});
  CHECK(low.back() == "└─ … 2 more succeeded");
  const auto enough = lines_of(root, {.height = 7});
  CHECK(enough.size() == 7);
  CHECK(count_with(enough, "…") == 0);
}

TEST_CASE("Many failures leave half of the room to what runs") {
  const Part root = batch("RUNNING", joined({several(50, "FAIL"), several(50, "RUNNING")}));
  const auto lines = lines_of(root, {.height = 22});
  REQUIRE(lines.size() == 22);
  CHECK(count_with(lines, "✗") >= 9);
  CHECK(count_with(lines, "● create  ") >= 8);
  CHECK(contains(lines.back(), "failed"));
}

TEST_CASE("A failure deep down is shown with all above it, and finished branches are closed") {
  Part root = batch("RUNNING", several(20, "SUCCESS"));
  for (Part& part : root.parts)
    part.parts = batch("", several(5, "SUCCESS")).parts;
  root.parts[17].parts[3].status = "FAIL";
  const auto lines = lines_of(root, {.height = 8});
  REQUIRE(lines.size() <= 8);
  CHECK(count_with(lines, "✗ create") == 1);
  CHECK(count_with(lines, "p17") == 1);
  CHECK(count_with(lines, "│  └─ … 4 more succeeded") == 1);
  CHECK(contains(lines.back(), "└─ … 1"));
}

TEST_CASE("However low the window and whatever the tree, there are never more lines") {
  Part root = batch("RUNNING", {"SUCCESS", "FAIL", "RUNNING", "INIT", "SUCCESS", "FAIL"});
  for (Part& part : root.parts) {
    part.parts = batch("", {"SUCCESS", "RUNNING", "FAIL"}).parts;
    part.parts[1].parts = batch("", {"FAIL", "INIT"}).parts;
  }
  for (std::size_t height = 2; height < 50; ++height) {
    CHECK(lines_of(root, {.height = height}).size() <= height);
  }
  CHECK(lines_of(root, {.height = 38}).size() == 38);  // all of it
}

TEST_CASE("No line is wider than the window, and the cut shows") {
  Part root = batch("FAIL", {"SUCCESS", "FAIL"});
  root.parts[1].reason = "创建云硬盘失败：存储池剩余容量不足，请联系技术支持";
  for (std::size_t width = 1; width < 100; ++width) {
    for (const std::string& line : lines_of(root, {.width = width}))
      CHECK(cells(line) <= width);
  }
  CHECK(lines_of(root, {.width = 40})[3].ends_with("…"));
}

TEST_CASE("A reason may be shown in full, however narrow the window") {
  Part root = batch("FAIL", {"FAIL"});
  root.parts[0].reason = std::string(300, 'x');
  const auto lines = lines_of(root, {.width = 40, .whole_errors = true});
  CHECK(lines[2].ends_with(std::string(300, 'x')));
}

TEST_CASE("What failed stands before its reason where that is shown in full") {
  Part root = batch("FAIL", {"FAIL"});
  root.parts[0].facts = R"("publicip_id":"3b6d")";
  const auto lines = lines_of(root, {.whole_errors = true});
  CHECK(lines[2].ends_with("3b6d  p0  VPC.0532  No more addresses."));
}

TEST_CASE("Colours are there when asked for only, and the cloud's own are never") {
  Part root = batch("FAIL", {"FAIL"});
  root.parts[0].type = "\\u001b[2Jcreate";
  for (const std::string& line : lines_of(root, {}))
    CHECK_FALSE(contains(line, "\x1b"));
  const auto coloured = lines_of(root, {.colour = true});
  CHECK(contains(coloured[2], "\x1b[31m✗\x1b[0m"));
  CHECK(contains(coloured[2], "␛[2Jcreate"));
}

TEST_CASE("A tree of very many levels keeps its guides short") {
  Part root{.id = "deepest", .type = "create", .status = "RUNNING"};
  for (int level = 0; level < 200; ++level) {
    Part above{.id = "l", .type = "create", .status = "RUNNING"};
    above.parts.push_back(std::move(root));
    root = std::move(above);
  }
  const auto lines = lines_of(root, {});
  REQUIRE(lines.size() == 202);
  CHECK(lines.back().starts_with("…176 "));
  CHECK(contains(lines.back(), "deepest"));
  CHECK(cells(lines.back()) < 120);
}

TEST_CASE("Every recorded answer is drawn in any window, without a character that is obeyed") {
  int drawn = 0;
  for (const auto& entry : std::filesystem::directory_iterator(JOBTREE_TEST_DATA "/jobs")) {
    std::ostringstream bytes;
    bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    const auto parsed = engine::parse_job(bytes.str());
    if (parsed.tree.empty()) continue;
    ++drawn;
    for (const std::size_t width : {0, 1, 20, 80}) {
      for (const std::size_t height : {0, 2, 5, 24}) {
        const auto lines =
            tree_lines({parsed.tree, kBegin, Language::zh}, {.width = width, .height = height});
        CHECK((height == 0 || lines.size() <= height));
        for (const std::string& line : lines) {
          CHECK(safe_text(line, std::string::npos) == line);
          CHECK((width == 0 || cells(line) <= width));
        }
      }
    }
  }
  CHECK(drawn > 40);
}

}  // namespace job_lines_test
