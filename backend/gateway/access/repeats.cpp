#include "gateway/access/repeats.h"

#include <utility>

#include "gateway/access/viewer_network.h"

namespace jobtree::gateway {
namespace {

constexpr std::chrono::minutes kQuiet{1};
constexpr std::size_t kMaxEntries = 1'000;
constexpr std::size_t kMaxRests = 1'000;

}  // namespace

std::optional<std::uint64_t> Repeats::note(std::string_view viewer, std::string_view kind,
                                           Time now) {
  std::string key = network_of(viewer).append(" ").append(kind);
  const Lock lock(mutex_);
  if (entries_.size() >= kMaxEntries && !entries_.contains(key)) {
    collect(now);
    if (entries_.size() >= kMaxEntries) {
      viewer = "";
      key = std::string("others ").append(kind);
    }
  }
  const auto [at, is_new] =
      entries_.try_emplace(std::move(key), Entry{std::string(viewer), std::string(kind), now});
  if (is_new) return 0;
  Entry& entry = at->second;
  if (now - entry.written < kQuiet) {
    ++entry.left_out;
    return std::nullopt;
  }
  entry.written = now;
  return std::exchange(entry.left_out, 0);
}

std::vector<Repeats::Rest> Repeats::take_rests(Time now) {
  const Lock lock(mutex_);
  if (now >= next_look_) {
    next_look_ = now + kQuiet;
    collect(now);
  }
  return std::exchange(rests_, {});
}

void Repeats::collect(Time now) {
  // No std::erase_if: the analysis of locks does not look into its lambda.
  for (auto at = entries_.begin(); at != entries_.end();) {
    Entry& entry = at->second;
    if (now - entry.written < kQuiet) {
      ++at;
      continue;
    }
    if (entry.left_out > 0 && rests_.size() < kMaxRests) {
      rests_.push_back({std::move(entry.viewer), std::move(entry.kind), entry.left_out});
    }
    at = entries_.erase(at);
  }
}

}  // namespace jobtree::gateway
