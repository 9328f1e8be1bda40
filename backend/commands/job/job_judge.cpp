#include "commands/job/job_judge.h"

#include <algorithm>

#include "cloud/ids.h"
#include "ingest/job_parser.h"

namespace jobtree::commands {

JobVerdict judge_job(std::string_view body, std::string_view ids) {
  const auto [tree, error] = engine::parse_job(body);
  if (error != engine::ParsedJob::Error::none || tree.empty()) return {};
  const bool is_final = !tree.is_list && std::ranges::all_of(tree.jobs, [](const engine::Job& job) {
    return engine::is_settled(job.status);
  });
  return {.is_final = is_final, .is_another = !is_about(tree, ids)};
}

bool is_about(const engine::JobTree& tree, std::string_view ids) {
  if (ids.empty() || tree.empty()) return true;
  const auto* begin = tree.jobs.begin();
  const auto* end = begin + 1;
  if (tree.is_list) {
    begin += tree.root().first_child;
    end = begin + tree.root().child_count;
  }
  const auto has_no_id = [](const engine::Job& job) { return job.id.empty(); };
  const auto is_it = [&](const engine::Job& job) {
    return cloud::is_one_of_ids(ids, tree.view(job.id));
  };
  return std::all_of(begin, end, has_no_id) || std::any_of(begin, end, is_it);
}

}  // namespace jobtree::commands
