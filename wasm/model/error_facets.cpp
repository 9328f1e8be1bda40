#include "model/error_facets.h"

#include "base/hash.h"
#include "base/min_max.h"
#include "base/text.h"

namespace jobtree::engine {
namespace {

constexpr std::size_t kMostCandidates = 8;  // facts of a group that are looked at
constexpr std::size_t kMostProbes = 64;
constexpr std::uint32_t kNone = 0xFFFFFFFF;

/// Numbers of what succeeded, by what it is: open addressing, and room for twice what is looked
/// for. What was made to fall on many others is not counted.
class Tally {
 public:
  explicit Tally(std::size_t most) {
    std::size_t size = 2;
    while (size < most * 2)
      size *= 2;
    slots_.resize(size);
  }
  void look_for(std::uint64_t key) {
    if (Slot* const it = slot(key)) it->key = key;
  }
  void count(std::uint64_t key) {
    Slot* const it = slot(key);
    if (it != nullptr && it->key == key) ++it->count;
  }
  /// kNone where it was not counted.
  std::uint32_t operator[](std::uint64_t key) {
    const Slot* const it = slot(key);
    return it == nullptr ? kNone : it->count;
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t count = 0;
  };
  Slot* slot(std::uint64_t key) {
    for (std::size_t i = 0; i < kMostProbes; ++i) {
      Slot& it = slots_[(key + i) & (slots_.size() - 1)];
      if (it.key == key || it.key == 0) return &it;
    }
    return nullptr;
  }
  Array<Slot> slots_;
};

std::uint64_t type_key(const JobTree& tree, const Job& job) {
  return mix(hash(tree.view(job.type)), 1) | 1U;
}
std::uint64_t fact_key(const JobTree& tree, std::uint64_t type, Text name, Text value) {
  return mix(mix(type, hash(tree.view(name))), hash(tree.view(value))) | 1U;
}

/// Whether a job has this fact, which mostly stands where it stood in another one.
bool has_fact(const JobTree& tree, const Job& job, const Facet& facet, std::uint32_t place) {
  const auto is_it = [&](std::uint32_t i) {
    const Fact& fact = tree.facts[job.first_fact + i];
    return is_same(tree.view(fact.name), tree.view(facet.name)) &&
           is_same(tree.view(fact.value), tree.view(facet.value));
  };
  if (place < job.fact_count && is_it(place)) return true;
  for (std::uint32_t i = 0; i < job.fact_count; ++i) {
    if (is_it(i)) return true;
  }
  return false;
}

/// What a group may have in common: what its first job is. The type stands first.
struct Candidates {
  Facet facets[1 + kMostCandidates];
  std::uint32_t places[1 + kMostCandidates] = {};
  std::size_t size = 0;

  void add(const JobTree& tree, std::uint32_t group, const Job& job) {
    facets[size++] = {.group = group, .name = {}, .value = job.type};
    for (std::uint32_t i = 0; i < job.fact_count && size <= kMostCandidates; ++i) {
      const Fact& fact = tree.facts[job.first_fact + i];
      if (fact.name.size == 0 || fact.value.size == 0) continue;
      places[size] = i;
      facets[size++] = {.group = group, .name = fact.name, .value = fact.value};
    }
  }
  /// Leaves out what this job of the group is not.
  void keep(const JobTree& tree, const Job& job) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const Facet& facet = facets[i];
      const bool is_kept = facet.name.size == 0
                               ? is_same(tree.view(job.type), tree.view(facet.value))
                               : has_fact(tree, job, facet, places[i]);
      if (!is_kept) continue;
      facets[kept] = facet;
      places[kept++] = places[i];
    }
    size = kept;
  }
};

}  // namespace

Array<Facet> error_facets(const JobTree& tree, const Array<std::uint64_t>& keys,
                          const Array<ErrorGroup>& groups) {
  Array<Facet> told;
  Array<Candidates> all(groups.size());
  std::uint64_t last_key = 0;
  std::uint32_t last = kNone;
  std::size_t candidates = 0;
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == 0) continue;
    if (keys[i] != last_key) {
      last_key = keys[i];
      last = 0;
      while (last < groups.size() && groups[last].key != last_key)
        ++last;
    }
    if (last == groups.size() || groups[last].count < 2) continue;
    if (groups[last].job == i) {
      all[last].add(tree, last, tree.jobs[i]);
    } else {
      all[last].keep(tree, tree.jobs[i]);
    }
  }
  for (const Candidates& group : all)
    candidates += group.size;
  if (candidates == 0) return told;

  // A type is told among all types; a fact among the jobs of its type, as others do not have it.
  Tally tally(candidates * 2 + 1);
  const auto key_of = [&](const Facet& facet) {
    const Job& job = tree.jobs[groups[facet.group].job];
    const std::uint64_t type = type_key(tree, job);
    return facet.name.size == 0 ? type : fact_key(tree, type, facet.name, facet.value);
  };
  for (const Candidates& group : all) {
    for (std::size_t i = 0; i < group.size; ++i) {
      tally.look_for(key_of(group.facets[i]));
      tally.look_for(type_key(tree, tree.jobs[groups[group.facets[i].group].job]));
    }
  }
  std::uint32_t succeeded = 0;
  for (const Job& job : tree.jobs) {
    if (job.status != Status::succeeded || job.child_count != 0) continue;
    ++succeeded;
    const std::uint64_t type = type_key(tree, job);
    tally.count(type);
    for (std::uint32_t i = 0; i < job.fact_count; ++i) {
      const Fact& fact = tree.facts[job.first_fact + i];
      tally.count(fact_key(tree, type, fact.name, fact.value));
    }
  }
  for (const Candidates& group : all) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < group.size && count < kMostFacets; ++i) {
      Facet facet = group.facets[i];
      facet.of = facet.name.size == 0 ? succeeded
                                      : tally[type_key(tree, tree.jobs[groups[facet.group].job])];
      facet.succeeded = tally[key_of(facet)];
      if (facet.of == kNone || facet.succeeded == kNone) continue;
      if (facet.of == 0 || facet.value.size == 0 || facet.succeeded * 2 > facet.of) continue;
      told.push_back(facet);
      ++count;
    }
  }
  return told;
}

}  // namespace jobtree::engine
