// One line for the operator, as a value.
//
// Knows: which names a line may have. Must not know: where lines go, or how they look there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jobtree {

/// What a log line may have under a name. Another name does not compile, so that a look at this
/// list tells all that can get into the log.
class LogName {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): for {"job", id}
  consteval LogName(const char* name) : name_(name) {
    for (const std::string_view known : kNames) {
      if (known == name_) return;
    }
    throw "a name that is not on the list";  // which no compiler can evaluate
  }
  // NOLINTNEXTLINE(google-explicit-constructor)
  constexpr operator std::string_view() const { return name_; }

 private:
  static constexpr std::string_view kNames[] = {
      // a request, and what became of it
      "method", "route", "status", "request_id", "reason", "detail", "viewer", "token", "outcome",
      "cache", "repeated", "share",
      // a job, and what the cloud (upstream) said of it
      "region", "service", "project", "job", "channel", "code", "upstream_status",
      "upstream_message", "upstream_request_id"};

  std::string_view name_;
};

struct LogField {
  LogName name;
  std::string value;
};

/// One line for the operator, who may see more than a browser; never a key, a signature, a token,
/// or a part of a request that was not checked.
struct LogEntry {
  enum class Level { debug, info, warning, error };
  Level level = Level::info;
  std::string message;
  std::vector<LogField> fields{};
};

}  // namespace jobtree
