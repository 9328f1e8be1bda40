#include "net/connection/socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace jobtree::net {
namespace {

constexpr std::size_t kPiece = std::size_t{16} << 10;

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

void Socket::FreeTls::operator()(SSL* tls) const {
  SSL_free(tls);
}

Socket::Socket(int number, SSL_CTX* tls) : descriptor_(number) {
  // An answer in two segments would else wait for the other side's word, 40 ms long.
  const int yes = 1;
  ::setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (tls == nullptr) return;
  tls_.reset(SSL_new(tls));
  SSL_set_fd(tls_.get(), number);
  SSL_set_accept_state(tls_.get());
  SSL_set_mode(tls_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

Socket::~Socket() = default;

Socket::Result Socket::result_of(int result) const {
  const int error = SSL_get_error(tls_.get(), result);
  const bool waits = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
  return waits ? Result::again : Result::ended;
}

Socket::Result Socket::receive(std::string& into, std::size_t most) {
  std::array<char, kPiece> piece;
  bool has_come = false;
  while (most > 0) {
    const std::size_t size = std::min(most, piece.size());
    std::size_t count = 0;
    if (tls_) {
      ERR_clear_error();
      if (SSL_read_ex(tls_.get(), piece.data(), size, &count) != 1) {
        return has_come ? Result::done : result_of(0);
      }
    } else {
      const ssize_t got = ::recv(descriptor_, piece.data(), size, 0);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        return has_come ? Result::done : Result::again;
      }
      if (got <= 0) return has_come ? Result::done : Result::ended;
      count = static_cast<std::size_t>(got);
    }
    into.append(piece.data(), count);
    has_come = true;
    most -= count;
    // A short read has taken all there was; the kernel tells of more. TLS may keep some of its own.
    if (!tls_ && count < size) break;
  }
  return Result::done;
}

Socket::Result Socket::send(std::span<const iovec> parts, std::size_t& count) {
  count = 0;
  if (tls_) {
    for (const iovec& part : parts) {
      for (std::size_t sent = 0; sent < part.iov_len;) {
        ERR_clear_error();
        std::size_t now = 0;
        if (SSL_write_ex(tls_.get(), static_cast<const char*>(part.iov_base) + sent,
                         part.iov_len - sent, &now) != 1) {
          return count > 0 ? Result::done : result_of(0);
        }
        sent += now;
        count += now;
      }
    }
    return Result::done;
  }
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts.data());  // which is older than const
  message.msg_iovlen = parts.size();
  for (;;) {
    const ssize_t sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? Result::again : Result::ended;
    count = static_cast<std::size_t>(sent);
    return Result::done;
  }
}

void Socket::end_sending() {
  if (tls_) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
  }
  ::shutdown(descriptor_, SHUT_WR);
}

void Socket::reset_on_close() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace jobtree::net
