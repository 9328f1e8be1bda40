#include "store/records.h"

#include <algorithm>

namespace jobtree::store {
namespace {

constexpr std::array<std::string_view, kStatuses> kNames = {
    "waiting", "running", "succeeded", "failed", "cancelled", "skipped", "unknown"};

}  // namespace

std::string_view name_of(Status status) {
  return kNames[static_cast<std::size_t>(status)];
}

std::optional<Status> status_named(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Status>(found - kNames.begin());
}

bool has_ended(Status status) {
  return status == Status::succeeded || status == Status::failed || status == Status::cancelled ||
         status == Status::skipped;
}

Durations durations_of(std::vector<double> seconds) {
  if (seconds.empty()) return {};
  std::ranges::sort(seconds);
  const auto percentile = [&](double part) {
    const auto place = static_cast<std::size_t>(part * static_cast<double>(seconds.size()));
    return seconds[std::min(place, seconds.size() - 1)];
  };
  return {.count = seconds.size(),
          .p50 = percentile(0.5),
          .p90 = percentile(0.9),
          .p95 = percentile(0.95)};
}

}  // namespace jobtree::store
