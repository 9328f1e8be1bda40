// What failed over all jobs that are remembered, as values: failures of one service for one reason,
// and which of them people want to hear no more of for a while.
//
// Knows: the engine's names of groups (model/error_groups.h), as texts. Must not know: where it is
// stored, HTTP, what an error means.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cloud/job_source.h"
#include "store/records.h"

namespace jobtree::store {

/// Silent for so long, a failure that comes is back again.
inline constexpr std::chrono::days kSilence{7};
/// A failure is new, or back again, for so long.
inline constexpr std::chrono::hours kNews{24};
/// Days of which a record says how many failures they had.
inline constexpr std::size_t kDaysShown = 14;
inline constexpr std::size_t kMostFailuresOnPage = 100;

/// Who wants to hear no more of a failure, and until when. It ends by itself: at its time, or when
/// more have come than it lets pass, whichever is first.
struct FailureMute {
  std::optional<Time> until{};
  std::optional<std::int64_t> remaining{};  ///< failures that may still come
  std::string note{};
  std::string by{};  ///< the name of a token; "" where there are none
  Time at{};
};

/// Failures of one service for one reason, as far as somebody may see them. Times are when they
/// were seen.
struct FailureRecord {
  std::string service{};
  std::string name{};  ///< of the group
  std::string code{};
  std::string text{};  ///< of the last of them, cut
  std::uint64_t count = 0;
  std::uint64_t jobs = 0;  ///< that had any
  Time first_at{}, last_at{};
  std::optional<Time> back_at{};      ///< when it came again after a silence
  std::vector<std::uint64_t> days{};  ///< failures a day, in UTC; today last
  cloud::JobAddress sample{};         ///< the job that had the last of them
  std::string part{};                 ///< the id of its sub-job; "" where that has none
  std::optional<FailureMute> mute{};  ///< that has not ended

  bool is_new(Time now) const { return first_at >= now - kNews; }
  bool is_back(Time now) const { return back_at && *back_at >= now - kNews; }
};

/// Which failures; empty texts leave all in.
struct FailureQuery {
  enum class State {
    heard,  ///< all that are not muted
    fresh,  ///< of those the new ones
    back,   ///< of those the ones that are back again
    muted,
    any
  };
  State state = State::heard;
  std::string region{}, service{}, project{};
  std::string name{};           ///< of one group
  std::string text{};           ///< anywhere in code, text and name
  std::optional<Time> since{};  ///< of the last of them
  std::size_t limit = 50;
  std::string cursor{};                      ///< of the page before; "" for the first page
  std::optional<BoardQuery::Scope> scope{};  ///< what a viewer may see; nothing: all
  Time now{};
};

struct FailurePage {
  std::vector<FailureRecord> failures{};  ///< the one that came last first
  std::string next{};                     ///< the cursor of the next page; "" when this is the last
};

/// What somebody wants to hear of a failure from now on: all again without a mute.
struct Muting {
  std::string service{}, name{};
  std::optional<FailureMute> mute{};
};

}  // namespace jobtree::store
