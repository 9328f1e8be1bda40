#include "model/error_groups.h"

#include <algorithm>
#include <optional>

#include "base/hash.h"
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

}  // namespace

Array<ErrorGroup> error_groups(const JobTree& tree, ErrorsBy by) {
  Array<ErrorGroup> groups;
  Array<std::uint64_t> keys;        // of the groups
  std::optional<KnownNames> names;  // a tree without failures needs none
  String pattern;
  for (std::uint32_t i = 0; i < tree.jobs.size(); ++i) {
    const Job& job = tree.jobs[i];
    if (!is_failure(job)) continue;
    const std::string_view code = tree.view(job.error_code);
    std::uint64_t key = hash(code);
    if (by == ErrorsBy::code_and_reason || code.empty()) {
      if (!names) names = names_of(tree);
      pattern.clear();
      put_error_pattern(pattern, tree.view(job.error_text), code, *names);
      key = mix(key, hash(pattern));
    }
    const auto* const found = std::find(keys.begin(), keys.end(), key);
    if (found != keys.end()) {
      ++groups[static_cast<std::size_t>(found - keys.begin())].count;
    } else if (groups.size() < kMostErrorGroups) {
      groups.push_back({i, 1});
      keys.push_back(key);
    }
  }
  // Few, and of equal ones the first stays first.
  for (std::size_t i = 1; i < groups.size(); ++i) {
    for (std::size_t k = i; k > 0 && groups[k - 1].count < groups[k].count; --k)
      std::swap(groups[k - 1], groups[k]);
  }
  return groups;
}

}  // namespace jobtree::engine
