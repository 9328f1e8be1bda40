// What stands in a profile file: an INI text with a section [basic].
//
// Knows: the form and the names of the vendor's SDKs. Must not know: where profiles are, and what
// happens when one changes.
#pragma once

#include <optional>
#include <string>

#include "base/environment.h"
#include "base/result.h"
#include "cloud/key/credentials.h"
#include "cloud/key/temporary/federated.h"
#include "cloud/where/url.h"

namespace jobtree::cloud {

struct ProfilePlace {
  std::string file;         ///< "": without a HOME there is none
  bool must_exist = false;  ///< somebody named it
};

/// `named`: by the operator. Else $HUAWEICLOUD_SDK_CREDENTIALS_FILE, else "credentials" in
/// $CREDENTIALS_DIRECTORY (systemd's LoadCredential=) when there is one, else
/// ~/.huaweicloud/credentials, which may be missing.
ProfilePlace profile_place(const Environment& environment, const std::string& named);

struct Profile {
  std::optional<Credentials> credentials{};  ///< from ak and sk
  std::optional<Federation> federation{};    ///< from idp_id and id_token_file
  Bilingual notice{};                        ///< what stands there and is not used
};

/// Fails on a file that cannot be read, is larger than 64 KiB or world-writable, on half a pair and
/// on bad values.
Result<Profile> read_profile(const std::string& file);

}  // namespace jobtree::cloud
