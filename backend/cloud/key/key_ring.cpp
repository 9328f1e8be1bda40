#include "cloud/key/key_ring.h"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

namespace jobtree::cloud {
namespace {

using std::chrono::seconds;

constexpr seconds kFirstPause{2};
constexpr int kMostPauseDoublings = 4;  // up to 32 seconds
constexpr seconds kRefreshEvery{1};
constexpr Sentence<0> kEnded{"The server's temporary key has expired, and there is no new one yet.",
                             "服务端的临时密钥已过期，且尚未获取到新密钥。"};
constexpr Sentence<0> kNoKey{
    "The server has no key. Its administrator needs to set one; its log says where it looks.",
    "服务端没有密钥，请管理员设置；服务端日志中有其查找位置。"};

/// "a; b; c"
Bilingual joined(const std::vector<Bilingual>& parts) {
  Bilingual text;
  for (const Bilingual& part : parts) {
    if (!text.empty()) text += {"; ", "；"};
    text += part;
  }
  return text;
}

}  // namespace

KeyRing::KeyRing(CredentialChain sources, std::string project_id, Clock clock)
    : project_id_(std::move(project_id)), clock_(std::move(clock)), sources_(std::move(sources)) {}

KeyRing::~KeyRing() {
  stop();
  if (thread_.joinable()) thread_.join();
}

Result<std::unique_ptr<KeyRing>> KeyRing::open(const Environment& environment,
                                               const KeyOptions& options, const Clock& clock) {
  auto chain = credential_chain(environment, options, clock);
  if (!chain) return chain.failure();
  return open(std::move(chain.value()), options.project_id, clock);
}

Result<std::unique_ptr<KeyRing>> KeyRing::open(CredentialChain sources, std::string project_id,
                                               const Clock& clock) {
  std::unique_ptr<KeyRing> ring(new KeyRing(std::move(sources), std::move(project_id), clock));
  const Lock looking(ring->looking_);
  if (auto mistake = ring->search()) return std::move(*mistake);
  return ring;
}

std::unique_ptr<KeyRing> KeyRing::of(Credentials credentials, const Clock& clock) {
  std::unique_ptr<KeyRing> ring(new KeyRing({}, "", clock));
  const Lock lock(ring->mutex_);
  ring->take_over(std::move(credentials));
  return ring;
}

Result<KeyRing::Current> KeyRing::current() {
  const Lock lock(mutex_);
  if (key_ == nullptr) return *why_none_;
  if (has_ended()) {
    return Failure::unavailable(notice_.empty()
                                    ? bilingual({"the temporary key has expired", "临时密钥已过期"})
                                    : std::exchange(notice_, {}));
  }
  return Current{key_, std::exchange(notice_, {})};
}

std::shared_ptr<const KeyInUse> KeyRing::peek() {
  const Lock lock(mutex_);
  return key_ == nullptr || has_ended() ? nullptr : key_;
}

std::optional<Failure> KeyRing::missing() {
  const Lock lock(mutex_);
  if (key_ != nullptr) {
    return has_ended() ? std::optional(Failure::unavailable(bilingual(kEnded))) : std::nullopt;
  }
  return shown_;
}

void KeyRing::refresh() {
  const Lock looking(looking_);
  if (used_ != nullptr) {
    if (used_->is_due()) adopt(used_->renew());
  } else if (!sources_.empty() && clock_.steady() >= next_search_) {
    search();  // a mistake that the operator made meanwhile is mended like any other lack
  }
}

std::optional<Failure> KeyRing::search() {
  next_search_ = clock_.steady() + kFirstPause * (1 << std::min(searches_, kMostPauseDoublings));
  ++searches_;
  std::vector<Bilingual> absences;
  // Where it was looked for is the operator's business: paths and users' names stand in that.
  auto shown = Failure::usage(bilingual(kNoKey));
  for (const auto& source : sources_) {
    auto found = source->find();
    if (!found) {
      if (found.failure().kind() != Failure::Kind::unavailable) {
        lack(found.failure(), shown);
        return found.failure();
      }
      absences.push_back(found.failure().text());
      shown = Failure::unavailable(bilingual(
          {"The server has no key yet: {0}.", "服务端暂无密钥：{0}。"}, found.failure().text()));
      break;
    }
    if (found.value().credentials) {
      used_ = source.get();
      searches_ = 0;
      say_passed_over(found.value().credentials->source);
      adopt(std::move(found.value()));
      return std::nullopt;
    }
    if (const auto& notice = found.value().notice; !notice.empty()) {
      const Lock lock(mutex_);
      say(notice);
    }
    absences.push_back(std::move(found.value().absence));
  }
  const Bilingual why =
      bilingual({"no key found: {0}. Set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or "
                 "try the demo, which needs none: {program} --demo",
                 "未找到密钥：{0}。请设置 HUAWEICLOUD_SDK_AK 和 "
                 "HUAWEICLOUD_SDK_SK，或运行无需密钥的演示：{program} --demo"},
                joined(absences));
  const bool may_come = shown.kind() == Failure::Kind::unavailable;
  lack(may_come ? Failure::unavailable(why) : Failure::usage(why), shown);
  return std::nullopt;
}

void KeyRing::say_passed_over(const Bilingual& in_use) {
  bool is_behind = false;
  for (const auto& source : sources_) {
    const std::string setting = is_behind ? source->setting() : "";
    is_behind = is_behind || source.get() == used_;
    if (setting.empty()) continue;
    const Lock lock(mutex_);
    say(bilingual({"{0} is set but not used, because a key was found before: {1}",
                   "已设置 {0} 但未使用，因为已找到密钥：{1}"},
                  setting, in_use));
  }
}

void KeyRing::lack(Failure why, Failure shown) {
  const Lock lock(mutex_);
  why_none_ = std::move(why);
  shown_ = std::move(shown);
}

void KeyRing::adopt(Finding finding) {
  const Lock lock(mutex_);
  say(finding.notice);
  if (!finding.credentials) return;
  if (!project_id_.empty()) finding.credentials->project_id = project_id_;
  if (key_ != nullptr && is_same(*finding.credentials, key_->credentials)) return;
  // The first key at the start is told by who starts the program; and a temporary key changes by
  // itself every few hours, which is no news. One that was missing is.
  const bool is_news = key_ != nullptr ? !finding.credentials->expires : why_none_.has_value();
  if (is_news) {
    say(bilingual({"now using key {0} ({1})", "现使用密钥 {0}（{1}）"},
                  masked(finding.credentials->key.access), finding.credentials->source));
  }
  take_over(std::move(*finding.credentials));
}

void KeyRing::take_over(Credentials credentials) {
  // The cloud counts refusals by access key. A new secret for the same one gets a single try, and
  // the same key, in a file that was written anew, none that it had not before.
  const bool is_known = key_ && key_->credentials.key.access == credentials.key.access;
  const bool is_unchanged =
      is_known && key_->credentials.key.secret.reveal() == credentials.key.secret.reveal();
  auto breaker =
      is_unchanged ? key_->breaker : std::make_shared<CircuitBreaker>(clock_.steady, is_known);
  if (!is_unchanged) share(*breaker, credentials.key);
  key_ = std::make_shared<KeyInUse>(std::move(credentials), std::move(breaker));
  why_none_.reset();
}

void KeyRing::share(SharedLimits& limits) {
  const Lock lock(mutex_);
  shared_ = &limits;
  if (key_ != nullptr) share(*key_->breaker, key_->credentials.key);
}

void KeyRing::share(CircuitBreaker& breaker, const Key& key) const {
  if (shared_ == nullptr) return;
  breaker.share(std::make_unique<SharedKey>(*shared_, shared_name(key), clock_.steady));
}

void KeyRing::say(const Bilingual& text) {
  // Once, however often the same is found before anybody hears of it.
  if (text.empty() || notice_.en.find(text.en) != std::string::npos) return;
  if (!notice_.empty()) notice_ += {"; ", "；"};
  notice_ += text;
}

bool KeyRing::has_ended() const {
  const auto& expires = key_->credentials.expires;
  return expires && clock_.wall() >= *expires;
}

void KeyRing::start() {
  {
    const Lock looking(looking_);
    const bool is_settled = used_ != nullptr && !used_->can_change();
    if (sources_.empty() || is_settled || thread_.joinable()) return;
  }
  thread_ = std::thread([this] { keep_looking(); });
}

void KeyRing::stop() {
  {
    const Lock lock(mutex_);
    is_stopping_ = true;
  }
  stopping_.notify_all();
  for (const auto& source : sources_)
    source->stop();
}

void KeyRing::keep_looking() {
  for (;;) {
    {
      const Lock lock(mutex_);
      const auto until = std::chrono::steady_clock::now() + kRefreshEvery;
      while (!is_stopping_ && stopping_.wait_until(mutex_, until)) {
      }
      if (is_stopping_) return;
    }
    try {
      refresh();
    } catch (const std::exception& error) {
      const Lock lock(mutex_);
      say(bilingual({"looking for a key failed: {0}", "查找密钥失败：{0}"}, error.what()));
    }
  }
}

}  // namespace jobtree::cloud
