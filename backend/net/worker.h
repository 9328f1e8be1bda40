// A thread that serves connections: the event loop.
//
// The invariant: a connection belongs to the worker that admitted it, and only that worker's thread
// touches it, so nothing of it is locked. What other threads have to say comes through the inbox.
//
// Knows: epoll, connections, deadlines. Must not know: what a request means.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
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
  /// `all`: the server's, this one among them; they outlive its thread.
  void start(std::span<const std::unique_ptr<Worker>> all, std::function<void()> ended);
  /// Has it notice at once that the server is stopping.
  void wake() const { inbox_->wake(); }

 private:
  void run();
  void begin_stop();
  bool is_over() const { return is_stopping_ && connections_.empty(); }
  int milliseconds_to_wait() const;

  void admit(Arrival arrival);
  Connection* to_send_away(Admission::Verdict verdict, const Peer& peer) const;
  Worker* better_placed(Admission::Verdict verdict, const Arrival& arrival) const;
  void turn_away(std::unique_ptr<Connection> connection);

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

  void hear(Answer answer);
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
  /// Since when the connection has that waits for a request longest, for the other workers to see.
  std::atomic<Clock::time_point> longest_reading_since_ = Clock::time_point::max();
  std::span<const std::unique_ptr<Worker>> all_;
  std::function<void()> ended_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace jobtree::net
