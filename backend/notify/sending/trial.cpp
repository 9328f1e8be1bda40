#include "notify/sending/trial.h"

#include "notify/sending/attempt.h"

namespace jobtree::notify {

Trial try_channel(const ReadyChannel& ready, const Clock& clock, std::string_view public_url) {
  const auto began = clock.steady();
  const Time now = std::chrono::time_point_cast<Time::duration>(clock.wall());
  Attempt made =
      attempt(ready, test_notice(now, public_url), {.at = now, .public_url = public_url});
  return {.is_delivered = made.verdict.kind == Verdict::Kind::delivered,
          .code = std::move(made.verdict.code),
          .meaning = std::move(made.verdict.text),
          .took = std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady() - began)};
}

}  // namespace jobtree::notify
