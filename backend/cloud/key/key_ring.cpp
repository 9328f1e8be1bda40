#include "cloud/key/key_ring.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "base/file_watch.h"
#include "cloud/ask/transport.h"
#include "cloud/key/metadata.h"

namespace jobtree::cloud {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

// The vendor's SDKs renew when 40 minutes are left of a key's hours; of a shorter one, a third.
constexpr seconds kRenewBefore = std::chrono::minutes(40);
constexpr seconds kTryAgainAfter{10};

/// What a place has to say when it is looked at again.
struct News {
  std::optional<Credentials> credentials{};  ///< to be taken over
  std::string notice{};
};

/// Where a key came from and may change.
class Place {
 public:
  virtual ~Place() = default;
  /// Whether it is time to look.
  virtual bool is_due() const = 0;
  virtual News look() = 0;
};

bool is_same(const Credentials& a, const Credentials& b) {
  return a.key.access == b.key.access && a.key.secret.reveal() == b.key.secret.reveal() &&
         a.security_token.reveal() == b.security_token.reveal() && a.project_id == b.project_id &&
         a.domain_id == b.domain_id;
}

class ProfileFile final : public Place {
 public:
  /// `watch`: made before the key in use was read from the file.
  ProfileFile(std::string file, FileWatch watch)
      : file_(std::move(file)), watch_(std::move(watch)) {}

  bool is_due() const override { return watch_.is_due(); }

  News look() override {
    switch (watch_.look()) {
      case FileWatch::News::none:
        return {};
      case FileWatch::News::gone:
        return {.notice =
                    "the profile file " + file_ + " is gone; the key read from it stays in use"};
      case FileWatch::News::changed:
        break;
    }
    auto found = profile_credentials(file_);
    if (found && found.value()) {
      return {.credentials = std::move(*found.value()), .notice = profile_warning(file_)};
    }
    const std::string why = found ? "it has no ak and sk in a section [basic]" : found.error();
    return {.notice = "the profile file " + file_ + " has changed and is not taken over (" + why +
                      "); the key read before stays in use"};
  }

 private:
  const std::string file_;
  FileWatch watch_;
};

class Instance final : public Place {
 public:
  Instance(Metadata metadata, Clock clock)
      : metadata_(std::move(metadata)), clock_(std::move(clock)) {}

  Result<Credentials> first() {
    auto credentials = metadata_.fetch();
    if (credentials) plan(credentials.value());
    return credentials;
  }

  bool is_due() const override {
    return clock_.wall() >= renew_at_ || clock_.steady() >= renew_by_;
  }

  News look() override {
    auto credentials = metadata_.fetch();
    if (!credentials) {
      plan(kTryAgainAfter);
      return {.notice = "the temporary key could not be renewed: " + credentials.error()};
    }
    plan(credentials.value());
    return {.credentials = std::move(credentials.value())};
  }

 private:
  void plan(const Credentials& credentials) {
    const system_clock::duration left = *credentials.expires - clock_.wall();
    // One that has ended already, by a clock that is wrong, is not renewed again at once.
    const bool has_ended = left <= system_clock::duration::zero();
    plan(has_ended ? kTryAgainAfter
                   : left - std::min<system_clock::duration>(kRenewBefore, left / 3));
  }

  /// By whichever clock says so first: the wall's goes on while the machine sleeps, and the steady
  /// one when the wall's is set back.
  void plan(system_clock::duration wait) {
    renew_at_ = clock_.wall() + wait;
    renew_by_ = clock_.steady() + wait;
  }

  Metadata metadata_;
  system_clock::time_point renew_at_;
  std::chrono::steady_clock::time_point renew_by_;
  const Clock clock_;
};

class Ring final : public KeyRing {
 public:
  Ring(Credentials first, std::unique_ptr<Place> place, std::string project, std::string notice,
       Clock clock)
      : place_(std::move(place)),
        project_(std::move(project)),
        clock_(std::move(clock)),
        notice_(std::move(notice)) {
    if (!project_.empty()) first.project_id = project_;
    take_over(std::move(first));
  }

  Result<Current> current() override {
    std::unique_lock lock(mutex_);
    refresh(lock);
    if (has_ended()) {
      return Failure::unavailable(notice_.empty() ? "the temporary key has ended"
                                                  : std::exchange(notice_, ""));
    }
    return Current{key_, std::exchange(notice_, "")};
  }

