#include "notify/pace.h"

#include <algorithm>
#include <array>

namespace jobtree::notify {
namespace {

using std::chrono::seconds;
using namespace std::chrono_literals;

/// After the first attempt, the second, and so on.
constexpr std::array<seconds, kMostAttempts - 1> kPauses{5s, 30s, 2min, 10min, 30min, 2h, 6h, 12h};
constexpr std::chrono::hours kLongestTold{1};
constexpr double kJitter = 0.2;

constexpr std::uint32_t kFailuresToOpen = 5;
constexpr std::size_t kFirstProbe = 1;  // of kPauses
constexpr std::size_t kLastProbe = 4;   // so that a channel that works again is soon noticed
constexpr std::chrono::minutes kUsualShut{1};
constexpr std::chrono::hours kAway{24};

seconds jittered(seconds pause, double chance) {
  const double factor = 1 - kJitter + 2 * kJitter * chance;
  return seconds(static_cast<seconds::rep>(static_cast<double>(pause.count()) * factor));
}

seconds shut_for(const Verdict& verdict) {
  return std::clamp<seconds>(verdict.after.value_or(kUsualShut), 0s, kLongestTold);
}

}  // namespace

Rate rate_of(ChannelKind kind) {
  switch (kind) {
    case ChannelKind::feishu:
      return {.per_minute = 80, .burst = 3};  // of 100 a minute and 5 a second
    case ChannelKind::dingtalk:
    case ChannelKind::wecom:
      return {.per_minute = 15, .burst = 4};  // of 20 a minute
    case ChannelKind::slack:
      return {.per_minute = 60, .burst = 3};
    case ChannelKind::webhook:
    case ChannelKind::alertmanager:
      return {.per_minute = 600, .burst = 10};
    case ChannelKind::mail:
      break;
  }
  return {.per_minute = 30, .burst = 5};
}

std::optional<seconds> pause_after(std::size_t attempts, std::optional<seconds> told,
                                   double chance) {
  if (attempts >= kMostAttempts) return std::nullopt;
  if (told) return std::clamp<seconds>(*told, 0s, kLongestTold);
  return attempts == 0 ? 0s : jittered(kPauses.at(attempts - 1), chance);
}

NextStep next_step(const Verdict& verdict, std::size_t attempts, Time now, double chance) {
  using Kind = NextStep::Kind;
  switch (verdict.kind) {
    case Verdict::Kind::delivered:
      return {.kind = Kind::done};
    case Verdict::Kind::never:
    case Verdict::Kind::gone:
      return {.kind = Kind::dead};
    case Verdict::Kind::shut:
      return {.kind = Kind::due, .due_at = now + shut_for(verdict), .counts = false};
    case Verdict::Kind::again:
      break;
  }
  const auto pause = pause_after(attempts, verdict.after, chance);
  if (!pause) return {.kind = Kind::dead};
  return {.kind = Kind::due, .due_at = now + *pause};
}

ChannelState state_after(const ChannelState& state, const Verdict& verdict, Time now,
                         double chance) {
  if (verdict.kind == Verdict::Kind::delivered) return {};
  ChannelState next = state;
  if (verdict.kind == Verdict::Kind::gone) next.is_gone = true;
  if (verdict.kind == Verdict::Kind::shut) {
    next.shut_until = now + shut_for(verdict);
    return next;
  }
  ++next.failures;
  if (next.failures < kFailuresToOpen) return next;
  const std::size_t probe = kFirstProbe + (next.failures - kFailuresToOpen);
  next.shut_until = now + jittered(kPauses.at(std::min(probe, kLastProbe)), chance);
  return next;
}

bool wants_digest(ChannelKind kind, std::size_t pending) {
  return kind != ChannelKind::alertmanager &&
         static_cast<double>(pending) > rate_of(kind).per_minute;
}

bool is_old_news(Time observed_at, std::size_t attempts, Time now) {
  return attempts == 0 && now - observed_at > kAway;
}

}  // namespace jobtree::notify
