// How long sub-jobs took, below the tree of a large job.
#include "commands/job/job_durations.h"

#include <string>
#include <vector>

#include "unit/catch.h"
#include "unit/jobs.h"

namespace job_durations_test {

using namespace jobtree::commands;
using jobtree::engine::JobTree;
using jobtree::engine::Language;
using jobtree::testing::batch;
using jobtree::testing::tree_of;

namespace {

using Lines = std::vector<std::string>;

JobTree batch_of(std::size_t parts) {
  return tree_of(batch("SUCCESS", Lines(parts, "SUCCESS")));
}

}  // namespace

TEST_CASE("Of a type with many sub-jobs the percentiles are told, and which took longest") {
  const JobTree tree = batch_of(10);
  CHECK(duration_lines({tree}, false) ==
        Lines{"How long sub-jobs took",
              "  create × 10  p50 2.5s  p90 2.5s  p99 2.5s  longest 2.5s  p9"});
  CHECK(duration_lines({.tree = tree, .language = Language::zh}, false) ==
        Lines{"子任务用时", "  create × 10  p50 2.5 秒  p90 2.5 秒  p99 2.5 秒  最长 2.5 秒  p9"});
}

TEST_CASE("Of few sub-jobs nothing is told: the tree shows each") {
  const JobTree tree = batch_of(9);
  CHECK(duration_lines({tree}, false).empty());
}

TEST_CASE("A type's name is text, whatever the cloud sends") {
  auto parts = batch("SUCCESS", Lines(10, "SUCCESS"));
  for (auto& part : parts.parts)
    part.type = "create\\u001b[31m";
  const JobTree tree = tree_of(parts);
  for (const std::string& line : duration_lines({tree}, false))
    CHECK(line.find('\x1b') == std::string::npos);
}

}  // namespace job_durations_test
