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
  auto& rests = rests_;  // the analysis of locks does not look into lambdas
  std::erase_if(entries_, [&](const auto& element) {
    const Entry& entry = element.second;
    if (now - entry.written < kQuiet) return false;
    if (entry.left_out > 0 && rests.size() < kMaxRests) {
      rests.push_back({entry.viewer, entry.kind, entry.left_out});
    }
    return true;
  });
}

}  // namespace jobtree::gateway
