// The pattern of an error's text: what stays of it when all that differs from one failure to the
// next is replaced.
//
// "Quota exceeded, used 11 of 10 by 10.0.0.7" becomes "Quota exceeded, used <n> of <n> by <ip>".
// What names a kind of thing stays: error codes (Ecs.0319), flavors (s6.large.2), zones
// (cn-north-4a).
//
// Knows: how ids, addresses, times and numbers are written. Must not know: jobs, languages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/array.h"
#include "base/hash.h"

namespace jobtree::engine {

/// Patterns that are kept are compared only with those of the same version.
inline constexpr int kErrorPatternVersion = 1;
/// Of a text no more is read, and of a pattern no more is made, in bytes.
inline constexpr std::size_t kLongestErrorText = 4096;
inline constexpr std::size_t kLongestErrorPattern = 400;

/// Words that are names of this job's own things, whatever they look like.
class KnownNames {
 public:
  /// `most`: as many as will be added.
  explicit KnownNames(std::size_t most = 0);

  /// Short ones are left out: they are words too.
  void add(std::string_view name) {
    if (name.size() < kShortest) return;
    looks_[look_of(name) / 64] |= std::uint64_t{1} << (look_of(name) % 64);
    if (std::uint64_t* const at = place(name)) *at = hash(name) | 1U;
  }
  bool contains(std::string_view word) const {
    if (word.size() < kShortest) return false;
    if ((looks_[look_of(word) / 64] >> (look_of(word) % 64) & 1U) == 0) return false;
    const std::uint64_t* const at = place(word);
    return at != nullptr && *at != 0;
  }

 private:
  static constexpr std::size_t kShortest = 4;
  /// Whoever gives things names can make ones whose hashes fall on one another: of those some are
  /// left out, in place of all being walked past for each.
  static constexpr std::size_t kMostSteps = 64;

  static constexpr std::uint32_t kLooks = 4096;

  /// How it looks at a glance: most words look like no name, and need not be looked up.
  static std::uint32_t look_of(std::string_view name) {
    const auto size = static_cast<std::uint32_t>(name.size());
    return (size * 211 + static_cast<unsigned char>(name[0]) * 37U +
            static_cast<unsigned char>(name[name.size() - 1])) %
           kLooks;
  }

  /// Where its hash stands, or is to; nullptr when there is no place for it.
  std::uint64_t* place(std::string_view name) const;

  std::uint64_t looks_[kLooks / 64] = {};  // a bit for each look that a name has
  Array<std::uint64_t> hashes_;            // open addressing, a power of two in size, 0 = free
};

/// Appends the pattern of `text` to `out`, in time linear in its size. `code`: the error's code,
/// which stays wherever it stands.
void put_error_pattern(String& out, std::string_view text, std::string_view code,
                       const KnownNames& names);

}  // namespace jobtree::engine
