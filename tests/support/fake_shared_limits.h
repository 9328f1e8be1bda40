// Replicas that share their limits in one process: what a database does for them, without one.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cloud/shared_limits.h"

namespace jobtree::tests {

/// What the replicas of a test have in common. Not thread-safe.
struct SharedTable {
  struct Key {
    std::string proven{};
    int refusals = 0;
    int passes = 0;
    bool is_shut = false;
  };
  std::map<std::string, Key> keys{};
  std::map<std::string, int> left{};  ///< turns, by the name of the rate; others have plenty
  std::map<std::string, cloud::SharedThrottle> throttles{};
  std::map<std::string, std::string> owners{};
  int replicas = 3;
  int takes = 0, enters = 0;
};

class FakeSharedLimits final : public cloud::SharedLimits {
 public:
  explicit FakeSharedLimits(SharedTable& table) : table_(table) {}

  bool is_away = false;
  bool was_never_heard = false;

  bool is_in_touch() const override { return !is_away; }
  int replicas() const override { return was_never_heard ? 0 : table_.replicas; }
  std::optional<cloud::KeyStanding> standing(const cloud::SharedKeyName& key) const override {
    if (was_never_heard) return std::nullopt;
    const SharedTable::Key& row = table_.keys[key.access];
    const bool is_proven = row.proven == key.pair;
    return cloud::KeyStanding{
        .is_proven = is_proven,
        .refusals = row.refusals,
        .shut_for = std::chrono::seconds(row.is_shut && !is_proven ? 330 : 0)};
  }
  void settle(const cloud::SharedKeyName& key, std::int64_t pass, cloud::Verdict verdict) override {
    SharedTable::Key& row = table_.keys[key.access];
    if (pass != 0) --row.passes;
    if (verdict == cloud::Verdict::accepted) row = {.proven = key.pair, .passes = row.passes};
    if (verdict != cloud::Verdict::refused) return;
    if (row.proven == key.pair) row.proven.clear();
    row.is_shut = ++row.refusals >= 3;
  }
  std::optional<cloud::KeyTurn> enter(const cloud::SharedKeyName& key) override {
    ++table_.enters;
    if (is_away) return std::nullopt;
    SharedTable::Key& row = table_.keys[key.access];
    cloud::KeyTurn turn{.standing = *standing(key)};
    if (turn.standing.is_proven) {
      turn.kind = cloud::KeyTurn::Kind::given;
    } else if (row.is_shut) {
      turn.kind = cloud::KeyTurn::Kind::shut;
    } else if (row.refusals + row.passes < 3) {
      turn.kind = cloud::KeyTurn::Kind::given;
      turn.pass = 1;
      ++row.passes;
    }
    return turn;
  }

  std::optional<cloud::SharedTurns> take(const std::string& name, cloud::Pace pace, int most,
                                         std::chrono::milliseconds most_wait) override {
    ++table_.takes;
    if (is_away) return std::nullopt;
    const auto found = table_.left.find(name);
    if (found == table_.left.end()) return cloud::SharedTurns{.count = most, .left = pace.burst};
    if (found->second == 0) return cloud::SharedTurns{.wait = most_wait + std::chrono::seconds(1)};
    const int count = std::min(most, found->second);
    found->second -= count;
    return cloud::SharedTurns{.count = count, .left = static_cast<double>(found->second)};
  }
  std::vector<cloud::SharedThrottle> throttles() const override {
    std::vector<cloud::SharedThrottle> all;
    for (const auto& [service, throttle] : table_.throttles)
      all.push_back(throttle);
    return all;
  }
  void throttled(const cloud::SharedThrottle& throttle) override {
    table_.throttles[throttle.service] = throttle;
  }
  void eased(const cloud::SharedThrottle& throttle) override {
    table_.throttles[throttle.service] = throttle;
  }
  std::optional<std::string> owner(const std::string& name) override {
    if (is_away) return std::nullopt;
    return table_.owners[name];
  }
  void found_owner(const std::string& name, const std::string& id) override {
    table_.owners[name] = id;
  }

 private:
  SharedTable& table_;
};

}  // namespace jobtree::tests
