// The operator's log, on standard error: a line an entry, as text or as JSON.
//
// Knows: how a line is written; the only file pair that knows spdlog. Must not know: what is said.
#pragma once

#include <functional>
#include <string_view>

#include "base/log_entry.h"
#include "base/result.h"

namespace jobtree::commands {

using Log = std::function<void(const LogEntry&)>;

/// `level`: the least that is written, "debug", "info", "warning" or "error". `format`: "text" or
/// "json". Fails on other words. The log may be used from many threads.
Result<Log> make_log(std::string_view level, std::string_view format);

}  // namespace jobtree::commands
