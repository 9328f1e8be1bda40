// What can be queried of the cloud without the id of a job: its traces, and the task lists of
// services.
//
// Knows: the lists of catalogue.json, and how each wants its times and pages written. Must not
// know: what comes back. A request is built of a list of the catalogue, a project, two moments and
// a place in the list; there is no other way to one, so that nothing else can be sent.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utc.h"
#include "cloud/where/path_pattern.h"

namespace jobtree::cloud {

struct List {
  std::string name{};     ///< "rds": the only one of this name
  std::string service{};  ///< whose host it is at: a service of the catalogue, or "cts"
  std::string path{};     ///< "/v3/{project_id}/tasklist"
  /// Names and values, sorted. A value is sent as it stands, or is one of these:
  /// - "{limit}", "{offset}", "{marker}": the page; a marker is left out on the first;
  /// - "{from:FORM}", "{to:FORM}": the window. FORM is `ms` (since 1970), `ms_excluded` (the same
  ///   for a list that leaves out both ends: 1 ms wider), `z` (2026-11-26T02:10:05Z), `zone`
  ///   (2026-11-26T02:10:05+0000) or `digits` (20261126021005).
  std::vector<std::pair<std::string, std::string>> parameters{};
  std::size_t limit = 0;     ///< rows of a page; 0: it has no pages
  std::string permission{};  ///< an action of the vendor's policies; "" where none is documented
  /// The same in identity policies, whose actions have other names; "" where none is needed, or
  /// documented.
  std::string identity_permission{};

  bool has_window() const;
};

/// What is looked for, in UTC. Services that want one take 30 days at most, and CTS 7.
struct ListWindow {
  UtcTime from{};
  UtcTime to{};
};

/// Which page: how many rows come before it, or the marker that came with the page before.
struct ListPlace {
  std::size_t offset = 0;
  std::string marker{};

  bool operator==(const ListPlace&) const = default;
};

/// Those of catalogue.json; parses it anew with each call.
std::vector<List> known_lists();

/// Nothing when that is no request: a project that is none (32 lower-case hex digits), a window
/// that ends before it begins, a place that the list does not have.
std::optional<Target> target_of(const List& list, std::string_view project_id,
                                const ListWindow& window, const ListPlace& place = {});

}  // namespace jobtree::cloud
