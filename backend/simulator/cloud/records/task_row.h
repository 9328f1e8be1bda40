// What a job's own document says, as one row of a list has it.
//
// Knows: where each shape of document has its state, times and resource. Must not know: the lists.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/script/time.h"

namespace jobtree::simulator {

struct TaskRow {
  std::string id;
  std::string name;      ///< what is done: "ResizeFlavor"
  std::string status;    ///< in the service's own word
  std::string progress;  ///< "60", or ""
  std::optional<WallTime> begin;
  std::optional<WallTime> end;
  nlohmann::ordered_json reason;  ///< a text or null
  std::string resource_id;
  std::string resource_name;
  nlohmann::ordered_json job;  ///< the job's object within the document
};

/// Members that a document lacks stay empty.
TaskRow task_row(std::string_view document);

}  // namespace jobtree::simulator
