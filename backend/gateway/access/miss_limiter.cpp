#include "gateway/access/miss_limiter.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "gateway/access/viewer_network.h"

namespace jobtree::gateway {
namespace {

constexpr std::size_t kMaxKeys = 10'000;
constexpr std::size_t kMaxKnown = 4'096;  // of each half

std::string key_of_token(std::string_view name) {
  return std::string("token ").append(name);
}

}  // namespace

bool MissLimiter::knows(const cloud::JobAddress& address) {
  const std::string& key = address.key();
  const Lock lock(mutex_);
  return known_[0].contains(key) || known_[1].contains(key);
}

void MissLimiter::learn(const cloud::JobAddress& address) {
  const std::string& key = address.key();
  const Lock lock(mutex_);
  if (known_[0].contains(key)) return;
  if (known_[0].size() == kMaxKnown) known_[1] = std::exchange(known_[0], {});
  known_[0].insert(key);
}

double MissLimiter::left(const Misses& misses, const Limit& limit, Time now) {
  const double passed = std::chrono::duration<double>(now - misses.at).count();
  return std::max(0.0, misses.count - std::max(0.0, passed) * limit.per_second);
}

std::optional<std::chrono::seconds> MissLimiter::pause_of(const std::string& key,
                                                          const Limit& limit, Time now) const {
  const auto found = misses_.find(key);
  if (found == misses_.end()) return std::nullopt;
  const double over = left(found->second, limit, now) + 1 - limit.most;
  if (over <= 0) return std::nullopt;
  return std::chrono::seconds(static_cast<long>(std::ceil(over / limit.per_second)));
}

std::optional<std::chrono::seconds> MissLimiter::pause(std::string_view token,
                                                       std::string_view peer, Time now) {
  const Lock lock(mutex_);
  const auto of_peer = pause_of(network_of(peer), kOfPeer, now);
  const auto of_token = token.empty() ? std::nullopt : pause_of(key_of_token(token), kOfToken, now);
  return std::max(of_peer, of_token);  // nothing is less than any pause
}

void MissLimiter::spend_of(const std::string& key, const Limit& limit, Time now) {
  Misses& misses = misses_[key];
  misses = {left(misses, limit, now) + 1, now};
}

void MissLimiter::spend(std::string_view token, std::string_view peer, Time now) {
  const Lock lock(mutex_);
  if (misses_.size() >= kMaxKeys) make_room(now);
  spend_of(network_of(peer), kOfPeer, now);
  if (!token.empty()) spend_of(key_of_token(token), kOfToken, now);
}

void MissLimiter::make_room(Time now) {
  std::erase_if(misses_, [now](const auto& entry) {
    return left(entry.second, kOfPeer, now) == 0;  // forgotten anyway
  });
  // As many addresses as this are one attack from everywhere. The key's own budget still holds.
  if (misses_.size() >= kMaxKeys) misses_.clear();
}

}  // namespace jobtree::gateway
