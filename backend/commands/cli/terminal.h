// The process's standard output as a file, and the terminal behind it.
//
// Knows: POSIX. Must not know: what is written.
#pragma once

#include <cstddef>
#include <string_view>

namespace jobtree::commands {

struct WindowSize {
  std::size_t width = 80;   ///< cells
  std::size_t height = 24;  ///< lines
};

/// Writes to a file all that it is given, or stops for good at the first error.
class Writer {
 public:
  explicit Writer(int file) : file_(file) {}
  void write(std::string_view bytes);
  /// errno of the write that failed; 0 when none did.
  int error() const { return error_; }

 private:
  int file_;
  int error_ = 0;
};

bool is_terminal(int file);

/// 80 by 24 where the terminal does not know.
WindowSize window_size(int file);

}  // namespace jobtree::commands
