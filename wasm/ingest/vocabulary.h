// What the names and words of the services mean: by which names they write the same thing, and by
// which words the same status.
//
// Knows: every service there is, as two tables. Must not know: how an answer is built of them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "model/job.h"

namespace jobtree::engine {

/// Where in a job's JSON a member stands. The same name can mean different things in each.
enum Place : std::uint8_t {
  kJob = 1,
  kEntities = 2,
  kMetadata = 4,
  kSpec = 8,
  kStatus = 16,
  kErrorInfo = 32,
  kExtraInfo = 64,
  kCommon = 128,
};

enum class Role : std::uint8_t {
  // Fields of a job: of several members for one, the best is taken.
  id,
  type,
  status,
  begin,
  end,
  last_change,  // an end only when nothing else says when a settled job ended
  error_code,
  remark,       // an error's text only when the job failed
  remark_code,  // likewise its code
  percent,      // 0 to 100
  ratio,        // 0 to 1
  // And what else a member can be.
  none,
  error_text,
  children,
  inside,  // an object whose members belong to the job; `rank` is its Place
  fact,
  passed_over,
};

/// The rank of "job_id" among the names of an id.
inline constexpr std::uint8_t kJobId = 2;

/// What a name means in one Place.
struct Meaning {
  Role role = Role::none;
  std::uint8_t rank = 0;
};
/// What one key means in each Place, by the number of its bit.
using Meanings = std::array<Meaning, 8>;

/// Whether a name is `folded` but for its case and separators.
bool is_named(std::string_view name, std::string_view folded);

/// Of a member's name, in any case and with or without separators.
Meanings meanings_of(std::string_view name);

/// The class of a status word, in any case and with or without separators; unknown for others.
Status status_of(std::string_view word);

/// A number means something only with the key it stands under, and in the shape that has it: cloud
/// phones write `status` 1, 2, -1, Workspace writes `job_status` 0 to 3.
Status status_of_number(std::string_view number, std::uint8_t rank);

}  // namespace jobtree::engine
