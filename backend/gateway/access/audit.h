// The audit line: who asked for which job, and what became of it.
//
// Its names are those of LogName, and its values are words of ours, names of the tokens file, ids
// and addresses that were checked, and the cloud's request id: no byte of a request that was not
// checked.
// Knows: what was decided, as values. Must not know: how it was decided, HTTP, where lines go.
#pragma once

#include <string>
#include <string_view>

#include "base/log_entry.h"
#include "cloud/job_source.h"

namespace jobtree::gateway {

struct Decision {
  std::string request_id;     ///< as the caller was told it
  std::string viewer;         ///< the address
  std::string token;          ///< its name; "" for none; of a share link "share:" and its number
  cloud::JobAddress address;  ///< empty when the door was shut before it was looked at
  /// "shown", "unchanged", "unknown", "throttled", "denied" or "failed"; or why this server said
  /// no: "no_token", "bad_token", "expired_token", "ended_share", "not_allowed",
  /// "too_many_unknown". Of a write "followed", "unfollowed", "muted", "unmuted", "shared" or
  /// "unshared", or "not_permitted".
  std::string outcome;
  std::string cache_status;      ///< as in the header
  std::string cloud_request_id;  ///< "": the cloud said nothing
  std::string share{};           ///< "": it was not about one; else its number
};

/// What a status says of a job that was asked for.
std::string_view outcome_of(int status);

LogEntry audit_entry(LogEntry::Level level, const Decision& decision);

}  // namespace jobtree::gateway
