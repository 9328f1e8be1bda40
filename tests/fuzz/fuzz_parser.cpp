// Any bytes as an answer: parsed or refused, and what is parsed holds together.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "ingest/job_parser.h"

using namespace jobtree::engine;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const ParsedJob parsed = parse_job(bytes);
  const JobTree& tree = parsed.tree;
  if (parsed.error != ParsedJob::Error::none) {
    require(tree.empty());
    return 0;
  }
  require(!tree.empty());
  for (std::uint32_t i = 0; i < tree.jobs.size(); ++i) {
    const Job& job = tree.jobs[i];
    require(tree.find(job.key) == i);
    require(job.first_child + job.child_count <= tree.jobs.size());
    require(job.first_fact + job.fact_count <= tree.facts.size());
    const std::string own = bytes.substr(job.source.offset, job.source.size);
    require(parsed.tree.is_list && i == 0 ? own.front() == '[' && own.back() == ']'
                                          : own.front() == '{' && own.back() == '}');
    const std::uint32_t longest = tree.longest(i, 0);
    require(longest == kNoJob || tree.jobs[longest].child_count == 0);
    Counts below{};
    bool failed_below = false;
    for (std::uint32_t c = 0; c < job.child_count; ++c) {
      const Job& child = tree.jobs[job.first_child + c];
      require(child.parent == i && child.depth == job.depth + 1);
      for (std::size_t s = 0; s < kStatusCount; ++s)
        below[s] += child.leaves[s];
      failed_below = failed_below || child.failed_below || child.status == Status::failed;
    }
    require(job.failed_below == failed_below);
    require(job.child_count == 0 ? total(job.leaves) == 1 : below == job.leaves);
    for (const Text text : {job.id, job.type, job.status_text, job.begin_text, job.end_text,
                            job.error_code, job.error_text}) {
      const std::size_t end = std::size_t{text.offset} + text.size;
      require(text.offset < tree.bytes.size() ? end <= tree.bytes.size()
                                              : end <= tree.bytes.size() + tree.composed.size());
    }
  }
  const std::uint32_t failure = tree.root_failure;
  require(failure == kNoJob
              ? tree.root().status != Status::failed && !tree.root().failed_below
              : tree.jobs[failure].status == Status::failed && !tree.jobs[failure].failed_below);
  return 0;
}
