// Where the key comes from: the environment, then a profile file.
//
// Knows: names of variables, the profile's form. Must not know: what a key is used for. Messages
// name places and variables, never values.
#pragma once

#include <string>
#include <string_view>

#include "cloud/environment.h"
#include "cloud/result.h"
#include "cloud/secret.h"
#include "cloud/signer.h"

namespace jobtree::cloud {

struct Credentials {
  Key key;
  Secret security_token;   ///< only with temporary keys, else empty
  std::string project_id;  ///< 32 lower-case hex digits, "" when not known
  std::string source;      ///< where the key was found, for a message
  std::string
      domain_id{};  ///< the account's id, of the same form as a project's; "" when not known
};

/// Takes the first key pair of: HUAWEICLOUD_SDK_AK and _SK, CLOUD_SDK_AK and CLOUD_SDK_SK,
/// HW_ACCESS_KEY and HW_SECRET_KEY, section [basic] of the profile file. The file is
/// `profile_file`, else $HUAWEICLOUD_SDK_CREDENTIALS_FILE, else ~/.huaweicloud/credentials; the
/// last may be missing. Fails when nothing is found (naming every place), when half a pair is, and
/// when a value holds blanks or control characters or is too long.
Result<Credentials> find_credentials(const Environment& environment,
                                     const std::string& profile_file);

/// Wipes and removes keys and tokens from this process's environment, so that neither children nor
/// /proc show them. Call it after find_credentials and before the first thread starts.
void forget_environment();

/// The access key as it may be shown: its first four characters and "…".
std::string masked(std::string_view access);

}  // namespace jobtree::cloud
