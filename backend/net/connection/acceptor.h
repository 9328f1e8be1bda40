// Takes new connections from the listener that all workers share.
//
// Knows: accept and how it fails. Must not know: who may stay. Belongs to one worker's thread.
#pragma once

#include <sys/socket.h>

#include <functional>

#include "net/connection/admission.h"
#include "net/shared.h"

namespace jobtree::net {

class Acceptor {
 public:
  /// `epoll`: the worker's. What comes for the listener is marked with the address of this object.
  Acceptor(Shared& shared, int epoll) : shared_(shared), epoll_(epoll) {}

  bool is_listening() const { return is_listening_; }
  void listen();
  void stop();
  /// Each socket is the taker's to close.
  void accept(const std::function<void(int socket, const Peer& peer)>& take);

 private:
  Shared& shared_;
  const int epoll_;
  bool is_listening_ = false;
};

}  // namespace jobtree::net
