#include "commands/cli/terminal.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

namespace jobtree::commands {

void Writer::write(std::string_view bytes) {
  while (!bytes.empty() && error_ == 0) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd ready{.fd = file_, .events = POLLOUT, .revents = 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
}

bool is_terminal(int file) {
  return ::isatty(file) == 1;
}

WindowSize window_size(int file) {
  WindowSize size;
  winsize told{};
  if (::ioctl(file, TIOCGWINSZ, &told) != 0) return size;
  if (told.ws_col != 0) size.width = told.ws_col;
  if (told.ws_row != 0) size.height = told.ws_row;
  return size;
}

}  // namespace jobtree::commands
