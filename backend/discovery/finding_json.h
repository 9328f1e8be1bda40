// How finding goes, as JSON, and the policies it needs: GET /api/discovery.
//
// Knows: the names of the members, which are part of the public contract; the vendor's two forms of
// policies. Must not know: routes, how lists are read.
#pragma once

#include <span>
#include <string>

#include "cloud/where/lists.h"
#include "discovery/finding.h"

namespace jobtree::discovery {

/// `lists`: those of the catalogue. Permissions are told for each reading, and as two policies that
/// allow all of them and nothing else, as far as the vendor documents their names.
std::string json_of(const Finding& finding, std::span<const cloud::List> lists);

}  // namespace jobtree::discovery
