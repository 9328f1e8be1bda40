// What a job knows of those below it, compared with what a plain count of its leaves finds.
#include "model/job.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "ingest/job_parser.h"
#include "unit/catch.h"

namespace job_test {

using namespace jobtree::engine;

namespace {

constexpr Instant kTen = 1704103200000;  // 2024-01-01T10:00:00Z

/// Trees of any shape, whose jobs have times, one of them, or none.
class Forest {
 public:
  explicit Forest(std::uint32_t seed) : random_(seed) {}

  std::string job(int levels) {
    constexpr const char* kStatuses[] = {"SUCCESS", "SUCCESS", "FAIL",    "RUNNING", "RUNNING",
                                         "INIT",    "CANCEL",  "SKIPPED", "ODD",     ""};
    std::string json = R"({"job_id":"j)" + std::to_string(next_id_++) + R"(","status":")" +
                       kStatuses[below(std::size(kStatuses))] + "\"";
    // Few different seconds, so that jobs take equally long and end at once at times.
    const std::size_t begin = below(8);
    if (below(5) != 0) json += R"(,"begin_time":)" + time(begin);
    if (below(3) != 0) json += R"(,"end_time":)" + time(begin + below(8));
    if (levels > 1) {
      json += R"(,"sub_jobs":[)";
      const std::size_t children = below(5);
      for (std::size_t i = 0; i < children; ++i)
        json += (i == 0 ? "" : ",") + job(levels - 1);
      json += "]";
    }
    return json + "}";
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  static std::string time(std::size_t second) {
    return std::to_string(kTen + static_cast<Instant>(second) * 1000);
  }

  std::mt19937 random_;
  int next_id_ = 0;
};

std::vector<std::uint32_t> children(const JobTree& tree, std::uint32_t job) {
  std::vector<std::uint32_t> numbers(tree.jobs[job].child_count);
  for (std::uint32_t i = 0; i < numbers.size(); ++i)
    numbers[i] = tree.jobs[job].first_child + i;
  return numbers;
}

/// As they were sent; of a leaf, itself.
std::vector<std::uint32_t> leaves(const JobTree& tree, std::uint32_t job) {
  if (tree.jobs[job].child_count == 0) return {job};
  std::vector<std::uint32_t> all;
  for (const std::uint32_t child : children(tree, job)) {
    const std::vector<std::uint32_t> some = leaves(tree, child);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

Counts counted(const JobTree& tree, std::uint32_t job) {
  Counts counts{};
  for (const std::uint32_t leaf : leaves(tree, job))
    ++counts[static_cast<std::size_t>(tree.jobs[leaf].status)];
  return counts;
}

bool has_failed_below(const JobTree& tree, std::uint32_t job) {
  const std::vector<std::uint32_t> all = children(tree, job);
  return std::any_of(all.begin(), all.end(), [&](std::uint32_t child) {
    return tree.jobs[child].status == Status::failed || has_failed_below(tree, child);
  });
}

Span spanned(const JobTree& tree, std::uint32_t number) {
  const Job& job = tree.jobs[number];
  Span span{job.begin, job.end};
  const Counts counts = counted(tree, number);
  const bool is_group = job.status_text.empty() && settled(counts) == total(counts);
  for (const std::uint32_t child : children(tree, number)) {
    const Span below = spanned(tree, child);
    if (job.begin == kNoInstant && below.begin != kNoInstant) {
      span.begin = span.begin == kNoInstant ? below.begin : std::min(span.begin, below.begin);
    }
    if (job.end == kNoInstant && (is_settled(job.status) || is_group))
      span.end = std::max(span.end, below.end);
  }
  return span;
}

std::uint32_t longest(const JobTree& tree, std::uint32_t number, Instant now) {
  std::uint32_t found = kNoJob;
  Instant most = kNoInstant;
  // One that runs is the longest only once it took longer than all that have ended.
  for (const bool runs : {false, true}) {
    for (const std::uint32_t leaf : leaves(tree, number)) {
      const Job& job = tree.jobs[leaf];
      if (job.begin == kNoInstant) continue;
      if (runs ? !is_ticking(job) : job.end == kNoInstant) continue;
      const Instant took = runs ? now - job.begin : std::max<Instant>(job.end - job.begin, 0);
      if (took <= most) continue;
      most = took;
      found = leaf;
    }
  }
  return found;
}

}  // namespace

TEST_CASE("Every job knows from below what a plain count of its leaves finds") {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    ParsedJob parsed = parse_job(Forest(seed).job(5));
    REQUIRE(parsed.error == ParsedJob::Error::none);
    const JobTree& tree = parsed.tree;
    Instant first_begin = kNoInstant;
    Instant last_end = kNoInstant;
    for (std::uint32_t i = 0; i < tree.jobs.size(); ++i) {
      CAPTURE(seed, i);
      const Job& job = tree.jobs[i];
      REQUIRE(job.leaves == counted(tree, i));
      REQUIRE(job.failed_below == has_failed_below(tree, i));
      REQUIRE(tree.span(i).begin == spanned(tree, i).begin);
      REQUIRE(tree.span(i).end == spanned(tree, i).end);
      for (const Instant second : {0, 3, 10, 20})
        REQUIRE(tree.longest(i, kTen + second * 1000) == longest(tree, i, kTen + second * 1000));
      last_end = std::max(last_end, job.end);
      if (job.begin == kNoInstant) continue;
      first_begin = first_begin == kNoInstant ? job.begin : std::min(first_begin, job.begin);
    }
    CHECK(tree.first_begin == first_begin);
    CHECK(tree.last_end == last_end);
  }
}

}  // namespace job_test
