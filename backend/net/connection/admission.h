// Who may have a connection: so many in all, and so many from one address.
//
// Knows: addresses, counts. Must not know: sockets, workers. Thread-safe.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <string>
#include <unordered_map>

#include "base/mutex.h"

namespace jobtree::net {

/// The other end of a connection.
class Peer {
 public:
  explicit Peer(const sockaddr_storage& address);

  /// "127.0.0.1", "2001:db8::1"
  const std::string& text() const { return text_; }
  /// What counts as one address, since whoever has one of these has all: this machine, and an IPv6
  /// network of 64 bits.
  const std::string& neighbourhood() const { return neighbourhood_; }

 private:
  std::string text_;
  std::string neighbourhood_;
};

class Admission {
 public:
  enum class Verdict { admitted, full, too_many_from_there };

  Admission(std::size_t max, std::size_t max_per_address)
      : max_(max), max_per_address_(max_per_address) {}

  Verdict enter(const Peer& peer);
  /// Of one that was admitted.
  void leave(const Peer& peer);
  std::size_t count() const;

 private:
  const std::size_t max_, max_per_address_;
  mutable Mutex mutex_;
  std::size_t count_ JOBTREE_GUARDED_BY(mutex_) = 0;
  std::unordered_map<std::string, std::size_t> neighbours_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::net
