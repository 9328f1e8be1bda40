// One signed GET, sent until there is a final reply: tries, pauses, and what keeps them from doing
// harm.
//
// Knows: the signature's headers, what each status means, when to try again. Must not know: what is
// queried. Every try is signed anew, needs the circuit breaker's leave and pays out of the key's
// budget. Nothing here waits but for the network: a pause is told to the caller, who comes back.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "cloud/ask/failover.h"
#include "cloud/ask/rate_limit.h"
#include "cloud/ask/transport.h"
#include "cloud/job_source.h"
#include "cloud/key/key_ring.h"
#include "cloud/where/path_pattern.h"
#include "cloud/where/url.h"

namespace jobtree::cloud {

struct Query {
  Origins origins;           ///< the next is used where nobody is reached, see Failover
  Target target;             ///< path and query, as they are sent
  std::string service;       ///< whose rate limit it is
  std::string owner_header;  ///< "X-Project-Id", "X-Domain-Id", or "" for neither
  std::string owner_id;
  std::size_t max_body = 0;  ///< bytes of the reply's body; 0: the transport's own limit
  HasRoom has_room{};        ///< for the reply's body
};

/// How far a query has come that takes several calls. The caller keeps it between them.
struct Progress {
  using Time = std::chrono::steady_clock::time_point;

  explicit Progress(Time now) : began(now), not_before(now) {}

  Time began;
  Time not_before;  ///< of the next call
  int tries = 0;
  bool has_turn = false;         ///< it is paid for, and not sent yet
  bool lost_connection = false;  ///< once already
  std::size_t unreached = 0;     ///< hosts one after the other
  std::chrono::milliseconds pause_span{200};
  std::vector<Bilingual> notices{};  ///< to go with the last reply
};

/// The reply to what was never sent.
JobReply unsent(Outcome outcome, Bilingual detail,
                std::optional<std::chrono::seconds> retry_after = std::nullopt);

/// The reply that says to come back.
JobReply deferred(Progress& progress, Progress::Time not_before);

/// Thread-safe.
class SignedQuery {
 public:
  /// `shared`: see make_cloud().
  SignedQuery(std::unique_ptr<Transport> transport, Rate budget, Clock clock,
              SharedLimits* shared = nullptr)
      : transport_(std::move(transport)), rate_limit_(budget, shared), clock_(std::move(clock)) {}

  /// At most five tries, none of which begins more than ten seconds after the query did. 5xx and no
  /// response at all are worth another, after a pause that is drawn from a span which doubles; so
  /// is, at once and once, a connection that broke before a response. Everything else is final.
  /// Where a service has several hosts, a try goes through all of them until one is reached. A
  /// reply of outcome deferred says when to call again, with the same `progress`.
  JobReply send(KeyInUse& key, const Query& query, Progress& progress);

  RateLimitFigures budget() { return rate_limit_.figures(clock_.steady()); }
  double rate_of(std::string_view service) {
    return rate_limit_.per_second(service, clock_.steady());
  }
  /// See JobSource::stop().
  void stop() { transport_->stop(); }

 private:
  struct Sent {
    HttpReply reply;
    Signature signature;
  };

  /// Why nothing can be sent now, if so.
  std::optional<JobReply> wait_for_turn(KeyInUse& key, const Query& query, Progress& progress);
  /// Comes again while others find out whether the key is good, or says that it takes too long.
  JobReply wait_for_key(const KeyInUse& key, Progress& progress);
  Result<Sent> send_once(const KeyInUse& key, const Query& query, const Origin& origin);
  /// Whether another host is to be tried now, in the place of one that was not reached.
  bool fails_over(const Query& query, std::size_t host, const HttpReply& reply, Progress& progress);
  JobReply reply_of(const KeyInUse& key, const Query& query, Sent sent,
                    std::vector<Bilingual>& notices);
  Bilingual skew_notice(const HttpReply& reply);

  const std::unique_ptr<Transport> transport_;
  RateLimit rate_limit_;
  Failover failover_;
  const Clock clock_;
  Mutex mutex_;
  /// So that a wrong clock is told once.
  std::optional<std::chrono::system_clock::duration> told_skew_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::cloud
