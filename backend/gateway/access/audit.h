// The audit line: who asked for which job, and what became of it.
//
// Its names are those of LogName, and its values are words of ours, names of the tokens file, ids
// that were checked, and the cloud's request id: no byte of a request that was not checked.
// Knows: answers, and what was decided. Must not know: how it was decided, where lines go.
#pragma once

#include <string>
#include <string_view>

#include "base/log_entry.h"
#include "cloud/job_source.h"
#include "gateway/http_server.h"

namespace jobtree::gateway {

struct Decision {
  std::string token;           ///< its name; "" for none
  cloud::JobAddress address;   ///< empty when the door was shut before it was looked at
  std::string_view refused{};  ///< why this server said no: "no_token", "bad_token", "not_allowed",
                               ///< "too_many_unknown"; "" when it did not
};

/// `answer`: what the question came to; `told`: what the caller was told, which for unknown jobs is
/// less.
LogEntry audit_entry(LogEntry::Level level, const Decision& decision, const Response& answer,
                     const Response& told);

/// What a response says under this name; "" when it does not.
std::string_view header_of(const Response& response, std::string_view name);

}  // namespace jobtree::gateway
