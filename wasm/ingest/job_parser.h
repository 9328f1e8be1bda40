// An answer's bytes -> a JobTree: one normaliser for every family of job answers.
//
// Knows: how the members of an answer become jobs; no service has code of its own. Must not know:
// who asked, or how the tree is shown.
#pragma once

#include <cstdint>

#include "base/array.h"
#include "json/json_document.h"
#include "model/job.h"

namespace jobtree::engine {

/// More jobs than this are refused, with a message, rather than shown in part.
inline constexpr std::uint32_t kMaxJobs = 250'000;

struct ParsedJob {
  JobTree tree;  ///< empty when there is an error
  enum class Error : std::uint8_t { none, not_json, too_large, no_job } error = Error::none;
};

/// Reads an answer of a job query (or a list of jobs). Never fails for a field: what cannot be
/// understood stays text or absent. `seed`: see JobTree::assign_keys.
ParsedJob parse_job(String&& bytes, std::uint32_t seed = 0);
/// Reads an array of jobs, which is a list also when there is one in it, or none.
ParsedJob parse_list(String&& bytes, std::uint32_t seed = 0);

/// The code of a problem document (RFC 9457) of the backend; empty when it says none.
String code_of_problem(String&& bytes);

}  // namespace jobtree::engine
