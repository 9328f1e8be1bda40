#include "net/connection/sender.h"

#include <sys/epoll.h>

#include <chrono>
#include <cstddef>
#include <utility>

#include "base/free_memory.h"

namespace jobtree::net {
namespace {

constexpr std::size_t kMaxDiscarded = std::size_t{1} << 20;
constexpr std::chrono::seconds kGoodBye{2};  // for what the other side still sends

}  // namespace

bool Sender::begin(Connection& connection, Prepared answer, const Delivery& delivery,
                   Clock::time_point now) {
  connection.left = nullptr;
  connection.answered_at = now;
  connection.deadline = now + options_.answer_time;
  auto tail = tails_.get(answer.has_date, connection.is_last);
  connection.out.begin(std::move(answer), std::move(tail), !connection.is_head, delivery, now);
  connection.state = Connection::State::sending;
  return go_on(connection, now);
}

bool Sender::go_on(Connection& connection, Clock::time_point now) {
  switch (connection.out.send(connection.socket, now)) {
    case Outgoing::Progress::done:
      return end(connection, now);
    case Outgoing::Progress::blocked: {
      // Whoever takes nothing has answer_time; what is taken wins more.
      const auto won = connection.out.sent() * 1000 / options_.slowest_pace;
      connections_.unlist(connection);
      connection.deadline =
          connection.answered_at + options_.answer_time + std::chrono::milliseconds(won);
      connections_.watch(connection, EPOLLOUT);
      return true;
    }
    case Outgoing::Progress::paused:
      return rest(connection);
    case Outgoing::Progress::broken:
      return false;
  }
  return false;
}

/// The answer is out: the next request may come, or the connection ends as the delivery has it.
bool Sender::end(Connection& connection, Clock::time_point now) {
  connection.out.end();
  if (connection.out.delivery().end != Delivery::End::keep) {
    connection.state = Connection::State::ending;
    return rest(connection);
  }
  if (connection.is_last) {
    leave(connection, now);
  } else {
    connection.state = Connection::State::reading;
  }
  return true;
}

bool Sender::rest(Connection& connection) {
  connections_.unlist(connection);
  connection.deadline = Clock::time_point::max();
  connections_.set_timer(connection, connection.out.resume_at());
  connections_.watch(connection, 0);
  return true;
}

void Sender::leave(Connection& connection, Clock::time_point now) {
  connection.socket.end_sending();
  connection.state = Connection::State::leaving;
  connections_.unlist(connection);
  free_memory(connection.in);
  connection.deadline = now + kGoodBye;
  connections_.watch(connection, EPOLLIN);
}

bool Sender::discard(Connection& connection) {
  const Socket::Result result = connection.socket.receive(connection.in, kMaxDiscarded);
  connection.discarded += connection.in.size();
  connection.in.clear();
  return result != Socket::Result::ended && connection.discarded <= kMaxDiscarded;
}

}  // namespace jobtree::net
