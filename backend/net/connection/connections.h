// The connections of one worker: who is there, what the kernel tells of each, who has been without
// a request longest, and whose time has come.
//
// Knows: epoll, timers. Must not know: what is read or sent. Belongs to the worker's thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "net/connection/connection.h"
#include "net/connection/socket.h"

namespace jobtree::net {

class Connections {
 public:
  /// `epoll`: the worker's, which outlives this.
  explicit Connections(int epoll) : epoll_(epoll) {}
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  bool empty() const { return open_.empty(); }
  std::uint64_t new_id() { return ++last_id_; }
  /// Has the kernel tell of `events`; nullptr, and the connection is gone, when it will not.
  Connection* add(std::unique_ptr<Connection> connection, std::uint32_t events);
  /// nullptr when it has been closed.
  Connection* find(std::uint64_t id) const;
  /// Events of this turn may still name it, so it goes at end_turn().
  void remove(Connection& connection);
  void end_turn() { closed_.clear(); }
  /// Has the kernel tell of these events, and of no others but the loss of the connection.
  void watch(Connection& connection, std::uint32_t events) const;

  /// It waits for a request, or for the rest of one, from now on: behind all others that do.
  void enlist(Connection& connection, Clock::time_point now);
  void unlist(Connection& connection);
  /// Of those that match the one that has waited longest; nullptr when there is none.
  template <std::predicate<const Connection&> Matches>
  Connection* longest_reading(const Matches& matches) const {
    for (Connection* const connection : reading_) {
      if (matches(*connection)) return connection;
    }
    return nullptr;
  }

  /// Since when the longest of all has; Clock::time_point::max() when there is none.
  Clock::time_point longest_reading_since() const;

  std::vector<Connection*> all() const;
  /// Those whose deadline has come.
  std::vector<Connection*> late(Clock::time_point now) const;

  /// Exact, for deliveries; a deadline may be noticed a little later.
  void set_timer(const Connection& connection, Clock::time_point at);
  /// Clock::time_point::max() when there is no timer.
  Clock::time_point next_timer() const;
  /// Takes one timer that has run out, of a connection that is still there; nullptr when there is
  /// none.
  Connection* take_due(Clock::time_point now);

 private:
  const int epoll_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> open_;
  std::list<Connection*> reading_;  ///< the longest first
  std::vector<std::unique_ptr<Connection>> closed_;
  std::multimap<Clock::time_point, std::uint64_t> timers_;
  std::uint64_t last_id_ = 0;
};

}  // namespace jobtree::net
