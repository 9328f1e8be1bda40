#include "commands/job/job_judge.h"

#include <algorithm>

#include "ingest/job_parser.h"

namespace jobtree::commands {

JobVerdict judge_job(std::string_view body) {
  const auto [tree, error] = engine::parse_job(body);
  if (error != engine::ParsedJob::Error::none || tree.is_list || tree.empty()) return {};
  const bool is_final = std::ranges::all_of(
      tree.jobs, [](const engine::Job& job) { return engine::is_settled(job.status); });
  return {.is_final = is_final, .job_id = std::string(tree.view(tree.root().id))};
}

bool is_about(const engine::JobTree& tree, std::string_view job_id) {
  if (job_id.empty() || tree.empty()) return true;
  const auto* begin = tree.jobs.begin();
  const auto* end = begin + 1;
  if (tree.is_list) {
    begin += tree.root().first_child;
    end = begin + tree.root().child_count;
  }
  const auto has_no_id = [](const engine::Job& job) { return job.id.empty(); };
  const auto is_it = [&](const engine::Job& job) { return tree.view(job.id) == job_id; };
  return std::all_of(begin, end, has_no_id) || std::any_of(begin, end, is_it);
}

}  // namespace jobtree::commands
