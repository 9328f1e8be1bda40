// A key in the environment.
//
// Knows: the names of three conventions: HUAWEICLOUD_SDK_AK and _SK, CLOUD_SDK_AK and CLOUD_SDK_SK,
// HW_ACCESS_KEY and HW_SECRET_KEY, with their tokens and ids. Must not know: other sources.
#pragma once

#include <utility>

#include "base/environment.h"
#include "cloud/key/credential_source.h"

namespace jobtree::cloud {

/// Finds the first pair; fails when half a pair is set, and on bad values. Such a key stays.
class EnvironmentSource final : public CredentialSource {
 public:
  explicit EnvironmentSource(Environment environment) : environment_(std::move(environment)) {}

  Result<Finding> find() override;
  bool can_change() const override { return false; }

 private:
  Environment environment_;
};

/// Wipes and removes keys and tokens from this process's environment, so that neither children nor
/// /proc show them. Call it when the key was looked for, and before the first thread starts.
void forget_environment();

}  // namespace jobtree::cloud
