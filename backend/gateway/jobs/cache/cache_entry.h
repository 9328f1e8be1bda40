// What the cache knows of one job, and who waits for it.
//
// Knows: contents, failures, times. Must not know: other jobs, locks, threads. Not thread-safe: the
// cache's lock guards it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utc.h"
#include "cloud/job_source.h"
#include "gateway/jobs/cache/byte_ledger.h"
#include "gateway/jobs/cache/job_limits.h"
#include "gateway/jobs/cache/poll_schedule.h"

namespace jobtree::gateway {

using Time = std::chrono::steady_clock::time_point;

/// What a job looked like. It never changes once it is in the cache, so that any number of viewers
/// can read it at once.
struct JobContent {
  JobContent() = default;
  JobContent(const JobContent&) = delete;
  JobContent& operator=(const JobContent&) = delete;
  virtual ~JobContent() = default;

  std::string body;     ///< byte for byte
  std::string version;  ///< a strong validator of the body
  bool is_final = false;
  ByteCharge charge{};  ///< of the body
};

/// That a content is not the cloud's word of now, but what is remembered of the job.
struct StoredContent {
  UtcTime at{};               ///< when the cloud last said so
  bool is_forgotten = false;  ///< the cloud has no such job any more: it will not change
  bool operator==(const StoredContent&) const = default;
};

/// Why a fetch brought no job.
struct FailedFetch {
  enum class Kind {
    cloud,    ///< `reply` says it
    no_room,  ///< there was no memory left for what it brought
    broken    ///< the source threw
  };
  Kind kind = Kind::cloud;
  cloud::JobReply reply{};  ///< without its body
  std::string what{};       ///< of kind broken: what was thrown

  /// Whether the last good reading may stand in for a while.
  bool may_bridge() const { return kind != Kind::cloud || schedule::may_bridge(reply.outcome); }
  /// Whether what is remembered may, however old it is.
  bool may_recall() const { return may_bridge() || schedule::may_recall(reply.outcome); }
};

/// What a viewer is told. When there is neither content nor failure, nothing is known and too much
/// is under way to fetch it now.
struct Reading {
  std::shared_ptr<const JobContent> content{};  ///< nullptr: none to show
  /// nullptr: the last fetch brought a job. Beside content: the content is shown for a while though
  /// it could not be confirmed.
  std::shared_ptr<const FailedFetch> failure{};
  std::optional<StoredContent> stored{};  ///< of the content; nothing: it is the cloud's word
  std::string request_id{};    ///< the cloud's, of the reply that last confirmed the content
  std::chrono::seconds age{};  ///< since the cloud said so, or, without content, since the failure
  std::chrono::seconds ttl{};  ///< how long the content counts as fresh; negative: no longer
  Way way = Way::hit;
  bool had_content = false;  ///< there was some when the viewer came
  bool was_parked = false;   ///< the viewer was made to wait for a change

  /// Whether the content changes no more.
  bool is_final() const {
    return content && (content->is_final || (stored && stored->is_forgotten));
  }
};

/// What a viewer has already, and how long it would wait for something else.
struct ReadQuery {
  std::function<bool(std::string_view version)> has{};  ///< empty: it has nothing
  std::chrono::seconds wait{0};
  std::shared_ptr<const void> owner{};  ///< for JobCache::release_if
};

using ReadDone = std::function<void(Reading)>;
using ViewerId = std::uint64_t;

/// What a viewer can tell apart.
struct EntryView {
  std::shared_ptr<const JobContent> content{};  ///< nullptr: none is shown
  bool is_stored = false;
  std::optional<FailedFetch::Kind> failure{};
  cloud::Outcome outcome = cloud::Outcome::succeeded;
  bool operator==(const EntryView&) const = default;
};

/// A viewer who is told later.
struct WaitingViewer {
  ReadQuery query;
  ReadDone done;
  ViewerId id = 0;
  Time came_at;
  Time waits_until;            ///< for a change
  bool started_fetch = false;  ///< the one that is under way
  bool had_content = false;
  bool is_parked = false;
  EntryView seen{};  ///< of a parked one: what it knows already
};

struct CacheEntry {
  enum class Fetch {
    none,
    queued,   ///< waits for a thread
    running,  ///< has one
    deferred  ///< is to be sent at `resume_at`, and holds no thread until then
  };

  explicit CacheEntry(cloud::JobAddress of)
      : address(std::move(of)), host(address.region() + "/" + address.service()) {}

  const cloud::JobAddress address;
  const std::string host;  ///< what may hang as a whole: a service in a region
  ByteCharge charge{};     ///< of the entry itself

  std::shared_ptr<const JobContent> content{};
  std::optional<StoredContent> stored{};  ///< of the content
  std::string request_id{};
  Time confirmed_at{};
  Time fresh_until{};
  std::shared_ptr<const FailedFetch> failure{};
  Time failed_at{};
  schedule::Duration interval{};   ///< zero: never fetched
  Time fetch_after = Time::min();  ///< no fetch begins before

  Fetch fetch = Fetch::none;
  Time resume_at{};
  bool has_turn = false;  ///< among the replicas, for the fetch that is under way
  /// Room for what the fetch brings: as much as the last one brought, and more as more comes.
  ByteCharge expected{};

  std::vector<WaitingViewer> waiting{};         ///< for what the fetch brings
  std::multimap<Time, WaitingViewer> parked{};  ///< for a change, by when they wait no longer

  // Where the cache has it; see there.
  std::optional<Time> due{};
  std::size_t watched_bytes = 0;
  std::list<CacheEntry*>* forgettable = nullptr;
  std::list<CacheEntry*>::iterator forgettable_place{};

  /// Roughly what an entry takes beside its body.
  static constexpr std::size_t kOwnBytes = 1024;
  std::size_t bytes_if_forgotten() const {
    return kOwnBytes + (content.use_count() == 1 ? content->body.size() : 0);
  }

  bool is_final() const {
    return content && (content->is_final || (stored && stored->is_forgotten));
  }
  bool is_fetching() const { return fetch != Fetch::none; }
  bool is_expired(Time now) const { return !is_final() && now >= fetch_after; }
  /// When nothing but time ends what is shown; what is stored it does not end.
  Time bridged_until() const { return confirmed_at + schedule::kStaleIfError; }

  /// For how long a viewer waits for a fetch that holds no thread.
  schedule::Duration longest_wait() const {
    return fetch == Fetch::deferred ? schedule::kLongestDeferral : schedule::kLongestQueue;
  }

  /// Whether the content is shown although the last fetch failed.
  bool stands_in(Time now) const;
  EntryView view(Time now) const;
  /// Whether a reading would be so old that the fetch under way is waited for.
  bool is_stale(Time now) const;
  /// When something is to happen though nobody comes; nothing: never.
  std::optional<Time> next_due(Time now) const;
  Reading reading_for(const WaitingViewer& viewer, Way way, Time now) const;
};

}  // namespace jobtree::gateway
