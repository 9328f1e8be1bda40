// Share links, as those see them who make, judge and end them: what each shows, and until when.
//
// Of a token only its SHA-256 is here, which opens nothing.
//
// Knows: links as values, spans of time. Must not know: SQL, HTTP, who may make one, what a board
// query says.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/protocol/digest.h"
#include "base/result.h"
#include "store/records.h"

namespace jobtree::store {

/// Of those that have neither ended nor been revoked.
inline constexpr std::size_t kMostLiveShares = 10'000;
/// Of the others so many are read, the newest, and for so long they are there.
inline constexpr std::size_t kMostEndedShares = 1'000;
inline constexpr std::chrono::days kEndedSharesStay{30};
/// How exactly it is known when one was used last.
inline constexpr std::chrono::hours kUseIsNotedEvery{1};

/// What one shows: the job, where there is a job; else the board of this query.
struct SharedThing {
  std::optional<cloud::JobAddress> job{};
  std::string board{};  ///< as GET /api/jobs takes it; "" is a board of all
};

/// What somebody wants to share.
struct NewShare {
  Digest digest{};  ///< SHA-256 of its token
  SharedThing thing{};
  std::string label{};
  bool is_public = false;    ///< who has no more than its address may be told what it shows
  std::string created_by{};  ///< the name of a token; "" where none were in use
  std::chrono::seconds lasts{};
};

struct Share {
  std::int64_t id = 0;
  Digest digest{};
  SharedThing thing{};
  std::string label{};
  bool is_public = false;
  std::string created_by{};
  Time created_at{}, expires_at{};
  std::optional<Time> revoked_at{};
  std::optional<Time> last_used_at{};  ///< to kUseIsNotedEvery

  bool is_live(Time now) const { return !revoked_at && now < expires_at; }
};

/// All of it blocks for the database. A failure is of kind unavailable. Thread-safe.
class Shares {
 public:
  virtual ~Shares() = default;

  /// Stored when it returns. Nothing: there are kMostLiveShares already.
  virtual Result<std::optional<Share>> create(const NewShare& share) = 0;
  /// Stored when it returns; again, it changes nothing. False: there is no such share.
  virtual Result<bool> revoke(std::int64_t id) = 0;
  /// All that live, and of the others the newest; the newest first.
  virtual Result<std::vector<Share>> all() = 0;
  /// Another number after each share that was made or revoked, on whichever replica.
  virtual Result<std::int64_t> changes() = 0;
  /// They were used; stored of each once in kUseIsNotedEvery.
  virtual Result<bool> used(const std::vector<std::int64_t>& ids) = 0;
};

}  // namespace jobtree::store
