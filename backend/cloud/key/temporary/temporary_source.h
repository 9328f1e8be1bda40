// A temporary key from whoever issues such keys, renewed before it ends.
//
// Knows: when a key is to be renewed. Must not know: how an issuer is queried (metadata.h,
// container.h, federated.h), or other sources.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "cloud/key/credential_source.h"

namespace jobtree::cloud {

/// Used by one thread at a time, but for stop().
class KeyIssuer {
 public:
  virtual ~KeyIssuer() = default;
  /// A key with its end. May block for the network. Failures as of CredentialSource::find().
  virtual Result<Credentials> fetch() = 0;
  /// What is under way ends within a second. From any thread.
  virtual void stop() {}
};

class TemporarySource final : public CredentialSource {
 public:
  /// `setting`: see CredentialSource::setting().
  TemporarySource(std::unique_ptr<KeyIssuer> issuer, std::string setting, Clock clock)
      : issuer_(std::move(issuer)), setting_(std::move(setting)), clock_(std::move(clock)) {}

  Result<Finding> find() override;
  bool is_due() const override {
    return clock_.wall() >= renew_at_ || clock_.steady() >= renew_by_;
  }
  Finding renew() override;
  std::string setting() const override { return setting_; }
  void stop() override { issuer_->stop(); }

 private:
  void plan(const Credentials& credentials);
  void plan(std::chrono::system_clock::duration wait);

  const std::unique_ptr<KeyIssuer> issuer_;
  const std::string setting_;
  const Clock clock_;
  // By whichever clock says so first: the wall's goes on while the machine sleeps, and the steady
  // one when the wall's is set back.
  std::chrono::system_clock::time_point renew_at_;
  std::chrono::steady_clock::time_point renew_by_;
};

}  // namespace jobtree::cloud
