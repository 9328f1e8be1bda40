// What failed for which reason: the failures of a tree, counted by error.
//
// Knows: which jobs failed themselves, and when two errors are the same: where their codes are, and
// what stays of their texts when ids, addresses, times and numbers are left out (error_pattern.h).
// Must not know: words.
#pragma once

#include <cstdint>

#include "base/array.h"
#include "model/job.h"

namespace jobtree::engine {

/// Which errors are one: those of one code and one reason, or of one code (of one reason where
/// there is no code). Reasons are one that have one pattern.
enum class ErrorsBy : std::uint8_t { code_and_reason, code };

/// What the error of each job is, as a number that errors that are one have in common; 0 of a job
/// that did not fail itself.
Array<std::uint64_t> error_keys(const JobTree& tree, ErrorsBy by);

struct ErrorGroup {
  std::uint64_t key = 0;       ///< see error_keys
  std::uint32_t job = kNoJob;  ///< the first that failed so, in the order of the tree
  std::uint32_t count = 0;
  Instant first = kNoInstant;  ///< when the first and the last of them failed, as far as they say
  Instant last = kNoInstant;
};

/// More kinds of error than this are not told: a list that long explains nothing. And more than
/// this are not told apart: what is frequent has come by then.
inline constexpr std::size_t kMostErrorGroups = 64;
inline constexpr std::size_t kMostErrorKinds = 1024;

/// Groups of the jobs that failed themselves, not for a part of them; the largest first.
Array<ErrorGroup> error_groups(const JobTree& tree, const Array<std::uint64_t>& keys);
inline Array<ErrorGroup> error_groups(const JobTree& tree, ErrorsBy by) {
  return error_groups(tree, error_keys(tree, by));
}

/// What a group by code and reason is called in links, tables and records: "VPC.0521~1c9e03b7". The
/// same in every response and on every machine.
void put_group_name(String& out, const JobTree& tree, const ErrorGroup& group);
/// The same of one job; `key` is its own.
void put_group_name(String& out, std::string_view code, std::uint64_t key);
/// Whether an error is of the group of this name. Without "~" and what follows, any error of that
/// code is.
bool is_in_group(std::string_view code, std::uint64_t key, std::string_view name);

}  // namespace jobtree::engine
