#include "gateway/memory/comparison.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "output/job_text.h"
#include "store/record_json.h"

namespace jobtree::gateway {
namespace {

using engine::Job;
using engine::JobTree;
using store::JobRecord;
using Json = nlohmann::ordered_json;
using Seconds = std::optional<double>;

constexpr std::size_t kMostSubJobs = 100;

Json or_null(const Seconds& seconds) {
  return seconds ? Json(*seconds) : Json();
}

Json or_null(std::string_view text) {
  return text.empty() ? Json() : Json(text);
}

bool differ(const Seconds& one, const Seconds& other) {
  return one && other && differ_noticeably(*one, *other);
}

/// How long the whole run took, or has taken.
Seconds duration_of(const JobRecord& record, store::Time now) {
  if (!record.begun_at || record.is_lost()) return std::nullopt;
  const store::Time end = record.is_final ? record.ended_at.value_or(*record.begun_at) : now;
  if (record.is_final && !record.ended_at) return std::nullopt;
  return std::max(0.0, std::chrono::duration<double>(end - *record.begun_at).count());
}

Seconds duration_of(const Job& job) {
  if (job.begin == engine::kNoInstant || job.end == engine::kNoInstant) return std::nullopt;
  return static_cast<double>(std::max<engine::Instant>(job.end - job.begin, 0)) / 1000;
}

std::string_view status_of(const Job& job) {
  return store::name_of(static_cast<store::Status>(job.status));
}

// The errors.

using ErrorKey = std::pair<std::string, std::string>;

/// How often each error stands in each run, the most frequent first.
Json errors_of(const std::array<Run, 2>& runs, bool& is_other) {
  std::map<ErrorKey, std::array<std::uint32_t, 2>> counts;
  std::map<ErrorKey, std::string> texts;
  for (std::size_t i = 0; i < 2; ++i) {
    for (const store::FailureGroup& group : runs[i].record.failures) {
      // Texts of one code name this or that resource.
      const ErrorKey key{group.error_code, group.error_code.empty() ? group.error_text : ""};
      counts[key][i] += group.count;
      texts.emplace(key, group.error_text);
    }
  }
  std::vector<std::pair<ErrorKey, std::array<std::uint32_t, 2>>> sorted(counts.begin(),
                                                                        counts.end());
  std::ranges::stable_sort(sorted, std::greater(),
                           [](const auto& it) { return it.second[0] + it.second[1]; });
  Json errors = Json::array();
  for (const auto& [key, count] : sorted) {
    is_other = is_other || count[0] != count[1];
    errors.push_back({{"error_code", or_null(key.first)},
                      {"error_text", or_null(texts[key])},
                      {"counts", count}});
  }
  return errors;
}

// The sub-jobs.

/// Those of one type, of one run.
struct TypeFigures {
  std::uint32_t count = 0, succeeded = 0, failed = 0, unfinished = 0;
  std::vector<double> seconds{};  ///< of those that succeeded

  void add(const Job& job) {
    ++count;
    if (job.status == engine::Status::succeeded) ++succeeded;
    if (job.status == engine::Status::failed) ++failed;
    if (!engine::is_settled(job.status)) ++unfinished;
    const Seconds took = duration_of(job);
    if (took && job.status == engine::Status::succeeded) seconds.push_back(*took);
  }
  Seconds median() {
    if (seconds.empty()) return std::nullopt;
    const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
    std::ranges::nth_element(seconds, middle);
    return *middle;
  }
  Seconds longest() const {
    return seconds.empty() ? std::nullopt : Seconds(*std::ranges::max_element(seconds));
  }
  Json json() {
    return {
        {"count", count},           {"succeeded", succeeded},      {"failed", failed},
        {"unfinished", unfinished}, {"median", or_null(median())}, {"longest", or_null(longest())}};
  }
};

/// By type, in the order in which types come.
class Types {
 public:
  void add(const JobTree& tree, std::size_t run) {
    for (std::uint32_t i = 1; i < tree.jobs.size(); ++i) {
      const Job& job = tree.jobs[i];
      const std::string type(tree.view(job.type));
      const auto [found, is_new] = figures_.try_emplace(type);
      if (is_new) order_.push_back(type);
      found->second[run].add(job);
    }
  }
  Json json() {
    Json types = Json::array();
    for (const std::string& type : order_) {
      auto& [a, b] = figures_[type];
      Json differs = Json::array();
      if (a.count != b.count) differs.push_back("count");
      if (a.unfinished + b.unfinished == 0 &&
          (a.failed != b.failed || a.succeeded != b.succeeded) && a.count == b.count) {
        differs.push_back("outcome");
      }
      if (differ(a.median(), b.median())) differs.push_back("duration");
      types.push_back({{"type", or_null(type)},
                       {"name", store::name_of_type(type)},
                       {"runs", Json::array({a.json(), b.json()})},
                       {"differs", std::move(differs)}});
    }
    return types;
  }

 private:
  std::map<std::string, std::array<TypeFigures, 2>> figures_;
  std::vector<std::string> order_;
};

/// Sub-jobs of both runs that are plainly the same: of one type at one level of the tree, of which
/// both runs have as many; the first is the first, and so on.
class Pairs {
 public:
  explicit Pairs(const std::array<const JobTree*, 2>& trees) : trees_(trees) {
    std::map<std::pair<std::uint16_t, std::string>, std::array<std::vector<std::uint32_t>, 2>>
        kinds;
    for (std::size_t run = 0; run < 2; ++run) {
      const JobTree& tree = *trees[run];
      for (std::uint32_t i = 1; i < tree.jobs.size(); ++i) {
        const Job& job = tree.jobs[i];
        kinds[{job.depth, std::string(tree.view(job.type))}][run].push_back(i);
      }
    }
    for (const auto& [kind, jobs] : kinds) {
      if (jobs[0].size() != jobs[1].size()) {
        unmatched_ += jobs[0].size() + jobs[1].size();
        continue;
      }
      for (std::size_t i = 0; i < jobs[0].size(); ++i)
        compare({jobs[0][i], jobs[1][i]}, i + 1);
    }
    // What went otherwise first, then what took much longer or shorter.
    std::ranges::stable_sort(found_, [](const Found& a, const Found& b) {
      return std::pair(b.is_other, b.apart) < std::pair(a.is_other, a.apart);
    });
  }

