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
constexpr int kMostInBatch = 5;
constexpr seconds kSameTime{2};  // what replicas hear of each other is no older

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

void RateLimit::Bucket::set(double tokens, Time now) {
  tokens_ = std::min(tokens, most_);
  filled_ = now;
}

void RateLimit::Bucket::set_pace(Pace pace, Time now, milliseconds pause) {
  per_second_ = pace.per_second;
  most_ = pace.burst;
  tokens_ = std::min(tokens_, most_);
  if (pause == milliseconds(0) || now + pause <= pause_until_) return;
  tokens_ = 1;
  filled_ = pause_until_ = now + pause;
}

RateLimit::RateLimit(Rate all, SharedLimits* shared) : shared_(shared), all_(all) {
  if (shared == nullptr) return;
  const Pace pace = Bucket(all).pace();
  budget_.emplace(*shared, "budget", pace,
                  std::clamp(static_cast<int>(pace.per_second / 10), 1, kMostInBatch));
}

RateLimit::Throttled* RateLimit::find(std::string_view service, Time now) {
  const auto found = throttled_.find(service);
  if (found == throttled_.end()) return nullptr;
  if (now - found->second.last <= kForgetAfter) return &found->second;
  throttled_.erase(found);
  return nullptr;
}

RateLimit::Turn RateLimit::take(std::string_view service, Time now, milliseconds most_wait) {
  return budget_ ? take_shared(service, now, most_wait) : take_alone(service, now, most_wait, 1);
}

RateLimit::Turn RateLimit::take_alone(std::string_view service, Time now, milliseconds most_wait,
                                      int parts) {
  const Lock lock(mutex_);
  Throttled* const throttled = find(service, now);
  Bucket* const own = throttled == nullptr ? nullptr : &throttled->bucket;
  const milliseconds for_budget = all_.wait(now);
  const milliseconds for_service = own == nullptr ? milliseconds(0) : own->wait(now);
  const milliseconds wait = std::max(for_budget, for_service);
  if (wait > most_wait) {
    return {for_service >= for_budget ? Turn::Kind::service_throttles : Turn::Kind::budget_used_up,
            wait};
  }
  all_.spend(parts);
  if (own != nullptr) own->spend(parts);
  return {Turn::Kind::given, wait};
}

RateLimit::Turn RateLimit::take_shared(std::string_view service, Time now, milliseconds most_wait) {
  std::optional<Pace> of_service;
  {
    const Lock lock(mutex_);
    hear_others(now);
    if (Throttled* const own = find(service, now)) {
      of_service = own->bucket.pace();
      const milliseconds pause =
          own->bucket.is_paused(now) ? own->bucket.wait(now) : milliseconds(0);
      if (pause > most_wait) return {Turn::Kind::service_throttles, pause};
    }
  }
  const int replicas = std::max(shared_->replicas(), 1);
  const auto of_all = budget_->take(most_wait);
  if (!of_all) return take_alone(service, now, most_wait, replicas);
  if (of_all->count == 0) return {Turn::Kind::budget_used_up, of_all->wait};
  milliseconds wait = of_all->wait;
  if (of_service) {
    const auto turn = shared_->take("service/" + std::string(service), *of_service, 1, most_wait);
    if (!turn || turn->count == 0) {
      budget_->put_back();
      if (!turn) return take_alone(service, now, most_wait, replicas);
      return {Turn::Kind::service_throttles, turn->wait};
    }
    wait = std::max(wait, turn->wait);
  }
  const Lock lock(mutex_);
  all_.set(of_all->left, now);
  return {Turn::Kind::given, wait};
}

void RateLimit::hear_others(Time now) {
  if (shared_ == nullptr) return;
  for (const SharedThrottle& heard : shared_->throttles()) {
    const Time last = now - heard.since;
    const auto [found, is_new] =
        throttled_.try_emplace(heard.service, Throttled{.bucket = all_, .last = Time::min()});
    Throttled& state = found->second;
    // What this replica was told later than that is not known to the others yet.
    if (!is_new && last + kSameTime < state.last) continue;
    state.bucket.set_pace(heard.pace, now, heard.pause);
    state.times_in_a_row = heard.times_in_a_row;
    state.limit_is_told = heard.limit_is_told;
    state.last = std::max(state.last, last);
  }
}

SharedThrottle RateLimit::shared_of(std::string_view service, const Throttled& state) const {
  return {.service = std::string(service),
          .pace = state.bucket.pace(),
          .times_in_a_row = state.times_in_a_row,
          .limit_is_told = state.limit_is_told};
}

seconds RateLimit::throttled(std::string_view service, std::optional<Rate> limit,
                             std::optional<seconds> told, Time now) {
  const Lock lock(mutex_);
  hear_others(now);
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
  if (shared_ != nullptr) {
    SharedThrottle throttle = shared_of(service, state);
    throttle.pause = pause;
    shared_->throttled(throttle);
  }
  return pause;
}

void RateLimit::accepted(std::string_view service) {
  const Lock lock(mutex_);
  const auto found = throttled_.find(service);
  if (found == throttled_.end()) return;
  Throttled& state = found->second;
  const bool may_grow = !state.limit_is_told && state.bucket.per_second() < all_.per_second();
  const bool is_news = may_grow || state.times_in_a_row > 0;
  state.times_in_a_row = 0;
  if (may_grow) state.bucket.speed_up(all_.per_second());
  if (is_news && shared_ != nullptr) shared_->eased(shared_of(service, state));
}

double RateLimit::per_second(std::string_view service, Time now) {
  const Lock lock(mutex_);
  hear_others(now);
  const auto found = throttled_.find(service);
  const bool is_held = found != throttled_.end() && now - found->second.last <= kForgetAfter;
  return is_held ? std::min(found->second.bucket.per_second(), all_.per_second())
                 : all_.per_second();
}

RateLimitFigures RateLimit::figures(Time now) {
  const Lock lock(mutex_);
  hear_others(now);
  all_.wait(now);  // fills it up to now
  const auto paused = std::ranges::count_if(
      throttled_, [now](const auto& service) { return service.second.bucket.is_paused(now); });
  const int unused = budget_ ? budget_->unused() : 0;
  const int replicas = shared_ == nullptr ? 1 : shared_->replicas();
  return {.per_second = all_.per_second(),
          .left = all_.tokens() + unused,
          .paused_services = static_cast<std::size_t>(paused),
          .replicas = static_cast<std::size_t>(replicas)};
}

}  // namespace jobtree::cloud