  std::shared_ptr<const KeyInUse> look() override {
    std::unique_lock lock(mutex_);
    refresh(lock);
    return has_ended() ? nullptr : key_;
  }

 private:
  void refresh(std::unique_lock<std::mutex>& lock) {
    if (place_ != nullptr && !is_looking_ && place_->is_due()) {
      is_looking_ = true;
      lock.unlock();
      News news = place_->look();  // others go on with the key there is
      lock.lock();
      is_looking_ = false;
      adopt(std::move(news));
      looked_.notify_all();
    }
    if (has_ended()) looked_.wait(lock, [this] { return !is_looking_ || !has_ended(); });
  }

  bool has_ended() const {
    const auto& expires = key_->credentials.expires;
    return expires && clock_.wall() >= *expires;
  }

  void say(const std::string& text) {
    // Once, however often the same is found before anybody hears of it.
    if (text.empty() || notice_.find(text) != std::string::npos) return;
    notice_.append(notice_.empty() ? "" : "; ").append(text);
  }

  void adopt(News news) {
    say(news.notice);
    if (!news.credentials) return;
    if (!project_.empty()) news.credentials->project_id = project_;
    if (is_same(*news.credentials, key_->credentials)) return;
    // A temporary key changes by itself every few hours; that is no news.
    if (!news.credentials->expires) {
      say("asking as " + masked(news.credentials->key.access) + " from now on (" +
          news.credentials->source + ")");
    }
    take_over(std::move(*news.credentials));
  }

  void take_over(Credentials credentials) {
    // The cloud counts refusals by access key. A new secret for the same one gets a single try,
    // and the same key, in a file that was written anew, none that it had not before.
    const bool is_known = key_ && key_->credentials.key.access == credentials.key.access;
    const bool is_unchanged =
        is_known && key_->credentials.key.secret.reveal() == credentials.key.secret.reveal();
    auto guard =
        is_unchanged ? key_->guard : std::make_shared<CircuitBreaker>(clock_.steady, is_known);
    key_ = std::make_shared<KeyInUse>(std::move(credentials), std::move(guard));
  }

  const std::unique_ptr<Place> place_;  ///< used by the one that is looking
  const std::string project_;
  const Clock clock_;
  std::mutex mutex_;
  std::condition_variable looked_;
  bool is_looking_ = false;
  std::shared_ptr<KeyInUse> key_;
  std::string notice_;
};

}  // namespace

Result<std::unique_ptr<KeyRing>> KeyRing::open(const Environment& environment,
                                               const KeyOptions& options, const Clock& clock) {
  const auto ring = [&](Credentials first, std::unique_ptr<Place> place = nullptr,
                        std::string notice = "") {
    return std::unique_ptr<KeyRing>(std::make_unique<Ring>(
        std::move(first), std::move(place), options.project_id, std::move(notice), clock));
  };
  auto given = environment_credentials(environment);
  if (!given) return given.failure();
  if (given.value()) return ring(std::move(*given.value()));

  const ProfilePlace profile = profile_place(environment, options.profile_file);
  FileWatch watch(profile.file, clock);
  if (profile.must_exist || watch.existed()) {
    auto found = profile_credentials(profile.file);
    if (!found) return found.failure();
    if (found.value()) {
      return ring(std::move(*found.value()),
                  std::make_unique<ProfileFile>(profile.file, std::move(watch)),
                  profile_warning(profile.file));
    }
  }
  if (options.metadata_url.empty()) {
    return no_key_found(profile, "instance metadata is switched off");
  }
  auto transport = make_transport(metadata_transport());
  if (!transport) return transport.failure();
  auto instance = std::make_unique<Instance>(
      Metadata(options.metadata_url, std::move(transport.value())), clock);
  auto first = instance->first();
  if (!first) return no_key_found(profile, first.error());
  return ring(std::move(first.value()), std::move(instance));
}

std::unique_ptr<KeyRing> KeyRing::of(Credentials credentials, const Clock& clock) {
  return std::make_unique<Ring>(std::move(credentials), nullptr, "", "", clock);
}

}  // namespace jobtree::cloud
