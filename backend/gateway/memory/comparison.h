// Two runs of jobs side by side: what differs in outcome, duration, errors and sub-jobs.
//
// Knows: what is remembered of a job, trees as the engine reads them. Must not know: HTTP, where
// the runs come from, words.
#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "model/job.h"
#include "store/records.h"

namespace jobtree::gateway {

struct Run {
  store::JobRecord record;
  std::optional<engine::JobTree> tree{};  ///< nothing when the body is not kept any more
};

/// As GET /api/compare has it. `now`: until when what still runs has run.
nlohmann::ordered_json comparison_of(const std::array<Run, 2>& runs, store::Time now);

/// Whether durations differ by so much that it is worth a look: by a quarter, and by more than
/// clocks and polls explain.
bool differ_noticeably(double seconds, double other_seconds);

}  // namespace jobtree::gateway
