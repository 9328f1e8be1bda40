// Who hands out temporary keys, to requests that nobody signs: an instance's metadata service, a
// container's platform, and IAM for the token of another identity provider.
//
// Knows: their requests and responses. Must not know: sockets, jobs, or how keys are made
// (identity.h). A token that does not begin with SIMULATED may be a real one, and is refused.
#pragma once

#include <optional>

#include "simulator/cloud/call.h"
#include "simulator/cloud/identity.h"
#include "simulator/cloud/response.h"

namespace jobtree::simulator {

/// Nothing when the request is for none of them.
std::optional<Response> issue_key(Identity& identity, const Call& call);

}  // namespace jobtree::simulator
