// Which sources of a key there are, and in which order they are looked at.
//
// Knows: the list. Must not know: how any of them works. Another source is a file of its own and a
// line in credential_chain.cpp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/environment.h"
#include "base/result.h"
#include "cloud/key/credential_source.h"
#include "cloud/key/temporary/federated_source.h"

namespace jobtree::cloud {

/// Where the vendor's SDKs look for IAM when nobody says where it is.
inline Result<Origins> default_iam(const Origins& of_profile) {
  return of_profile.empty() ? Origins{{"https", "iam.myhuaweicloud.com"}} : of_profile;
}

struct KeyOptions {
  std::string profile_file{};  ///< "": where ProfileSource looks
  std::string project_id{};    ///< goes before what stands beside the key
  std::string metadata_url{};  ///< "": no instance metadata
  std::string ca_file{};       ///< for IAM, see TransportOptions
  IamPlace iam = default_iam;  ///< for federated keys
};

using CredentialChain = std::vector<std::unique_ptr<CredentialSource>>;

/// Environment, profile file, container, federation, instance metadata. Fails when this machine's
/// libraries do not work.
Result<CredentialChain> credential_chain(const Environment& environment, const KeyOptions& options,
                                         const Clock& clock);

}  // namespace jobtree::cloud
