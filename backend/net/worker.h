// A thread that serves connections: the event loop.
//
// The invariant: a connection belongs to the worker that accepted it, and only that worker's thread
// touches it, so nothing of it is locked. What other threads have to say comes through the inbox.
//
// Knows: epoll, connections, deadlines. Must not know: what a request means.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>

#include "net/connection/acceptor.h"
#include "net/connection/admission.h"
#include "net/connection/connections.h"
#include "net/connection/sender.h"
#include "net/http_server.h"
#include "net/inbox.h"
#include "net/request/request_processor.h"
#include "net/shared.h"

namespace jobtree::net {

class Worker {
 public:
  explicit Worker(Shared& shared);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Whether the system gave what a worker needs.
  bool is_sound() const;
  /// Starts the thread. It ends some time after the server began to stop, and then calls `ended`.
  void start(std::function<void()> ended);
  /// Has it notice at once that the server is stopping.
  void wake() const { inbox_->wake(); }

 private:
  void run();
  void begin_stop();
  bool is_over() const { return is_stopping_ && connections_.empty(); }
  int milliseconds_to_wait() const;

  void admit(int socket, const Peer& peer);
  bool make_room(Admission::Verdict verdict, const Peer& peer);

  void attend(Connection& connection, std::uint32_t events);
  void departed(Connection& connection, Departure departure);
  void read(Connection& connection);
  void serve(Connection& connection);
  bool serve_next(Connection& connection);
  bool serve_again(Connection& connection);
  void begin(Connection& connection, const RequestHead& head, bool has_body);
  bool finish(Connection& connection, Processed& processed, std::size_t size);
  void refuse(Connection& connection, const Refusal& refusal);
  void answer(Connection& connection, Prepared prepared, const Delivery& delivery);
  void send(Connection& connection);
  void sent(Connection& connection, bool goes_on);
  void close(Connection& connection);

  void hear(Message message);
  void fire_timers(Clock::time_point now);
  void look_at_deadlines(Clock::time_point now);

  Shared& shared_;
  const ServerOptions& options_;
  const Descriptor epoll_;
  const std::shared_ptr<Inbox> inbox_;
  RequestProcessor processor_;
  Connections connections_;
  Acceptor acceptor_;
  Sender sender_;
  std::size_t refused_ = 0;  ///< connections that are told to go
  bool is_stopping_ = false;
  Clock::time_point now_ = Clock::now();
  Clock::time_point next_look_{};
  Clock::time_point grace_ends_ = Clock::time_point::max();
  std::function<void()> ended_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace jobtree::net
