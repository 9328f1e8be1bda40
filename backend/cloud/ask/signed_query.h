// One signed GET, asked until there is an answer worth having: tries, pauses, and what keeps them
// from doing harm.
//
// Knows: the signature's headers, what each status means, when to ask again. Must not know: what is
// asked for. Every try is signed anew, waits for the key's guard and pays out of the key's budget.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "cloud/ask/rate_limit.h"
#include "cloud/ask/transport.h"
#include "cloud/job_source.h"
#include "cloud/key/key_ring.h"
#include "cloud/where/catalogue.h"

namespace jobtree::cloud {

struct Question {
  std::string origin;        ///< "https://vpc.cn-north-4.myhuaweicloud.com"
  Target target;             ///< path and query, as they are sent
  std::string service;       ///< whose budget it is
  std::string owner_header;  ///< "X-Project-Id", "X-Domain-Id", or "" for neither
  std::string owner_id;
};

/// Thread-safe.
class SignedQuery {
 public:
  SignedQuery(std::unique_ptr<Transport> transport, Rate budget, Clock clock)
      : transport_(std::move(transport)), budget_(budget), clock_(std::move(clock)) {}

  /// At most five tries within about ten seconds. 5xx and no answer at all are worth another, after
  /// a pause that is drawn from a span which doubles; so is, at once and once, a connection that
  /// broke before an answer. Everything else is final.
  JobReply ask(KeyInUse& key, const Question& question);

  RateLimitFigures budget() { return budget_.figures(clock_.steady()); }

 private:
  struct Sent {
    HttpReply reply;
    Signature signature;
  };
  /// What came of one try, and whether another may do better.
  struct Try {
    JobReply answer;
    enum class Again { never, later, at_once } again = Again::never;
  };

  Try try_once(KeyInUse& key, const Question& question, std::chrono::milliseconds patience);
  Result<Sent> send(const KeyInUse& key, const Question& question);
  JobReply answer_of(const KeyInUse& key, const Question& question, Sent sent);
  std::string skew_notice(const HttpReply& reply);
  std::string skew_hint(const HttpReply& reply) const;

  const std::unique_ptr<Transport> transport_;
  RateLimit budget_;
  const Clock clock_;
  std::mutex mutex_;                                              ///< guards what follows
  std::optional<std::chrono::system_clock::duration> told_skew_;  ///< so that it is said once
};

}  // namespace jobtree::cloud
