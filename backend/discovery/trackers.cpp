#include "discovery/trackers.h"

#include <algorithm>

#include "base/ascii.h"
#include "discovery/bounds.h"
#include "discovery/json_pieces.h"

namespace jobtree::discovery {
namespace {

constexpr std::size_t kMostTrackers = 1000;

}  // namespace

std::optional<bool> is_recording(std::string_view trackers) {
  if (trackers.size() > kLargestPage) return std::nullopt;
  const Members root = members_of(trimmed(trackers, kWhitespace), kMostMembers);
  const Elements all = elements_of(root.find("trackers"), kMostTrackers);
  if (!root.is_whole || !all.is_whole) return std::nullopt;
  return std::ranges::any_of(all.all, [](std::string_view element) {
    const Members tracker = members_of(element, kMostMembers);
    return scalar_of(tracker.find("tracker_type")) == "system" &&
           scalar_of(tracker.find("status")) == "enabled";
  });
}

}  // namespace jobtree::discovery