  std::size_t unmatched() const { return unmatched_; }
  std::size_t left_out() const { return found_.size() - std::min(found_.size(), kMostSubJobs); }
  Json json() const {
    Json list = Json::array();
    for (const Found& it : found_) {
      if (list.size() == kMostSubJobs) break;
      const std::string_view type = trees_[0]->view(trees_[0]->jobs[it.jobs[0]].type);
      list.push_back({{"type", or_null(type)},
                      {"name", store::name_of_type(type)},
                      {"number", it.number},
                      {"runs", Json::array({sub_job(0, it.jobs[0]), sub_job(1, it.jobs[1])})},
                      {"differs", it.differs}});
    }
    return list;
  }

 private:
  struct Found {
    std::array<std::uint32_t, 2> jobs;
    std::size_t number;  ///< among those of its type, from 1
    Json differs;
    bool is_other;  ///< it ended otherwise
    double apart;   ///< seconds
  };

  void compare(const std::array<std::uint32_t, 2>& jobs, std::size_t number) {
    const Job& a = trees_[0]->jobs[jobs[0]];
    const Job& b = trees_[1]->jobs[jobs[1]];
    if (!engine::is_settled(a.status) || !engine::is_settled(b.status)) return;
    Json differs = Json::array();
    const bool is_other = a.status != b.status;
    if (is_other) differs.push_back("outcome");
    const Seconds one = duration_of(a);
    const Seconds other = duration_of(b);
    // How long it takes to fail says nothing of how long it takes.
    if (!is_other && differ(one, other)) differs.push_back("duration");
    if (!is_other && trees_[0]->view(a.error_code) != trees_[1]->view(b.error_code)) {
      differs.push_back("error");
    }
    if (differs.empty()) return;
    const double apart = one && other ? std::abs(*one - *other) : 0;
    found_.push_back({jobs, number, std::move(differs), is_other, apart});
  }

  Json sub_job(std::size_t run, std::uint32_t number) const {
    const JobTree& tree = *trees_[run];
    const Job& job = tree.jobs[number];
    engine::String facts;
    engine::put_facts_line(facts, {.tree = tree, .number = number});
    return {{"sub_job", or_null(tree.view(job.id))},
            {"facts", or_null(facts)},
            {"status", status_of(job)},
            {"seconds", or_null(duration_of(job))},
            {"error_code", or_null(tree.view(job.error_code))},
            {"error_text", or_null(tree.view(job.error_text))}};
  }

  const std::array<const JobTree*, 2>& trees_;
  std::vector<Found> found_;
  std::size_t unmatched_ = 0;
};

}  // namespace

bool differ_noticeably(double seconds, double other_seconds) {
  constexpr double kShare = 1.25;
  constexpr double kLeast = 2;  // seconds
  const auto [less, more] = std::minmax(seconds, other_seconds);
  return more - less >= kLeast && more >= less * kShare;
}

Json comparison_of(const std::array<Run, 2>& runs, store::Time now) {
  const JobRecord& a = runs[0].record;
  const JobRecord& b = runs[1].record;
  const bool have_ended = a.is_final && b.is_final;
  const std::array<Seconds, 2> seconds{duration_of(a, now), duration_of(b, now)};
  bool has_other_errors = false;
  Json errors = errors_of(runs, has_other_errors);

  Json differs = Json::array();
  if (have_ended && a.status != b.status) differs.push_back("outcome");
  if (have_ended && differ(seconds[0], seconds[1])) differs.push_back("duration");
  if (has_other_errors) differs.push_back("errors");
  const bool has_other_parts = have_ended ? a.counts != b.counts : [&] {
    const auto total = [](const store::Counts& counts) {
      std::uint64_t sum = 0;
      for (const std::uint32_t count : counts)
        sum += count;
      return sum;
    };
    return total(a.counts) != total(b.counts);
  }();
  if (has_other_parts) differs.push_back("sub_jobs");

  Json json{
      {"runs", Json::array()}, {"differs", std::move(differs)}, {"errors", std::move(errors)}};
  Types types;
  for (std::size_t i = 0; i < 2; ++i) {
    json["runs"].push_back({{"job", store::json_of(runs[i].record, store::People::hidden)},
                            {"seconds", or_null(seconds[i])},
                            {"has_sub_jobs", runs[i].tree.has_value()}});
  }
  json["types"] = Json::array();
  json["sub_jobs"] = Json::array();
  json["left_out"] = 0;
  json["unmatched"] = 0;
  if (!runs[0].tree || !runs[1].tree) return json;
  const std::array<const JobTree*, 2> trees{&*runs[0].tree, &*runs[1].tree};
  for (std::size_t i = 0; i < 2; ++i)
    types.add(*trees[i], i);
  const Pairs pairs(trees);
  json["types"] = types.json();
  json["sub_jobs"] = pairs.json();
  json["left_out"] = pairs.left_out();
  json["unmatched"] = pairs.unmatched();
  return json;
}

}  // namespace jobtree::gateway
