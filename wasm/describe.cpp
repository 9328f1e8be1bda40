#include "describe.h"

#include <cstdint>
#include <string_view>

namespace jobtree::engine {

std::string name_of(const JobTree& tree, std::uint32_t number, bool is_list, Language language) {
  const Job& job = tree.jobs[number];
  if (is_list && number == 0) return list_name(job.child_count, language);
  return std::string(tree.view(job.type.empty() ? job.id : job.type));
}

std::string error_of(const JobTree& tree, const Job& job) {
  std::string text(tree.view(job.error_code));
  if (!text.empty() && !job.error_text.empty()) text += "  ";
  text += tree.view(job.error_text);
  return text;
}

std::string status_text(const JobTree& tree, const Job& job, Language language) {
  if (job.status == Status::unknown && !job.status_text.empty()) {
    return std::string(tree.view(job.status_text));
  }
  return std::string(status_word(job.status, language));
}

std::string duration_of(const Job& job, double now, Language language) {
  if (job.begin == kNoInstant) return {};
  if (is_ticking(job)) {
    return duration(static_cast<std::int64_t>(now) - job.begin, language, true);
  }
  return job.end == kNoInstant ? std::string{} : duration(job.end - job.begin, language, false);
}

std::string progress_of(const Job& job, Language language) {
  if (job.child_count != 0) return done_of(settled(job.leaves), total(job.leaves), language);
  if (job.progress < 0 || is_settled(job.status)) return {};
  return figure(static_cast<std::uint32_t>(job.progress) / 10) + "%";
}

std::string facts_line(const JobTree& tree, const Job& job) {
  constexpr int kMost = 3;
  std::string text;
  int count = 0;
  for (bool ids : {false, true}) {
    for (std::uint32_t i = 0; i < job.fact_count && count < kMost; ++i) {
      const Fact& fact = tree.facts[job.first_fact + i];
      const std::string_view name = tree.view(fact.name);
      if ((name.ends_with("id") || name.ends_with("ID")) != ids) continue;
      if (count++ != 0) text += "   ";
      text += tree.view(fact.name);
      text += ' ';
      text += tree.view(fact.value);
    }
  }
  return text;
}

bool hides_failure(const Job& job) {
  return job.status == Status::succeeded && job.failed_below;
}

}  // namespace jobtree::engine
