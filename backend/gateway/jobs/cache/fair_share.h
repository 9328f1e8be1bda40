// A number of places that many share, so that none can take them all.
//
// The invariant: who has n places gets another only while more than n are free. One alone gets half
// of them, the next half of what is left, and there is always a place for one who has none, until
// so many are greedy at one time that all are taken.
//
// Knows: names and numbers. Must not know: what the places are. Not thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace jobtree::gateway {

class FairShare {
 public:
  explicit FairShare(std::size_t places) : places_(places) {}

  /// Whether `name` got a place.
  bool take(const std::string& name) {
    if (taken_ >= places_) return false;
    const auto [found, is_new] = of_.try_emplace(name, 0);
    if (found->second >= places_ - taken_) return false;
    ++found->second;
    ++taken_;
    return true;
  }

  void give_back(const std::string& name) {
    const auto found = of_.find(name);
    if (found == of_.end()) return;
    --taken_;
    if (--found->second == 0) of_.erase(found);
  }

  std::size_t taken() const { return taken_; }

 private:
  const std::size_t places_;
  std::size_t taken_ = 0;
  std::unordered_map<std::string, std::size_t> of_;
};

}  // namespace jobtree::gateway
