// Faults as they are written in scenario files and at the admin address.
//
// Knows: the JSON of a fault and the bounds of its parameters. Must not know: what a fault does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "simulator/script/fault.h"
#include "simulator/script/json_reader.h"

namespace jobtree::simulator {

inline constexpr std::size_t kMaxFaults = 1000;
/// What the longest made-up body may take.
inline constexpr std::int64_t kMaxOversized = std::int64_t{256} << 20;
inline constexpr std::int64_t kMaxUnpacked = std::int64_t{1} << 30;

/// The faults of the list `readers`; what is wrong is in the readers' common place for it.
std::vector<Fault> read_faults(std::vector<JsonReader> readers);

/// A JSON list of faults, at most 1 MiB; the failure says what in it is wrong, and where.
Result<std::vector<Fault>> parse_faults(std::string_view text);

/// The list again, each with `times` as many as are left.
std::string faults_text(const std::vector<Fault>& faults);

}  // namespace jobtree::simulator
