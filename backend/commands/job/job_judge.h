// What a reply of the cloud says about the job that was queried, judged by the engine.
//
// Knows: the engine's parser and its status classes. Must not know: who polls, who caches.
#pragma once

#include <string_view>

#include "model/job.h"

namespace jobtree::commands {

struct JobVerdict {
  /// Nothing in the job will change any more. A status that the engine does not know counts as
  /// unfinished. Some services call the whole ended while parts go on, so every part must have
  /// ended too; and a list may yet grow.
  bool is_final = false;
  bool is_another = false;  ///< see is_about
};

/// `ids`: of the job that was queried, see is_about.
JobVerdict judge_job(std::string_view body, std::string_view ids);

/// Whether the tree can be the job that `ids` name, see cloud/ids.h: its root has one of them, or
/// no id at all. Of a list one item must have one, or none has an id. "" is any job.
bool is_about(const engine::JobTree& tree, std::string_view ids);

}  // namespace jobtree::commands
