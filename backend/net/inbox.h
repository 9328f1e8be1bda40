// What a worker is told: answers, from any thread, and sockets, from other workers.
//
// Knows: eventfd. Must not know: connections, other than by number.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <variant>
#include <vector>

#include "base/mutex.h"
#include "net/connection/admission.h"
#include "net/connection/socket.h"
#include "net/http_server.h"

namespace jobtree::net {

/// An answer on its way to the worker that has the connection.
struct Answer {
  std::uint64_t connection = 0;
  std::uint64_t exchange = 0;  ///< of that connection: an answer that comes too late is for none
  Prepared prepared;
  Delivery delivery;
};

/// A new connection, for which there was no room where it came in.
struct Arrival {
  Descriptor socket;
  Peer peer;
  std::size_t asked = 0;  ///< how many workers could not make room so far
};

using Message = std::variant<Answer, Arrival>;

class Inbox {
 public:
  Inbox();

  /// Becomes readable when there is something to take; -1 when the system gave none.
  int descriptor() const { return event_; }
  /// From any thread; after close() it does nothing.
  void post(Message message) JOBTREE_EXCLUDES(mutex_);
  /// Makes the worker look around although there is no message.
  void wake() const;
  /// The calling thread is the worker's. It takes before it waits, so that its own posts wake
  /// nobody.
  void own() { owner_ = std::this_thread::get_id(); }
  std::vector<Message> take() JOBTREE_EXCLUDES(mutex_);
  /// Makes the descriptor unreadable again.
  void rest() const;
  void close() JOBTREE_EXCLUDES(mutex_);

 private:
  const Descriptor event_;
  std::atomic<std::thread::id> owner_;
  std::atomic<bool> has_messages_ = false;  ///< so that a worker that has none takes no lock
  Mutex mutex_;
  std::vector<Message> messages_ JOBTREE_GUARDED_BY(mutex_);
  bool is_closed_ JOBTREE_GUARDED_BY(mutex_) = false;
};

struct Responder::Target {
  std::shared_ptr<Inbox> inbox;
  std::uint64_t connection = 0;
  std::uint64_t exchange = 0;
  std::atomic<bool> is_used = false;
};

}  // namespace jobtree::net
