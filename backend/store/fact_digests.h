// What an exact search finds inside a job without reading its body: a few bytes for each ID, name
// and address of its parts.
//
// A batch of ten thousand has more of them than a table of words could hold for every job that is
// remembered. Six bytes each are enough to tell in which job a whole value stands; a search for a
// part of one goes through the words of the job's row (sql/job_row.h).
//
// Knows: facts and IDs. Must not know: where the bytes are kept.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/job.h"

namespace jobtree::store {

inline constexpr std::size_t kDigestBytes = 6;
// Of one job: those of ten thousand parts with an ID, a name, an address and a resource each.
inline constexpr std::size_t kMostFactDigests = 49'152;

/// Of every ID and every fact in the tree, each once, sorted; those of the largest trees not all.
std::string fact_digests(const engine::JobTree& tree);

/// Of what somebody searches for, capitals and blanks around it aside; "" when it is too short to
/// tell anything.
std::string fact_digest_of(std::string_view text);

}  // namespace jobtree::store
