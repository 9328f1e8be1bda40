// A token in a file, by which a workload proves who it is: a service account's, mostly.
//
// Knows: how such a file is read. Must not know: to whom the token is shown. The platform replaces
// it every hour or so, so it is read each time.
#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace jobtree::cloud {

/// Without the blanks around it. Fails on a file that cannot be read, is empty or larger than 16
/// KiB, or holds what cannot stand in a header.
Result<Secret> read_identity_token(const std::string& file);

}  // namespace jobtree::cloud
