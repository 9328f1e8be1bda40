#include "model/error_groups.h"

#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/min_max.h"
#include "base/text.h"
#include "model/error_pattern.h"

namespace jobtree::engine {
namespace {

/// Whether a fact is a name or an address of one thing, and not of a kind of things.
bool names_one_thing(std::string_view fact) {
  for (const std::string_view kind : {"flavor", "zone", "az", "type"}) {
    if (begins_with(fact, kind)) return false;
  }
  return ends_with(fact, "id") || ends_with(fact, "name") || ends_with(fact, "ip") ||
         ends_with(fact, "address");
}

KnownNames names_of(const JobTree& tree) {
  KnownNames names(tree.jobs.size() + tree.facts.size());
  for (const Job& job : tree.jobs) {
    names.add(tree.view(job.id));
    for (std::uint32_t i = 0; i < job.fact_count; ++i) {
      const Fact& fact = tree.facts[job.first_fact + i];
      if (names_one_thing(tree.view(fact.name))) names.add(tree.view(fact.value));
    }
  }
  return names;
}

constexpr std::size_t kKeyDigits = 8;

/// The key of each of the last errors that were read: most failures of a batch say the same, byte
/// for byte, and what is the same need not be read again.
class LastErrors {
 public:
  /// Where the key of this error is kept: 0 when it is not known.
  std::uint64_t& key_of(std::uint64_t error) {
    auto& [its, key] = slots_[error % kSlots];
    if (its != error) key = 0;
    its = error;
    return key;
  }

 private:
  static constexpr std::size_t kSlots = 64;
  struct Slot {
    std::uint64_t error = 0;
    std::uint64_t key = 0;
  };
  Slot slots_[kSlots];
};

/// Of a job that failed: when.
void add_time(ErrorGroup& group, const Job& job) {
  const Instant at = job.end != kNoInstant ? job.end : job.begin;
  if (at == kNoInstant) return;
  if (group.first == kNoInstant || at < group.first) group.first = at;
  if (group.last == kNoInstant || at > group.last) group.last = at;
}

bool is_before(const ErrorGroup& a, const ErrorGroup& b) {
  return a.count != b.count ? a.count > b.count : a.job < b.job;
}

char key_digit(std::uint64_t key, std::size_t i) {
  return "0123456789abcdef"[key >> (60 - 4 * i) & 15U];
}

}  // namespace

Array<std::uint64_t> error_keys(const JobTree& tree, ErrorsBy by) {
  Array<std::uint64_t> keys(tree.jobs.size());
  std::optional<KnownNames> names;  // a tree without failures needs none
  LastErrors last;
  String pattern;
  for (std::uint32_t i = 0; i < tree.jobs.size(); ++i) {
    const Job& job = tree.jobs[i];
    if (!is_failure(job)) continue;
    const std::string_view code = tree.view(job.error_code);
    std::uint64_t key = hash(code);
    if (by == ErrorsBy::code_and_reason || code.empty()) {
      const std::string_view text = tree.view(job.error_text);
      std::uint64_t& known = last.key_of(mix(key, hash(text)));
      if (known == 0) {
        if (!names) names = names_of(tree);
        pattern.clear();
        put_error_pattern(pattern, text, code, *names);
        known = mix(key, hash(pattern)) | 1U;
      }
      key = known;
    }
    keys[i] = key | 1U;
  }
  return keys;
}

Array<ErrorGroup> error_groups(const JobTree& tree, const Array<std::uint64_t>& keys) {
  Array<ErrorGroup> groups;
  // The place of each among the groups, and 1; open addressing, half of it stays free.
  constexpr std::size_t kSize = kMostErrorKinds * 2;
  Array<std::uint16_t> places;
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    const std::uint64_t key = keys[i];
    if (key == 0) continue;
    if (places.empty()) places.resize(kSize);
    std::size_t at = key / 2 % kSize;
    while (places[at] != 0 && groups[places[at] - 1U].key != key)
      at = (at + 1) % kSize;
    if (places[at] == 0) {
      if (groups.size() == kMostErrorKinds) continue;
      groups.push_back({.key = key, .job = i});
      places[at] = static_cast<std::uint16_t>(groups.size());
    }
    ErrorGroup& group = groups[places[at] - 1U];
    ++group.count;
    add_time(group, tree.jobs[i]);
  }
  // Few are told, so each is looked for.
  const std::size_t told = lesser(groups.size(), kMostErrorGroups);
  for (std::size_t i = 0; i < told; ++i) {
    std::size_t next = i;
    for (std::size_t k = i + 1; k < groups.size(); ++k) {
      if (is_before(groups[k], groups[next])) next = k;
    }
    std::swap(groups[i], groups[next]);
  }
  groups.cut(told);
  return groups;
}

void put_group_name(String& out, std::string_view code, std::uint64_t key) {
  out += code;
  out += '~';
  for (std::size_t i = 0; i < kKeyDigits; ++i)
    out += key_digit(key, i);
}

void put_group_name(String& out, const JobTree& tree, const ErrorGroup& group) {
  put_group_name(out, tree.view(tree.jobs[group.job].error_code), group.key);
}

bool is_in_group(std::string_view code, std::uint64_t key, std::string_view name) {
  if (key == 0 || !begins_with(name, code)) return false;
  name.remove_prefix(code.size());
  if (name.empty()) return true;
  if (name.size() != 1 + kKeyDigits || name[0] != '~') return false;
  for (std::size_t i = 0; i < kKeyDigits; ++i) {
    if (name[i + 1] != key_digit(key, i)) return false;
  }
  return true;
}

}  // namespace jobtree::engine
