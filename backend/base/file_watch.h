// Tells when a file that people and programs rewrite holds something new.
//
// A file is looked at once a second at most, and what stands in it counts only when nobody has
// written for a while: one that is being written may hold half of something that looks whole.
// Knows: stat, times. Must not know: what is in the file, who reads it. Not thread-safe.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <ctime>
#include <optional>
#include <string>

#include "base/clock.h"

namespace jobtree {

class FileWatch {
 public:
  enum class News { none, changed, gone };

  /// What the file holds now counts as known, so make the watch before reading it.
  FileWatch(std::string file, Clock clock);

  /// Whether the file was there when the watch was made.
  bool existed() const { return existed_; }
  /// Whether it is time to look.
  bool is_due() const { return clock_.steady() >= next_look_; }
  /// Each change is told once.
  News look();

 private:
  /// What tells that a file was written.
  struct State {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    timespec changed{};

    bool operator==(const State& other) const;
  };

  static std::optional<State> state_of(const std::string& file);

  std::string file_;
  Clock clock_;
  std::optional<State> settled_;  ///< what was dealt with
  std::optional<State> seen_;
  bool existed_;
  std::chrono::steady_clock::time_point seen_at_;
  std::chrono::steady_clock::time_point next_look_ = std::chrono::steady_clock::time_point::min();
};

}  // namespace jobtree
