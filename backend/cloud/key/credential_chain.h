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

namespace jobtree::cloud {

struct KeyOptions {
  std::string profile_file{};  ///< "": where ProfileSource looks
  std::string project_id{};    ///< goes before what stands beside the key
  std::string metadata_url{};  ///< "": no instance metadata
};

using CredentialChain = std::vector<std::unique_ptr<CredentialSource>>;

/// Environment, profile file, instance metadata. Fails when this machine's libraries do not work.
Result<CredentialChain> credential_chain(const Environment& environment, const KeyOptions& options,
                                         const Clock& clock);

}  // namespace jobtree::cloud
