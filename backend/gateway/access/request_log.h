// The lines of the log about requests, with an eye on who fills it.
//
// Knows: which lines there are and their levels; whom it has told of before. Must not know: HTTP,
// routes, where lines go. Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/log_entry.h"
#include "gateway/access/audit.h"
#include "gateway/access/repeats.h"

namespace jobtree::gateway {

class RequestLog {
 public:
  using Sink = std::function<void(const LogEntry&)>;

  /// `sink` is thread-safe and may be empty; lines below `least` are not made. With tokens every
  /// decision about a job is told; without, there is nothing to decide but the budget of unknown
  /// jobs.
  RequestLog(Sink sink, LogEntry::Level least, bool with_tokens);

  void audit(const Decision& decision);
  /// The same of a write, which is told with tokens and without.
  void audit_write(const Decision& decision);

  struct Responded {
    std::string_view method;
    std::string_view route;  ///< the pattern: in a path anything may stand, a token too
    int status = 0;
    std::string_view request_id;
    std::string_view viewer;
  };
  void responded(const Responded& response);

  /// A request that reached no route, or broke this program. `why` is not for the viewer.
  void not_served(int status, std::string_view why, std::string_view request_id,
                  std::string_view viewer);
  /// Something the operator should know besides; "" is nothing.
  void notice(const std::string& text);
  void write(const LogEntry& entry) const;

 private:
  bool wants(LogEntry::Level level) const { return sink_ && level >= least_; }
  /// Writes what one viewer may set off again and again: once, then once a minute.
  void write_seldom(std::string_view viewer, const std::string& kind, LogEntry entry);
  void write_rests(Repeats::Time now);

  const Sink sink_;
  const LogEntry::Level least_;
  const LogEntry::Level audit_level_;
  Repeats repeats_;
};

}  // namespace jobtree::gateway
