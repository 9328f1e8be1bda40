#include "view/filter.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "i18n/messages.h"
#include "i18n/type_names.h"
#include "model/error_groups.h"

namespace jobtree::engine {
namespace {

constexpr std::size_t kLongestFilter = 200;  // characters

/// The first of them.
std::string_view shortened(std::string_view text) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins_one = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
    if (begins_one && characters++ == kLongestFilter) return {text.data(), i};
  }
  return text;
}

std::uint32_t bit(Status status) {
  return 1U << static_cast<std::uint32_t>(status);
}

}  // namespace

void Filter::set_text(std::string_view text, Language language) {
  text = shortened(text);
  text_ = text;
  language_ = language;
  names_ = {};
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  needle_ = text;
  std::transform(needle_.begin(), needle_.end(), needle_.begin(), lower);

  named_statuses_ = 0;
  for (std::uint32_t i = 0; i < kStatusCount && !needle_.empty(); ++i) {
    if (finds(status_word(static_cast<Status>(i), language))) named_statuses_ |= 1U << i;
  }
}

/// Every byte of every text of a job is looked at for every letter that is typed, so this is plain.
[[gnu::noinline]] bool Filter::finds(std::string_view text) const {
  const std::size_t size = needle_.size();
  if (text.size() < size) return false;
  const char first = needle_.front();
  const char capital = first >= 'a' && first <= 'z' ? static_cast<char>(first - 32) : first;
  const char* const last = text.data() + (text.size() - size);
  for (const char* at = text.data(); at <= last; ++at) {
    if (*at != first && *at != capital) continue;
    std::size_t i = 1;
    while (i < size && lower(at[i]) == needle_[i])
      ++i;
    if (i == size) return true;
  }
  return false;
}

bool Filter::finds_name(std::string_view type) const {
  const std::uint64_t key = hash(type) & ~std::uint64_t{1};
  std::uint64_t& kept = names_[(key >> 1U) % names_.size()];
  if ((kept & ~std::uint64_t{1}) != key) {
    String name;
    kept = key | (put_type_name(name, type, language_) && finds(name) ? 1U : 0U);
  }
  return (kept & 1U) != 0;
}

bool Filter::finds(const JobTree& tree, const Job& job) const {
  if ((named_statuses_ & bit(job.status)) != 0 || finds_name(tree.view(job.type))) return true;
  for (const Text text : {job.type, job.id, job.status_text, job.error_code, job.error_text}) {
    if (finds(tree.view(text))) return true;
  }
  for (std::uint32_t i = 0; i < job.fact_count; ++i) {
    const Fact& fact = tree.facts[job.first_fact + i];
    if (finds(tree.view(fact.value)) || finds(tree.view(fact.name))) return true;
  }
  return false;
}

bool Filter::matches(const JobTree& tree, const Job& job, std::uint64_t error_key) const {
  const bool is_wanted =
      statuses_ == 0 || (statuses_ & bit(job.status)) != 0 || job.status == Status::unknown;
  if (!is_wanted) return false;
  if (wants_group()) {
    return is_in_group(tree.view(job.error_code), error_key, part(text_, kGroup.size()));
  }
  return needle_.empty() || finds(tree, job);
}

}  // namespace jobtree::engine
