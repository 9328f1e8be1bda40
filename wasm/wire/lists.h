// Lists that a host asks for beside the frames of a page: the rows of a printed sheet, the errors
// of a job, what changed. Told in the same words as a frame, so that a host reads both with one
// decoder.
//
// Knows: which fields an entry has. Must not know: what is on screen.
#pragma once

#include <cstdint>

#include "model/changes.h"
#include "model/job.h"
#include "output/job_text.h"
#include "wire/command_buffer.h"

namespace jobtree::engine {

struct ListInput {
  const JobTree& tree;
  Language language = Language::en;
  double now = 0;  ///< milliseconds since 1970
};

/// The jobs of these classes (a bit for each Status; 0 for all), each parent before its children:
/// the first `most` of them, a slot each, and as `height` how many there are in all. Of each: name,
/// id, status, duration, error and its parts, the status class and the level.
void put_rows(CommandBuffer& out, const ListInput& input, std::uint32_t statuses,
              std::uint32_t most);

/// What failed, by code and reason, the most frequent first. Of each: error_code, error_text, as
/// `total` how many failed so, as `begin` and `end` when the first and the last of them did, name
/// and id of the first of them, the group's name, and its facets.
void put_errors(CommandBuffer& out, const ListInput& input);

/// How long the parts took, by type (model/durations.h). Of each: name and type, as `total` how
/// many there are, the percentiles, and the id of the one that took longest.
void put_durations(CommandBuffer& out, const ListInput& input);

/// What is on the critical path (model/critical_path.h), in the order of the tree: the first `most`
/// of them, and as `height` how many there are. Of each: all of a row's.
void put_critical(CommandBuffer& out, const ListInput& input, const Array<std::uint8_t>& path,
                  std::uint32_t most);

/// What changed. Of each: all of a row's, and as `status_before` the class it had, which a new job
/// had none of.
void put_changes(CommandBuffer& out, const ListInput& input, const Changes& changes);

}  // namespace jobtree::engine
