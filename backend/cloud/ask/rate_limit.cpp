#include "cloud/ask/rate_limit.h"

#include <algorithm>
#include <charconv>

namespace jobtree::cloud {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kLeastPause{5};  // the guide's advice on APIGW.0308
constexpr seconds kMostPause{3600};
constexpr seconds kUnknownWindow{300};  // the longest seen, when the refusal does not say
constexpr int kMostDoublings = 10;
// Of a limit that was told: other programs use the same account.
constexpr double kShare = 0.8;
constexpr double kSlowest = 1.0 / 60;
constexpr double kGrowth = 1.02;  // a query that was taken
// A service that has not complained for so long is not held back any more; limits get raised.
constexpr std::chrono::hours kForgetAfter{1};
constexpr std::size_t kMostServices = 256;

double per_second_of(Rate rate) {
  return rate.calls / static_cast<double>(rate.time.count());
}

}  // namespace

Result<Rate> parse_rate(std::string_view text) {
  const Failure failure =
      Failure::usage(bilingual({"\"{0}\" is not a rate, such as 10/s, 200/5m or 1000/1h",
                                "“{0}”不是有效的速率，例如 10/s、200/5m 或 1000/1h"},
                               text.substr(0, 40)));
  const char* const end = text.data() + text.size();
  int calls = 0;
  auto [slash, error] = std::from_chars(text.data(), end, calls);
  if (error != std::errc() || calls < 1 || calls > 1'000'000 || slash == end || *slash != '/') {
    return failure;
  }
  int count = 1;
  const char* unit = slash + 1;
  if (unit != end && *unit >= '0' && *unit <= '9') {
    const auto [after, wrong] = std::from_chars(unit, end, count);
    if (wrong != std::errc() || count < 1 || count > 86'400) return failure;
    unit = after;
  }
  if (unit + 1 != end) return failure;
  const int length = *unit == 's' ? 1 : *unit == 'm' ? 60 : *unit == 'h' ? 3600 : 0;
  const auto time = seconds(std::int64_t{count} * length);
  if (length == 0 || time > std::chrono::hours(24)) return failure;
  return Rate{static_cast<double>(calls), time};
}

RateLimit::Bucket::Bucket(Rate rate)
    : per_second_(per_second_of(rate)),
      // Two seconds' worth, or a tenth of what a longer time allows: a page of many jobs opens at
      // once, and then queries in turn.
      most_(std::max({1.0, 2 * per_second_, rate.calls / 10})),
      tokens_(most_) {}

milliseconds RateLimit::Bucket::wait(Time now) {
  if (now < pause_until_) return std::chrono::ceil<milliseconds>(pause_until_ - now);
  if (filled_ == Time::min()) filled_ = now;
  const double passed = std::chrono::duration<double>(now - filled_).count();
  tokens_ = std::min(most_, tokens_ + std::max(passed, 0.0) * per_second_);
  filled_ = now;
  if (tokens_ >= 1) return milliseconds(0);
  return std::chrono::ceil<milliseconds>(
      std::chrono::duration<double>((1 - tokens_) / per_second_));
}

void RateLimit::Bucket::slow_down(double per_second, Time pause_until) {
  per_second_ = std::max(per_second, kSlowest);
  most_ = std::max(1.0, std::min(most_, 2 * per_second_));
  tokens_ = 1;  // for the one query after the pause
  filled_ = pause_until;
  pause_until_ = pause_until;
}

void RateLimit::Bucket::speed_up(double most) {
  per_second_ = std::min(per_second_ * kGrowth, most);
}

RateLimit::Turn RateLimit::take(std::string_view service, Time now, milliseconds most_wait) {
  const Lock lock(mutex_);
  auto found = throttled_.find(service);
  if (found != throttled_.end() && now - found->second.last > kForgetAfter) {
    throttled_.erase(found);
    found = throttled_.end();
  }
  Bucket* own = found == throttled_.end() ? nullptr : &found->second.bucket;
  const milliseconds for_budget = all_.wait(now);
  const milliseconds for_service = own == nullptr ? milliseconds(0) : own->wait(now);
  const milliseconds wait = std::max(for_budget, for_service);
  if (wait > most_wait) {
    return {for_service >= for_budget ? Turn::Kind::service_throttles : Turn::Kind::budget_used_up,
            wait};
  }
  all_.spend();
  if (own != nullptr) own->spend();
  return {Turn::Kind::given, wait};
}

seconds RateLimit::throttled(std::string_view service, std::optional<Rate> limit,
                             std::optional<seconds> told, Time now) {
  const Lock lock(mutex_);
  auto found = throttled_.find(service);
  if (found == throttled_.end()) {
    if (throttled_.size() >= kMostServices) throttled_.clear();
    const Bucket bucket({all_.per_second(), seconds(1)});
    found = throttled_.emplace(std::string(service), Throttled{.bucket = bucket}).first;
  }
  Throttled& state = found->second;
  state.last = now;
  // Queries that were under way together are refused together: that is one time, not many.
  if (!state.bucket.is_paused(now)) ++state.times_in_a_row;
  state.limit_is_told = limit.has_value();

  // Where in its window the cloud is we cannot know, so the pauses grow up to the whole of it.
  const seconds window = std::clamp(limit ? limit->time : kUnknownWindow, kLeastPause, kMostPause);
  const int doublings = std::min(state.times_in_a_row - 1, kMostDoublings);
  seconds pause = std::min(kLeastPause * (1 << std::max(doublings, 0)), window);
  if (limit) {
    const double even_pace = 1 / per_second_of(*limit);
    pause = std::max(pause, std::chrono::ceil<seconds>(std::chrono::duration<double>(even_pace)));
  }
  pause = std::clamp(std::max(pause, told.value_or(seconds(0))), kLeastPause, kMostPause);
  const double rate = limit ? kShare * per_second_of(*limit) : state.bucket.per_second() / 2;
  state.bucket.slow_down(std::min(rate, all_.per_second()), now + pause);
  return pause;
}

void RateLimit::accepted(std::string_view service) {
  const Lock lock(mutex_);
  const auto found = throttled_.find(service);
  if (found == throttled_.end()) return;
  found->second.times_in_a_row = 0;
  if (!found->second.limit_is_told) found->second.bucket.speed_up(all_.per_second());
}

double RateLimit::per_second(std::string_view service, Time now) {
  const Lock lock(mutex_);
  const auto found = throttled_.find(service);
  const bool is_held = found != throttled_.end() && now - found->second.last <= kForgetAfter;
  return is_held ? std::min(found->second.bucket.per_second(), all_.per_second())
                 : all_.per_second();
}

RateLimitFigures RateLimit::figures(Time now) {
  const Lock lock(mutex_);
  all_.wait(now);  // fills it up to now
  const auto paused = std::ranges::count_if(
      throttled_, [now](const auto& service) { return service.second.bucket.is_paused(now); });
  return {all_.per_second(), all_.tokens(), static_cast<std::size_t>(paused)};
}

}  // namespace jobtree::cloud
