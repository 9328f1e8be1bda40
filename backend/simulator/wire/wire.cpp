#include "simulator/wire/wire.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>

namespace jobtree::simulator {
namespace {

constexpr std::chrono::seconds kWriteTimeout{5};    // without any progress
constexpr std::chrono::milliseconds kGoodBye{500};  // for what the other side still sends
constexpr std::size_t kMaxDiscarded = std::size_t{4} << 20;

int milliseconds_until(Wire::Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Wire::Clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT_MAX));
}

}  // namespace

StopSignal::StopSignal() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

StopSignal::~StopSignal() {
  ::close(descriptor_);
}

void StopSignal::raise() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

void Wire::FreeTls::operator()(SSL* tls) const {
  SSL_free(tls);
}

Wire::Wire(int socket, const StopSignal& stop) : socket_(socket), stop_(stop.descriptor()) {
  ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
}

Wire::~Wire() {
  tls_.reset();
  if (socket_ >= 0) ::close(socket_);
}

Wire::Got Wire::wait_for(short events, Clock::time_point deadline) const {
  for (;;) {
    std::array<pollfd, 2> waiting{{{socket_, events, 0}, {stop_, POLLIN, 0}}};
    const int ready = ::poll(waiting.data(), waiting.size(), milliseconds_until(deadline));
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return Got::end;
    if (waiting[1].revents != 0) return Got::stopped;
    return ready == 0 ? Got::late : Got::bytes;
  }
}

bool Wire::start_tls(SSL_CTX& context, Clock::time_point deadline) {
  tls_.reset(SSL_new(&context));
  if (!tls_ || SSL_set_fd(tls_.get(), socket_) != 1) return false;
  SSL_set_mode(tls_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  for (;;) {
    ERR_clear_error();
    const int result = SSL_accept(tls_.get());
    if (result == 1) return true;
    const int error = SSL_get_error(tls_.get(), result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return false;
    const short events = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    if (wait_for(events, deadline) != Got::bytes) return false;
  }
}

Wire::Got Wire::wait(Clock::time_point deadline) {
  if (tls_ && SSL_pending(tls_.get()) > 0) return Got::bytes;
  return wait_for(POLLIN, deadline);
}

Wire::Got Wire::read(std::string& into, std::size_t most, Clock::time_point deadline) {
  std::array<char, 16384> piece;
  const std::size_t size = std::min(most, piece.size());
  for (;;) {
    short events = POLLIN;
    if (tls_) {
      ERR_clear_error();
      std::size_t count = 0;
      if (SSL_read_ex(tls_.get(), piece.data(), size, &count) == 1) {
        into.append(piece.data(), count);
        return Got::bytes;
      }
      const int error = SSL_get_error(tls_.get(), 0);
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return Got::end;
      if (error == SSL_ERROR_WANT_WRITE) events = POLLOUT;
    } else {
      const ssize_t count = ::recv(socket_, piece.data(), size, 0);
      if (count > 0) {
        into.append(piece.data(), static_cast<std::size_t>(count));
        return Got::bytes;
      }
      if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
        return Got::end;
      }
    }
    if (const Got got = wait_for(events, deadline); got != Got::bytes) return got;
  }
}

bool Wire::write(std::string_view bytes) {
  while (!bytes.empty()) {
    short events = POLLOUT;
    std::size_t count = 0;
    if (tls_) {
      ERR_clear_error();
      if (SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &count) != 1) {
        const int error = SSL_get_error(tls_.get(), 0);
        if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return false;
        if (error == SSL_ERROR_WANT_READ) events = POLLIN;
        count = 0;
      }
    } else {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return false;
      count = sent > 0 ? static_cast<std::size_t>(sent) : 0;
    }
    bytes.remove_prefix(count);
    if (count == 0 && wait_for(events, Clock::now() + kWriteTimeout) != Got::bytes) return false;
  }
  return true;
}

bool Wire::pause(Milliseconds time) {
  const auto deadline = Clock::now() + time;
  for (;;) {
    pollfd waiting{stop_, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, milliseconds_until(deadline));
    if (ready < 0 && errno == EINTR) continue;
    return ready == 0;
  }
}

void Wire::discard_input() {
  const auto deadline = Clock::now() + kGoodBye;
  std::array<char, 16384> piece;
  for (std::size_t discarded = 0; discarded < kMaxDiscarded;) {
    if (wait_for(POLLIN, deadline) != Got::bytes) return;
    const ssize_t count = ::recv(socket_, piece.data(), piece.size(), 0);
    if (count <= 0) return;
    discarded += static_cast<std::size_t>(count);
  }
}

void Wire::close(bool unread) {
  if (socket_ < 0) return;
  if (tls_) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
  }
  if (unread) {
    ::shutdown(socket_, SHUT_WR);
    discard_input();
  }
  tls_.reset();
  ::close(socket_);
  socket_ = -1;
}

void Wire::reset() {
  if (socket_ < 0) return;
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  tls_.reset();
  ::close(socket_);
  socket_ = -1;
}

}  // namespace jobtree::simulator
