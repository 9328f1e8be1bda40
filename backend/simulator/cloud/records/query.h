// The query of a request, decoded.
//
// Knows: how a query is written. Must not know: what its parameters mean.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace jobtree::simulator {

class Query {
 public:
  /// Of a raw target, "/v3/p/traces?user=%E6%9D%8E". A "+" is a blank, as in forms. Of several
  /// parameters with one name the first counts.
  explicit Query(std::string_view target);

  bool has(std::string_view name) const { return values_.contains(name); }
  /// "" when it is not there.
  std::string text(std::string_view name) const;
  /// A parameter of up to 15 digits and nothing else. `otherwise` when it is not there; nothing
  /// when it is something else or not from `low` to `high`.
  std::optional<std::int64_t> number(std::string_view name, std::int64_t low, std::int64_t high,
                                     std::int64_t otherwise) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace jobtree::simulator
