#include "gateway/jobs/cache/poll_schedule.h"

#include <algorithm>

namespace jobtree::gateway::schedule {
namespace {

using namespace std::chrono_literals;
using cloud::Outcome;

// As often as the page and `backend job` ask: closely while things move, every ten seconds when
// they do not.
constexpr Duration kLastInterval = 10s;
constexpr double kGrowth = 1.5;
// A job may not be found just after it was created.
constexpr Duration kNotFoundPause = 3s;
constexpr Duration kDeniedPause = 10s;
// When the cloud wants a pause and does not say how long.
constexpr Duration kToldPause = 5s;
constexpr std::chrono::seconds kLongestPause = 10min;

Duration scaled(Duration duration, double factor) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(duration) * factor);
}

}  // namespace

Duration grown(Duration interval) {
  if (interval == Duration::zero()) return kFirstInterval;
  return std::min(scaled(interval, kGrowth), kLastInterval);
}

Duration jittered(Duration duration, double least, double chance) {
  return scaled(duration, least + (1 + kJitter - least) * chance);
}

Duration pause_after(const cloud::JobReply& reply, Duration interval) {
  Duration pause = interval;
  switch (reply.outcome) {
    case Outcome::not_found:
      pause = kNotFoundPause;
      break;
    case Outcome::denied:
    case Outcome::unknown_project:
    case Outcome::too_large:
      pause = kDeniedPause;
      break;
    case Outcome::refused:
    case Outcome::throttled:
    case Outcome::no_key:
      pause = reply.retry_after ? Duration::zero() : kToldPause;
      break;
    default:
      break;
  }
  if (reply.retry_after) {
    // Compared in seconds: any number of them may have been told.
    const std::chrono::seconds told = std::min(*reply.retry_after, kLongestPause);
    pause = std::max({pause, Duration(told), Duration(1s)});
  }
  return pause;
}

bool may_bridge(Outcome outcome) {
  switch (outcome) {
    case Outcome::unreachable:
    case Outcome::failed:
    case Outcome::malformed:
    case Outcome::throttled:
    case Outcome::no_key:
      return true;
    default:
      return false;
  }
}

bool may_recall(Outcome outcome) {
  switch (outcome) {
    case Outcome::not_found:
    case Outcome::refused:
    case Outcome::no_key:
    case Outcome::throttled:
    case Outcome::unreachable:
    case Outcome::untrusted:
    case Outcome::failed:
      return true;
    default:
      return false;
  }
}

bool is_gone(const cloud::JobReply& reply) {
  // The gateway before the services says 404 of an API that is not there.
  return reply.outcome == Outcome::not_found && reply.http_status == 404 &&
         !reply.error_code.starts_with("APIGW.");
}

}  // namespace jobtree::gateway::schedule
