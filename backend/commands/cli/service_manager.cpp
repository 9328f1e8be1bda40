#include "commands/cli/service_manager.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

#include "base/mutex.h"
#include "commands/cli/host_port.h"

namespace jobtree::commands {
namespace {

/// 0 when it is no number.
std::int64_t number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

/// A file that closes itself.
class File {
 public:
  explicit File(int file) : file_(file) {}
  ~File() {
    if (file_ >= 0) ::close(file_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return file_; }

 private:
  int file_;
};

bool is_ready(int file, short event, std::chrono::milliseconds time) {
  pollfd ready{.fd = file, .events = event, .revents = 0};
  return ::poll(&ready, 1, static_cast<int>(time.count())) == 1;
}

}  // namespace

ServiceManager::ServiceManager(const Environment& environment)
    : socket_(environment("NOTIFY_SOCKET")) {
  const std::string_view for_whom = environment("WATCHDOG_PID");
  const bool is_for_us = for_whom.empty() || number_of(for_whom) == ::getpid();
  if (!socket_.empty() && is_for_us) {
    watchdog_ = std::chrono::microseconds(number_of(environment("WATCHDOG_USEC")));
  }
}

void ServiceManager::notify(std::string_view state) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
  socket_.copy(address.sun_path, socket_.size());
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';  // Linux's abstract names
  const File file(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const timeval timeout{.tv_sec = 1, .tv_usec = 0};
  ::setsockopt(file.get(), SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  ::sendto(file.get(), state.data(), state.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&address), size);
}

/// Shared with the thread, which may hang.
struct Watchdog::State {
  Mutex mutex;
  Condition changed;
  bool is_over JOBTREE_GUARDED_BY(mutex) = false;

  /// False when it is over.
  bool wait(std::chrono::microseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    const Lock lock(mutex);
    while (!is_over && changed.wait_until(mutex, until)) {
    }
    return !is_over;
  }
};

Watchdog::Watchdog(ServiceManager manager, std::function<bool()> is_well)
    : state_(std::make_shared<State>()) {
  if (manager.watchdog().count() <= 0) return;
  std::thread([state = state_, manager = std::move(manager), is_well = std::move(is_well)] {
    while (state->wait(manager.watchdog() / 2)) {
      if (is_well()) manager.notify("WATCHDOG=1");
    }
  }).detach();
}

Watchdog::~Watchdog() {
  const Lock lock(state_->mutex);
  state_->is_over = true;
  state_->changed.notify_all();
}

bool answers(const std::string& url, std::chrono::milliseconds time) {
  const auto address = parse_host_port(url.substr(url.find("//") + 2));
  if (!address) return false;
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.value().port);
  // A machine may know no "localhost".
  const std::string& host = address.value().host;
  if (::getaddrinfo(host == "localhost" ? "127.0.0.1" : host.c_str(), port.c_str(), &hints,
                    &found) != 0) {
    return false;
  }
  const File file(::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const bool is_coming =
      ::connect(file.get(), found->ai_addr, found->ai_addrlen) == 0 || errno == EINPROGRESS;
  ::freeaddrinfo(found);
  if (!is_coming || !is_ready(file.get(), POLLOUT, time)) return false;
  const std::string request = "GET /healthz HTTP/1.1\r\nHost: " + url.substr(url.find("//") + 2) +
                              "\r\nConnection: close\r\n\r\n";
  if (::send(file.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return false;
  char first = 0;
  return is_ready(file.get(), POLLIN, time) && ::recv(file.get(), &first, 1, 0) == 1;
}

}  // namespace jobtree::commands
