// Whose a temporary key is, where its issuer does not say so; and settings that go in pairs.
//
// Knows: the two variables. Must not know: who issues keys.
#pragma once

#include <string>

#include "base/environment.h"
#include "base/result.h"

namespace jobtree::cloud {

struct OwnerIds {
  std::string project{};  ///< 32 lower-case hex digits, or ""
  std::string domain{};   ///< the account's, alike
};

/// `project` and `domain` as they were found under those names. Fails on what is no id.
Result<OwnerIds> check_owner(OwnerIds owner, const char* project_name, const char* domain_name);
/// $HUAWEICLOUD_SDK_PROJECT_ID and $HUAWEICLOUD_SDK_DOMAIN_ID, checked.
Result<OwnerIds> owner_of_environment(const Environment& environment);

/// The failure that says that of two settings only one is there.
Failure half_set(const char* set, const char* missing);

}  // namespace jobtree::cloud
