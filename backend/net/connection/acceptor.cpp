#include "net/connection/acceptor.h"

#include <sys/epoll.h>

#include <cerrno>
#include <utility>

namespace jobtree::net {
namespace {

constexpr int kAccepts = 64;  // at one turn, so that those who are there get theirs

}  // namespace

void Acceptor::listen() {
  // Exclusive: one of the workers is told of a connection, not all.
  epoll_event event{.events = EPOLLIN | EPOLLEXCLUSIVE, .data = {.ptr = this}};
  is_listening_ = ::epoll_ctl(epoll_, EPOLL_CTL_ADD, shared_.listener, &event) == 0;
}

void Acceptor::stop() {
  if (!std::exchange(is_listening_, false)) return;
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, shared_.listener, nullptr);
}

void Acceptor::accept(const std::function<void(int socket, const Peer& peer)>& take) {
  for (int i = 0; i < kAccepts && is_listening_; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const int socket = ::accept4(shared_.listener, reinterpret_cast<sockaddr*>(&address), &size,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket >= 0) {
      take(socket, Peer(address));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    } else if (errno == EBADF || errno == EINVAL || errno == ENOTSOCK) {
      // A stop shuts the listener; else listening broke.
      if (!shared_.is_stopping.exchange(true)) shared_.is_broken = true;
      return;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      // There are no more files, most likely: the worker listens again at its next tick.
      stop();
    }
  }
}

}  // namespace jobtree::net
