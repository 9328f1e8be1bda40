// Any bytes as an answer: parsed or refused, and what is parsed holds together.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "job_parser.h"

using namespace jobtree::engine;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ParsedJob parsed = parse_job(std::string(reinterpret_cast<const char*>(data), size));
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
    Counts below{};
    for (std::uint32_t c = 0; c < job.child_count; ++c) {
      const Job& child = tree.jobs[job.first_child + c];
      require(child.parent == i && child.depth == job.depth + 1);
      for (std::size_t s = 0; s < kStatusCount; ++s)
        below[s] += child.leaves[s];
    }
    require(job.child_count == 0 ? total(job.leaves) == 1 : below == job.leaves);
    for (const Text text : {job.id, job.type, job.status_text, job.begin_text, job.end_text,
                            job.error_code, job.error_text}) {
      require(text.offset + text.size <= tree.bytes.size());
    }
  }
  return 0;
}
