// What one observation means: two bodies of a job -> all that is stored of the difference.
//
// Pure. Knows: the engine's jobs. Must not know: databases, who observes, what time it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/job.h"
#include "store/archive.h"
#include "store/outbox/news.h"
#include "store/records.h"

namespace jobtree::store {

/// A job as it was stored last.
struct Known {
  JobRecord record;
  engine::JobTree tree;        ///< of the last body; its bytes are the body
  std::size_t links = 0;       ///< patches since the last whole body
  std::size_t link_bytes = 0;  ///< of those
  bool is_read = false;        ///< from the store: somebody else may have written it
  std::string facts{};         ///< their digests, see fact_digests.h
  std::string_view body() const { return {tree.bytes.data(), tree.bytes.size()}; }
};

/// Events of a change, at most kEventsInPart of them: JSON objects with "," between.
struct EventPart {
  std::uint32_t count = 0;
  std::string json;
};
inline constexpr std::size_t kEventsInPart = 1000;

/// A body to be stored.
struct StoredBody {
  bool is_whole = true;  ///< no patch
  std::size_t size = 0;  ///< of the body itself
  std::string sha256;
  std::string data;
};

/// How long a job took that succeeded.
struct DurationSample {
  int size_class = 0;  ///< see size_class_of
  double seconds = 0;
};

/// Failures of one reason that a job had not had before.
struct FailureGain {
  FailureGroup group;  ///< as the job has it now
  std::uint32_t more = 0;
  bool is_first_of_job = false;
};

/// All that is stored of one change, in one transaction.
struct Change {
  JobRecord record;  ///< as it is now; its version is one more than before
  StoredBody body;
  std::vector<EventPart> events;
  std::optional<DurationSample> duration;  ///< of a job that has ended now
  std::vector<FailureGain> failures;       ///< in the order of their names
  std::optional<std::string> facts{};      ///< digests of all of them, when they are others now
  Happenings happenings{};                 ///< what of it people may want to hear
};

/// Jobs of about as many parts: 1, 2 to 5, to 20, to 100, to 1,000, and more.
int size_class_of(std::uint32_t parts);

/// `before`: null when the job was never seen. Nothing when the body is the same, or is no job.
/// `after` becomes what is known from now on.
std::optional<Change> change_between(const Known* before, const Observation& seen, Known& after);

/// A body that was read from the store, as what is known of its job. Nothing when it is no job.
std::optional<Known> known_of(JobRecord record, std::string_view body);

}  // namespace jobtree::store
