// What happened to a job that people may want to hear of, and who says what they are told.
//
// Pure. Knows: jobs before and after a change. Must not know: channels beyond their names, how a
// message looks, databases.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/records.h"

namespace jobtree::store {

enum class Happening : std::uint8_t {
  begun,          ///< the job runs
  settled,        ///< it has ended; or it is lost, and nobody can say any more how it ended
  first_failure,  ///< a part failed, and the job goes on
  stuck,          ///< it has run far longer than it should: whoever knows that says so
  failure_new,    ///< it has a failure that no job had before
  failure_back    ///< one that none had for long
};

/// What one change of a job is to people, as far as the job alone tells.
struct Happenings {
  std::vector<Happening> list{};
  Time observed_at{};                 ///< when the change was seen
  std::optional<Time> seen_before{};  ///< when the job had been seen last; nothing: never
};
/// `before`: null when nothing was known of the job.
Happenings happenings_between(const JobRecord* before, const JobRecord& now, Time observed_at);

/// One thing that happened, with all there is to say of it. Good during a call.
struct News {
  Happening happening = Happening::settled;
  const JobRecord& job;  ///< as it is now
  Time observed_at{};
  /// What ended between this and `observed_at`, and long before the latter, is learned late.
  std::optional<Time> seen_before{};
  const FailureGroup* failure = nullptr;  ///< of failure_new and failure_back
  /// Of failure_back: when it had come last, in any job. The same for all who see it come back, so
  /// that it tells one time from the next.
  std::optional<Time> silent_since{};
};

inline constexpr std::size_t kLargestPayload = std::size_t{64} * 1024;

/// One thing to be told through one channel.
struct OutboxEntry {
  std::string channel{};  ///< its name
  /// What it is about, such as a job's key: entries of one subject are sent in their order, also
  /// when one of them has to be tried again. "" for none.
  std::string subject{};
  std::string event_id{};  ///< the same at each attempt: receivers know a second copy by it
  /// One entry of a key is ever made: "job|kind|status|run|channel".
  std::string dedupe{};
  Time occurred_at{};
  std::string payload{};  ///< JSON, at most kLargestPayload
};

/// Says which entries follow from what happened: none, or one for each channel that is to be told.
///
/// Called by the thread that writes, in the transaction that stores the change. So it is fast, it
/// waits for nothing, and the same news have the same entries on every replica.
class Herald {
 public:
  virtual ~Herald() = default;
  virtual std::vector<OutboxEntry> entries_of(const News& news) const = 0;
};

}  // namespace jobtree::store
