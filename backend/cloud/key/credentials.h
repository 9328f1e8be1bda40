// Keys as they are written in the environment and in a profile file.
//
// Knows: names of variables, the profile's form. Must not know: what a key is used for. Messages
// name places and variables, never values.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/environment.h"
#include "base/result.h"
#include "base/secret.h"
#include "cloud/key/signer.h"

namespace jobtree::cloud {

struct Credentials {
  Key key;
  Secret security_token;   ///< only with temporary keys, else empty
  std::string project_id;  ///< 32 lower-case hex digits, "" when not known
  std::string domain_id;   ///< the account's, of the same form, "" when not known
  std::string source;      ///< where the key was found, for a message
  /// Only of temporary keys whose end is known.
  std::optional<std::chrono::system_clock::time_point> expires{};
};

/// The first key pair of the environment: HUAWEICLOUD_SDK_AK and _SK, CLOUD_SDK_AK and
/// CLOUD_SDK_SK, HW_ACCESS_KEY and HW_SECRET_KEY. Nothing when none is set; fails when half a pair
/// is, and when a value holds blanks or control characters or is too long.
Result<std::optional<Credentials>> environment_credentials(const Environment& environment);

/// Where a profile is looked for: `named`, else $HUAWEICLOUD_SDK_CREDENTIALS_FILE, else
/// "credentials" in $CREDENTIALS_DIRECTORY (systemd's LoadCredential=) when there is one, else
/// ~/.huaweicloud/credentials. "" without a HOME.
struct ProfilePlace {
  std::string file;
  bool must_exist = false;  ///< somebody named it; the default place may be empty
};
ProfilePlace profile_place(const Environment& environment, const std::string& named);

/// The key in section [basic] of a profile file; nothing when the section has none. Fails on a file
/// that cannot be read or is larger than 64 KiB, and on half a pair or bad values.
Result<std::optional<Credentials>> profile_credentials(const std::string& file);

/// The sentence for the operator when others on this machine can read the profile, or "".
std::string profile_warning(const std::string& file);

/// The failure when no place had a key, naming every place.
Failure no_key_found(const ProfilePlace& profile, const std::string& about_metadata);

/// Wipes and removes keys and tokens from this process's environment, so that neither children nor
/// /proc show them. Call it after environment_credentials and before the first thread starts.
void forget_environment();

/// The access key as it may be shown: its first four characters and "…".
std::string masked(std::string_view access);

}  // namespace jobtree::cloud
