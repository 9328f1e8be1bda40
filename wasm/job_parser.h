// An answer's bytes -> a JobTree: one normaliser for every family of job answers.
//
// Knows: by which names services write the same thing, as one table of names and ranks; no service
// has code of its own. Must not know: who asked, or how the tree is shown.
#pragma once

#include <string>

#include "document.h"
#include "job.h"

namespace jobtree::engine {

/// More jobs than this are refused, with a message, rather than shown in part.
inline constexpr std::uint32_t kMaxJobs = 250'000;

struct ParsedJob {
  JobTree tree;  ///< empty when there is an error
  enum class Error : std::uint8_t { none, not_json, too_large, no_job } error = Error::none;
  /// The answer was a list: the root is ours, and the jobs of the list are its children.
  bool is_list = false;
};

/// Reads an answer of a job query (or a list of jobs). Never fails for a field: what cannot be
/// understood stays text or absent.
ParsedJob parse_job(std::string bytes);

/// The class of a status word, in any case and with or without separators; unknown for others.
Status status_of(std::string_view word);

/// What a problem document (RFC 9457) of the backend says; fields absent there are empty.
struct Problem {
  std::string code;
  std::string request_id;
};
Problem parse_problem(std::string bytes);

}  // namespace jobtree::engine
