#include "net/connection/connections.h"

#include <sys/epoll.h>

#include <utility>

namespace jobtree::net {

Connection* Connections::add(std::unique_ptr<Connection> connection, std::uint32_t events) {
  connection->events = events;
  epoll_event event{.events = events, .data = {.ptr = connection.get()}};
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection->socket.number(), &event) != 0) return nullptr;
  const std::uint64_t id = connection->id;
  return open_.emplace(id, std::move(connection)).first->second.get();
}

Connection* Connections::find(std::uint64_t id) const {
  const auto found = open_.find(id);
  return found == open_.end() ? nullptr : found->second.get();
}

void Connections::remove(Connection& connection) {
  unlist(connection);
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, connection.socket.number(), nullptr);
  const auto found = open_.find(connection.id);
  closed_.push_back(std::move(found->second));
  open_.erase(found);
}

void Connections::watch(Connection& connection, std::uint32_t events) const {
  if (connection.events == events) return;
  connection.events = events;
  epoll_event event{.events = events, .data = {.ptr = &connection}};
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.socket.number(), &event);
}

void Connections::enlist(Connection& connection, Clock::time_point now) {
  connection.listed_at = now;
  if (connection.place) {
    reading_.splice(reading_.end(), reading_, *connection.place);
  } else {
    connection.place = reading_.insert(reading_.end(), &connection);
  }
}

void Connections::unlist(Connection& connection) {
  if (connection.place) reading_.erase(*connection.place);
  connection.place.reset();
}

Clock::time_point Connections::longest_reading_since() const {
  return reading_.empty() ? Clock::time_point::max() : reading_.front()->listed_at;
}

std::vector<Connection*> Connections::all() const {
  return late(Clock::time_point::max());
}

std::vector<Connection*> Connections::late(Clock::time_point now) const {
  std::vector<Connection*> late;
  for (const auto& [id, connection] : open_) {
    if (now >= connection->deadline) late.push_back(connection.get());
  }
  return late;
}

void Connections::set_timer(const Connection& connection, Clock::time_point at) {
  timers_.emplace(at, connection.id);
}

Clock::time_point Connections::next_timer() const {
  return timers_.empty() ? Clock::time_point::max() : timers_.begin()->first;
}

Connection* Connections::take_due(Clock::time_point now) {
  while (next_timer() <= now && !timers_.empty()) {
    const std::uint64_t id = timers_.begin()->second;
    timers_.erase(timers_.begin());
    if (Connection* const connection = find(id)) return connection;
  }
  return nullptr;
}

}  // namespace jobtree::net
