// The operator's log: a line an entry, as text or as JSON.
//
// Knows: how a line is written, and what happens when nobody reads it. Must not know: what is said.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/log_entry.h"
#include "base/result.h"

namespace jobtree::commands {

/// One line, without its end. Nothing in it moves a terminal's cursor, turns the direction of text,
/// or begins another line: controls and the like are escaped, as JSON escapes them.
std::string log_line_text(const LogEntry& entry, std::chrono::system_clock::time_point time);
std::string log_line_json(const LogEntry& entry, std::chrono::system_clock::time_point time);

/// Thread-safe; copies are the same log. Lines go to a queue, and a thread writes them: whoever
/// logs never waits for whoever reads. When nobody reads and the queue is full, lines are lost;
/// they are counted, and once there is room again a line says how many.
class Log {
 public:
  struct Options {
    std::string_view level = "info";   ///< the least that is written: debug, info, warning, error
    std::string_view format = "text";  ///< or "json"
    int file = STDERR_FILENO;
    std::size_t max_bytes = std::size_t{1} << 20;  ///< that wait in the queue
  };
  /// Fails on words that Options does not name, and when the system has no thread to give.
  static Result<Log> open(const Options& options);

  void write(const LogEntry& entry) const;
  /// Text for the person who started the program, as it is, in its turn.
  void print(std::string_view text) const;
  /// Lines below this level are not written.
  LogEntry::Level least() const;
  /// How many lines were lost since the start.
  std::uint64_t lost() const;
  /// Returns when all is written, or when `time` is over; true in the first case.
  bool flush(std::chrono::milliseconds time) const;

 private:
  class Queue;
  explicit Log(std::shared_ptr<Queue> queue) : queue_(std::move(queue)) {}
  std::shared_ptr<Queue> queue_;
};

}  // namespace jobtree::commands
