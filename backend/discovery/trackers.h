// Whether the Cloud Trace Service records anything: GET /v3/{project_id}/trackers.
//
// Knows: the form of a list of trackers. Must not know: how it is fetched, traces.
#pragma once

#include <optional>
#include <string_view>

namespace jobtree::discovery {

/// Operations are recorded while a tracker of type "system" is enabled; it is made once, in the
/// console. Nothing when the body is no list of trackers.
std::optional<bool> is_recording(std::string_view trackers);

}  // namespace jobtree::discovery
