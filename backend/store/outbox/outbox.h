// What waits to be told, as those see it who send it: a queue for each channel.
//
// Each channel has one message under way at a time, whichever replica sends it: so its messages
// keep their order, and two replicas share what one robot can take. At least once: of a sender that
// is killed between sending and saying so, the message is sent again, and it is known that it may
// have arrived. Times are spans, because the clock that counts is the database's.
//
// Knows: channels by their name, leases, rates as numbers. Must not know: what a payload says, how
// it is sent, SQL.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/outbox/news.h"

namespace jobtree::store {

using std::chrono::milliseconds;

/// Beyond so many of a channel, the oldest that wait are dropped, and counted: news of hours ago
/// are of less use than those of now, and this wing cannot word what sums them up.
inline constexpr std::size_t kMostPending = 10'000;
inline constexpr std::size_t kLongestReply = 2048;  ///< bytes that are stored of one
inline constexpr milliseconds kLongestLease = std::chrono::minutes(10);
/// Until a message is tried again, or a channel. What lies further ahead tells of a clock that was
/// set back, and does not count.
inline constexpr milliseconds kLongestPause = std::chrono::hours(16);

/// A token bucket.
struct OutboxRate {
  double per_minute = 60;
  double burst = 1;  ///< what a full one holds, at least 1
};

struct ClaimQuery {
  std::string channel{};
  /// A digest of the channel's settings. With another one the channel begins anew: it is neither
  /// shut nor gone, and what waits for another attempt is due.
  std::string settings{};
  std::string holder{};  ///< who sends: another name for each worker of each replica
  milliseconds lease = std::chrono::seconds(60);
  OutboxRate rate{};
};

/// How a channel stands.
struct ChannelStanding {
  std::uint32_t failures = 0;  ///< in a row
  milliseconds shut_for{0};    ///< nothing is sent for so long
  bool is_gone = false;        ///< nor ever
};

/// The right to send one message, for as long as the lease.
struct OutboxClaim {
  std::int64_t id = 0;
  std::int64_t number = 0;  ///< which claim of the message it is: an earlier one is good no more
  std::string channel{}, settings{}, holder{};
};

struct ClaimedEntry {
  OutboxClaim claim{};
  std::string event_id{}, payload{};
  Time occurred_at{};
  std::uint32_t attempts = 0;     ///< with this one
  std::uint32_t parts = 0;        ///< of the message that were delivered before
  bool may_have_arrived = false;  ///< at an attempt before this one
  ChannelStanding channel{};
};

struct Claiming {
  enum class Kind : std::uint8_t {
    claimed,
    nothing,  ///< is due
    busy,     ///< another sends for this channel
    paced,    ///< the rate is used up
    shut,     ///< the channel, for a while
    gone
  };
  Kind kind = Kind::nothing;
  /// Until that may change by itself; nothing where only something new changes it.
  std::optional<milliseconds> wait{};
  std::optional<ClaimedEntry> entry{};
};

/// What an attempt came to.
struct Closing {
  enum class Kind : std::uint8_t {
    sent,
    again,
    dead  ///< never again
  };
  Kind kind = Kind::sent;
  milliseconds again_in{0};
  bool counts = true;                        ///< as an attempt
  std::uint32_t parts = 0;                   ///< delivered so far
  bool may_have_arrived = false;             ///< what was not: nobody knows
  std::string reply{};                       ///< of the other side, cut to kLongestReply
  std::optional<ChannelStanding> channel{};  ///< as it stands now; nothing: as before
};

/// One that waits and of which no part was delivered, so that it can be merged.
struct PendingEntry {
  std::int64_t id = 0;
  std::string event_id{}, payload{};
  Time occurred_at{};
  std::uint32_t attempts = 0;
  bool may_have_arrived = false;
};

/// What takes the place of several entries: all that pending() gave from the first to the last.
struct Merging {
  std::int64_t first = 0, last = 0;
  std::size_t count = 0;
  OutboxEntry digest{};  ///< its channel is that of all
};

/// For metrics, and for people.
struct ChannelQueue {
  std::string channel{};
  std::uint64_t pending = 0, sending = 0;
  std::uint64_t dropped = 0;                   ///< of the last kClosedStay
  std::optional<milliseconds> oldest_waits{};  ///< for so long
  ChannelStanding standing{};
  std::optional<Time> last_sent_at{}, last_trouble_at{};
  std::string last_trouble{};  ///< the reply to what was not sent
};

/// How long they stay that are sent, merged or dropped; and those that nobody could send, that
/// others may look after them.
inline constexpr std::chrono::days kClosedStay{14};
inline constexpr std::chrono::days kDeadStay{30};

/// All of it blocks for the database. A failure is of kind unavailable. Thread-safe.
class Outbox {
 public:
  virtual ~Outbox() = default;

  /// Entries that no change makes, such as a test. How many of them are new.
  virtual Result<std::size_t> put(const std::vector<OutboxEntry>& entries) = 0;

  /// The oldest that is due. It takes one of the rate.
  virtual Result<Claiming> claim(const ClaimQuery& query) = 0;
  /// Begins the lease anew, and notes what was delivered. False: it is another's by now.
  virtual Result<bool> hold(const OutboxClaim& claim, milliseconds lease, std::uint32_t parts) = 0;
  /// One of the rate, for another part of a message. Zero: it was taken; else how long until one
  /// may be had.
  virtual Result<milliseconds> take(std::string_view channel, OutboxRate rate) = 0;
  /// False: it is another's by now, and stays so.
  virtual Result<bool> close(const OutboxClaim& claim, const Closing& closing) = 0;

  /// The oldest first, and no digests. `most`: how many.
  virtual Result<std::vector<PendingEntry>> pending(std::string_view channel, std::size_t most) = 0;
  /// False: some of them do not wait any more, and nothing was merged.
  virtual Result<bool> merge(const Merging& merging) = 0;

  /// Of every channel that has, or had, something to send; by their names.
  virtual Result<std::vector<ChannelQueue>> queues() = 0;
};

}  // namespace jobtree::store
