// ScriptedJob files: a pretend cloud written down as JSON. README.md explains the format.
//
// Knows: the format and its bounds. Must not know: what a simulator does with a scenario.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "simulator/script/scenario.h"

namespace jobtree::simulator {

inline constexpr std::size_t kMaxScenarioFile = std::size_t{1} << 20;
inline constexpr std::size_t kMaxDocumentFile = std::size_t{64} << 20;

/// The bytes of a file a scenario names, or why there are none.
using DocumentReader = std::function<Result<std::string>(const std::string& name)>;

/// The failure names the member that is wrong: "jobs[3].batch.count must be …".
Result<Scenario> parse_scenario(std::string_view text, const DocumentReader& read_document);

/// The same from a file. Files it names are looked for beside it. The failure begins with its path.
Result<Scenario> read_scenario(const std::string& path);

}  // namespace jobtree::simulator
