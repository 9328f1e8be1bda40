#include "notify/sending/attempt.h"

#include "notify/channels/channels.h"
#include "notify/channels/verdicts.h"

namespace jobtree::notify {
namespace {

/// What cannot be sent at all.
Verdict refused(const Failure& failure) {
  return verdict(Verdict::Kind::never, "", failure.text());
}

Verdict send(const ReadyChannel& ready, const Dispatch& dispatch) {
  const auto response = ready.sender->send(dispatch);
  if (!response) return refused(response.failure());
  return judge(ready.channel.kind, response.value());
}

}  // namespace

Attempt attempt(const ReadyChannel& ready, const Content& content, const AttemptOptions& options) {
  Attempt made{.verdict = delivered(), .parts = options.parts};
  const auto dispatches = dispatches_of({.channel = ready.channel,
                                         .secrets = ready.secrets,
                                         .content = content,
                                         .at = options.at,
                                         .public_url = options.public_url});
  if (!dispatches) {
    made.verdict = refused(dispatches.failure());
    return made;
  }
  for (std::size_t i = options.parts; i < dispatches.value().size(); ++i) {
    if (i > options.parts && options.before_next && !options.before_next(made.parts)) {
      made.was_left_off = true;
      return made;
    }
    made.verdict = send(ready, dispatches.value()[i]);
    if (made.verdict.kind != Verdict::Kind::delivered) return made;
    ++made.parts;
  }
  return made;
}

}  // namespace jobtree::notify
