// Matches paths against patterns, byte for byte: no decoding, no regular expressions.
//
// Knows: patterns. Must not know: which routes there are, methods, what a segment may hold.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace jobtree::gateway {

/// What the names of a pattern stood for, in their order. The views point into pattern and path.
class Captures {
 public:
  void add(std::string_view name, std::string_view value) { all_.emplace_back(name, value); }
  /// "" for a name the pattern does not have.
  std::string_view operator[](std::string_view name) const {
    for (const auto& [known, value] : all_) {
      if (known == name) return value;
    }
    return {};
  }

 private:
  std::vector<std::pair<std::string_view, std::string_view>> all_;
};

/// Takes `path` apart along `pattern`, as in "/api/{region}/{rest...}". Both begin with "/".
/// "{name}" stands for one segment that is not empty; "{name...}", at the end alone, for all that
/// is left, slashes included and not empty. Segments stay as they came: "%2F" is no slash.
std::optional<Captures> match(std::string_view pattern, std::string_view path);

}  // namespace jobtree::gateway
