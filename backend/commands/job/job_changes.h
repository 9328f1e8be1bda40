// What is new in an answer: two trees of the same job -> changes, and a change -> a line.
//
// Pure. Knows: jobs. Must not know: who reads the lines, or when the job is queried.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "i18n/messages.h"
#include "model/job.h"
#include "output/job_text.h"

namespace jobtree::commands {

struct Change {
  enum class Kind {
    begin,   ///< first seen, and unfinished
    change,  ///< another class, error or progress, and unfinished
    settled  ///< it ended; also when it was first seen like that
  };
  Kind kind = Kind::begin;
  std::uint32_t job = 0;                 ///< in the new tree
  std::optional<engine::Status> from{};  ///< its class before; nothing when first seen
};

/// `before` may be nullptr: then everything is new. What begins comes in the answer's order;
/// then what changed, the deepest first, so that the end of the whole job comes last.
std::vector<Change> changes_between(const engine::JobTree* before, const engine::JobTree& now);

/// "2026-11-24T22:04:39.123Z". Milliseconds since 1970.
std::string iso_time(double milliseconds);

/// For people: "2026-11-24T22:04:39Z  createPublicip 3b6d…  running -> failed  1.2s  VPC.0532  No
/// more addresses". Safe to show.
std::string change_line(const Change& change, const engine::JobTree& tree, double now,
                        engine::Language language);

/// For scripts: one JSON object, whose names README.md lists. Nothing in it is obeyed by a
/// terminal. Errors are explained in that language.
std::string change_event(const Change& change, const engine::JobTree& tree, double now,
                         engine::Language language);

/// The same for what is no change of a job but of the watch.
struct WatchEvent {
  std::string_view name;  ///< "error" or "timeout"
  std::string_view job_id;
  const engine::JobTree* tree = nullptr;  ///< the last that was seen, if any
  std::string_view error_code{}, inner_error_code{}, error_text{}, request_id{};
  int http_status = 0;
};
std::string watch_event(const WatchEvent& event, double now, engine::Language language);

}  // namespace jobtree::commands
