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

}  // namespace jobtree::store
