// One fetch of a job: the query, what is made of the reply, and that as a value.
//
// Knows: the source, who judges and hears replies, and the memory, which is told what came and may
// stand in for what did not. Must not know: viewers, locks, when the next fetch is due.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "cloud/job_source.h"
#include "gateway/jobs/cache/byte_ledger.h"
#include "gateway/jobs/cache/cache_entry.h"
#include "gateway/jobs/job_memory.h"
#include "store/shared.h"

namespace jobtree::gateway {

struct FetchOptions {
  /// A strong validator of a body. Never empty.
  std::function<std::string(std::string_view body)> version_of{};
  /// Judges a reply with a body that is new: whether the job has ended. It may make a failure of
  /// the reply. Empty: no job ends.
  std::function<bool(const cloud::JobAddress&, cloud::JobReply&)> judge{};
  /// Hears every reply once, before a viewer does, and may complete it. May be empty.
  std::function<void(const cloud::JobAddress&, cloud::JobReply&)> heard{};
  /// Makes what will hold a body, so that the user of the cache can keep more with it. Empty: a
  /// plain JobContent.
  std::function<std::shared_ptr<JobContent>()> new_content{};
  /// A job changed, or was read for the first time: `before` is null then. On the fetch's thread,
  /// before viewers are told. May be empty.
  std::function<void(const JobContent* before, const std::shared_ptr<const JobContent>& now)>
      changed{};
  /// Waits its turn among the replicas that may query the job; see store::PollTurns. Empty: there
  /// are no others.
  std::function<store::PollTurn(const cloud::JobAddress&, schedule::Duration interval)> take_turn{};
  /// It must outlive the fetches; null: nothing is remembered.
  JobMemory* memory = nullptr;
};

/// What a fetch brought: a content, or a failure; or both, where what is stored stands in.
struct Fetched {
  std::shared_ptr<const JobContent> content{};
  std::optional<StoredContent> stored{};
  FailedFetch failure{};
  std::string request_id{};
};

/// What the fetches before brought.
struct LastFetched {
  /// Stands on when the body is the same.
  std::shared_ptr<const JobContent> content{};
  std::optional<StoredContent> stored{};
  UtcTime at{};             ///< when the cloud said so
  bool is_recent = false;   ///< it is shown for a while yet when this fetch fails
  bool was_absent = false;  ///< the last one was told that there is no such job
};

/// Memory for a body, of the one who has it.
struct FetchRoom {
  /// Whether so many bytes may come.
  cloud::HasRoom may_come;
  /// For what has come; nothing when there is none.
  std::function<std::optional<ByteCharge>(std::size_t bytes)> room_for;
};

/// Thread-safe.
class JobFetch {
 public:
  /// `source` must outlive it.
  JobFetch(FetchOptions options, cloud::JobSource& source)
      : options_(std::move(options)), source_(source) {}

  /// Whether the job may be queried now, for one that is queried once in `interval` here. Blocks
  /// for the other replicas a moment. Throws nothing.
  store::PollTurn turn(const cloud::JobAddress& address, schedule::Duration interval) const;

  /// Blocks for the network, and for the memory. A time: the query is deferred until then. Throws
  /// nothing.
  std::variant<Fetched, Time> run(const cloud::JobAddress& address, const LastFetched& last,
                                  const FetchRoom& room) const;

 private:
  std::variant<Fetched, Time> query(const cloud::JobAddress& address, const LastFetched& last,
                                    const FetchRoom& room) const;
  Fetched judged(const cloud::JobAddress& address, const std::shared_ptr<const JobContent>& last,
                 const FetchRoom& room, cloud::JobReply reply) const;
  std::shared_ptr<JobContent> content_of(std::string body, bool is_final, ByteCharge charge) const;
  void remember(const cloud::JobAddress& address, const JobContent* last,
                const std::shared_ptr<const JobContent>& now) const;
  /// Has what is remembered stand in for a job that did not come, where it may.
  void recall(const cloud::JobAddress& address, const LastFetched& last, const FetchRoom& room,
              Fetched& fetched) const;
  Fetched no_room(const cloud::JobAddress& address, cloud::JobReply reply) const;

  const FetchOptions options_;
  cloud::JobSource& source_;
};

}  // namespace jobtree::gateway
