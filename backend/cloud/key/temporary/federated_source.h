// A federated key: its settings come from the environment, or else from the profile.
//
// Knows: the names of the settings. Must not know: how IAM issues a key (federated.h), and when one
// is renewed (temporary_source.h).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/environment.h"
#include "cloud/ask/transport.h"
#include "cloud/key/credential_source.h"
#include "cloud/key/profile_source.h"
#include "cloud/key/temporary/federated.h"
#include "cloud/key/temporary/temporary_source.h"

namespace jobtree::cloud {

/// Where IAM is; `of_profile`: what the profile says of it, or nothing.
using IamPlace = std::function<Result<Origins>(const Origins& of_profile)>;

class FederatedSource final : public CredentialSource {
 public:
  /// `profile` must outlive this, and is looked at before.
  FederatedSource(Environment environment, const ProfileSource& profile, IamPlace iam,
                  std::shared_ptr<Transport> transport, Clock clock);

  /// Fails on half of the two settings, and on ids that are none.
  Result<Finding> find() override;
  bool is_due() const override { return source_ && source_->is_due(); }
  Finding renew() override { return source_->renew(); }
  std::string setting() const override;
  void stop() override { transport_->stop(); }

 private:
  /// Nothing when there is none.
  Result<std::optional<Federation>> federation() const;

  const Environment environment_;
  const ProfileSource& profile_;
  const IamPlace iam_;
  const std::shared_ptr<Transport> transport_;
  const Clock clock_;
  std::unique_ptr<TemporarySource> source_;  ///< of the settings that were found last
};

}  // namespace jobtree::cloud
