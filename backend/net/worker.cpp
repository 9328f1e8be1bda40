#include "net/worker.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

#include "base/free_memory.h"

namespace jobtree::net {
namespace {

constexpr std::size_t kMaxRequests = 100'000;    // on one connection
constexpr std::size_t kMaxRefused = 256;         // connections that hear that there is no room
constexpr std::chrono::milliseconds kTick{200};  // how late a deadline may be noticed
constexpr std::chrono::seconds kGrace{3};        // after a stop, for the last answers
constexpr Clock::time_point kNever = Clock::time_point::max();
constexpr std::uint32_t kReading = EPOLLIN | EPOLLRDHUP;

std::string joined(const std::vector<std::string_view>& names) {
  std::string list;
  for (const std::string_view name : names) {
    list.append(list.empty() ? "" : ", ").append(name);
  }
  return list;
}

/// Its answer is out, or waits for the delivery's time.
bool rests(const Connection& connection) {
  return connection.state == Connection::State::ending ||
         (connection.state == Connection::State::sending && connection.events == 0);
}

/// TLS writes would raise it when the other side is gone; this thread need not hear of that.
void block_sigpipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

Worker::Worker(Shared& shared)
    : shared_(shared),
      options_(shared.options),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      inbox_(std::make_shared<Inbox>()),
      processor_(shared, inbox_),
      connections_(epoll_),
      acceptor_(shared, epoll_),
      sender_(options_, connections_) {}

Worker::~Worker() {
  inbox_->close();
}

bool Worker::is_sound() const {
  return epoll_ >= 0 && inbox_->descriptor() >= 0;
}

void Worker::start(std::span<const std::unique_ptr<Worker>> all, std::function<void()> ended) {
  all_ = all;
  ended_ = std::move(ended);
  epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, inbox_->descriptor(), &event);
  acceptor_.listen();
  thread_ = std::jthread([this] { run(); });
}

void Worker::run() {
  block_sigpipe();
  inbox_->own();
  std::array<epoll_event, 64> events;
  while (!is_over()) {
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                   milliseconds_to_wait());
    now_ = Clock::now();
    for (int i = 0; i < count; ++i) {
      void* const what = events[static_cast<std::size_t>(i)].data.ptr;
      if (what == nullptr) {
        inbox_->rest();
      } else if (what == &acceptor_) {
        acceptor_.accept([this](int socket, const Peer& peer) {
          admit({.socket = Descriptor(socket), .peer = peer});
        });
      } else {
        attend(*static_cast<Connection*>(what), events[static_cast<std::size_t>(i)].events);
      }
    }
    if (shared_.is_stopping && !is_stopping_) begin_stop();
    fire_timers(now_);
    if (now_ >= next_look_) look_at_deadlines(now_);
    for (auto messages = inbox_->take(); !messages.empty(); messages = inbox_->take()) {
      for (Message& message : messages) {
        if (auto* const arrival = std::get_if<Arrival>(&message)) {
          admit(std::move(*arrival));
        } else {
          hear(std::get<Answer>(std::move(message)));
        }
      }
    }
    connections_.end_turn();
    longest_reading_since_.store(connections_.longest_reading_since(), std::memory_order_relaxed);
  }
  ended_();
}

int Worker::milliseconds_to_wait() const {
  Clock::time_point until = connections_.next_timer();
  if (!connections_.empty() || (!acceptor_.is_listening() && !is_stopping_)) {
    until = std::min(until, now_ + kTick);
  }
  if (until == kNever) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT_MAX));
}

// Accepting

/// Takes a new connection, in place of another one where there is no room: whoever holds many and
/// asks nothing must not shut the others out.
void Worker::admit(Arrival arrival) {
  if (is_stopping_) return;
  auto verdict = shared_.admission.enter(arrival.peer);
  if (verdict != Admission::Verdict::admitted) {
    if (Worker* const other = better_placed(verdict, arrival)) {
      ++arrival.asked;
      return other->inbox_->post(std::move(arrival));
    }
    if (Connection* const longest = to_send_away(verdict, arrival.peer)) {
      close(*longest);
      verdict = shared_.admission.enter(arrival.peer);
    }
  }
  auto connection = std::make_unique<Connection>(connections_.new_id(), arrival.socket.release(),
                                                 options_.tls, arrival.peer);
  if (verdict != Admission::Verdict::admitted) return turn_away(std::move(connection));
  connection->deadline = now_ + options_.idle_time;
  Connection* const admitted = connections_.add(std::move(connection), kReading);
  if (admitted == nullptr) return shared_.admission.leave(arrival.peer);
  connections_.enlist(*admitted, now_);
}

/// The connection of this worker that has been without a whole request longest, of all or of that
/// address; nullptr when there is none.
Connection* Worker::to_send_away(Admission::Verdict verdict, const Peer& peer) const {
  return connections_.longest_reading([&](const Connection& connection) {
    return verdict == Admission::Verdict::full ||
           connection.peer.neighbourhood() == peer.neighbourhood();
  });
}

/// The worker that should make room instead of this one; nullptr when there is none. The first that
/// is asked knows who has the connection to be sent away, where that may be any; who has none
/// itself hands on to the next, until all were asked.
Worker* Worker::better_placed(Admission::Verdict verdict, const Arrival& arrival) const {
  if (arrival.asked + 1 >= all_.size()) return nullptr;
  const auto since = [](const std::unique_ptr<Worker>& worker) {
    return worker->longest_reading_since_.load(std::memory_order_relaxed);
  };
  if (arrival.asked == 0 && verdict == Admission::Verdict::full) {
    const auto longest = std::ranges::min_element(all_, {}, since);
    if (since(*longest) < connections_.longest_reading_since()) return longest->get();
  }
  if (to_send_away(verdict, arrival.peer) != nullptr) return nullptr;
  const auto here = std::ranges::find(all_, this, &std::unique_ptr<Worker>::get);
  const auto next = std::next(here) == all_.end() ? all_.begin() : std::next(here);
  return next->get();
}

void Worker::turn_away(std::unique_ptr<Connection> connection) {
  if (refused_ >= kMaxRefused) return;  // whoever floods hears nothing
  connection->is_admitted = false;
  connection->is_last = true;
  const std::string why = "too many connections, in all or from " + connection->peer.text();
  Connection* const refused = connections_.add(std::move(connection), kReading);
  if (refused == nullptr) return;
  ++refused_;
  answer(*refused,
         prepare(processor_.error_response(503, why, *refused,
                                           [](std::string_view) { return std::string(); })),
         {});
}

// Events of a connection

void Worker::attend(Connection& connection, std::uint32_t events) {
  const bool is_gone = (events & (EPOLLHUP | EPOLLERR)) != 0;
  switch (connection.state) {
    case Connection::State::reading:
      return read(connection);
    case Connection::State::waiting:
      if (is_gone) return close(connection);
      if ((events & EPOLLRDHUP) != 0) {
        connections_.watch(connection, 0);  // what it sent before is read after the answer
        return departed(connection, Departure::half);
      }
      // The next request has come already; it is read after this answer.
      return connections_.watch(connection, EPOLLRDHUP);
    case Connection::State::sending:
      if (is_gone) return close(connection);
      if ((events & EPOLLOUT) != 0) {
        send(connection);
      }
      return;
    case Connection::State::ending:
      if (is_gone) return close(connection);
      return connections_.watch(connection, 0);
    case Connection::State::leaving:
      if (!Sender::discard(connection)) close(connection);
      return;
    case Connection::State::closed:
      return;  // an event of the same turn
  }
}

void Worker::departed(Connection& connection, Departure departure) {
  if (!connection.left) return;
  const auto left = connection.left;  // which may bring the answer, and with it its own end
  left(departure);
}

void Worker::read(Connection& connection) {
  const std::size_t most = kMaxHead + options_.max_body;
  const std::size_t room = most - std::min(most, connection.in.size());
  const Socket::Result result = connection.socket.receive(connection.in, room);
  if (result == Socket::Result::ended) return close(connection);
  if (result == Socket::Result::done) serve(connection);
}

/// Answers what has come whole, one request after the other.
void Worker::serve(Connection& connection) {
  while (connection.state == Connection::State::reading && serve_next(connection)) {
  }
  if (connection.state != Connection::State::reading) return;
  if (connection.in.empty()) {
    if (is_stopping_) return sender_.leave(connection, now_);
    connection.deadline = now_ + options_.idle_time;
    connections_.enlist(connection, now_);
  } else if (!std::exchange(connection.is_asking, true)) {
    connection.deadline = now_ + options_.request_time;
  }
  connections_.watch(connection, kReading);
}

/// False when the next request has not come whole yet, or its answer is not out.
bool Worker::serve_next(Connection& connection) {
  if (connection.in.empty() || connection.in.size() < connection.needed) return false;
  if (connection.known && connection.in.starts_with(connection.known->bytes)) {
    return serve_again(connection);
  }
  const HeadReading reading = read_head(connection.in, options_.methods, options_.max_body);
  if (const auto* const refusal = std::get_if<Refusal>(&reading)) {
    refuse(connection, *refusal);
    return false;
  }
  const auto* const head = std::get_if<RequestHead>(&reading);
  if (head == nullptr) return false;

  const std::size_t size = head->size + head->body_size;
  const bool has_body = connection.in.size() >= size;
  begin(connection, *head, has_body);
  std::optional<std::string_view> body;
  if (has_body) body = std::string_view(connection.in).substr(head->size, head->body_size);
  Processed processed = processor_.process(connection, *head, body);
  if (processed.outcome == Processed::Outcome::rejected) {
    refuse(connection, {400, "rejected by the HTTP library"});
    return false;
  }
  if (processed.outcome == Processed::Outcome::awaits_body && !has_body) {
    connection.needed = size;
    if (head->expects_continue) {
      constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      const iovec part{const_cast<char*>(kContinue.data()), kContinue.size()};
      std::size_t count = 0;
      connection.socket.send({&part, 1}, count);  // so little always fits, or the body comes anyway
    }
    return false;
  }
  connection.known = nullptr;
  if (head->body_size == 0 && size <= KnownRequest::kMaxBytes &&
      processed.outcome != Processed::Outcome::deferred) {
    connection.known = std::make_unique<KnownRequest>(connection.in.substr(0, size));
  }
  return finish(connection, processed, has_body ? size : connection.in.size());
}

/// The same bytes once more: read and parsed the second time for good, and then dispatched at once.
bool Worker::serve_again(Connection& connection) {
  KnownRequest& known = *connection.known;
  if (!known.request) {
    const HeadReading reading = read_head(known.bytes, options_.methods, options_.max_body);
    known.head = std::get<RequestHead>(reading);  // it was one before
  }
  begin(connection, known.head, true);
  Processed processed = processor_.process_again(connection, known);
  return finish(connection, processed, known.bytes.size());
}

void Worker::begin(Connection& connection, const RequestHead& head, bool has_body) {
  ++connection.exchange;
  connection.is_head = head.method == "HEAD";
  connection.is_last = !head.keeps_connection || connection.requests + 1 >= kMaxRequests ||
                       is_stopping_ || !has_body;
}

/// `size`: how much of what came is done with. False when the answer is not out.
bool Worker::finish(Connection& connection, Processed& processed, std::size_t size) {
  ++connection.requests;
  connection.needed = 0;
  connection.is_asking = false;
  connection.in.erase(0, size);
  if (processed.outcome == Processed::Outcome::deferred) {
    connection.state = Connection::State::waiting;
    connection.deadline = kNever;  // the handler's to keep
    connection.known = nullptr;    // who waits costs little
    connections_.unlist(connection);
    if (connection.in.empty()) free_memory(connection.in);
    return false;
  }
  answer(connection, std::move(processed.prepared), processed.delivery);
  return connection.state == Connection::State::reading;
}

void Worker::refuse(Connection& connection, const Refusal& refusal) {
  httplib::Response response = processor_.error_response(
      refusal.status, refusal.why, connection,
      [&connection](std::string_view name) { return header_in(connection.in, name); });
  if (refusal.status == 405) response.set_header("Allow", joined(options_.methods));
  connection.is_head = connection.in.starts_with("HEAD ");
  connection.is_last = true;
  free_memory(connection.in);
  answer(connection, prepare(std::move(response)), {});
}

// Answering

void Worker::answer(Connection& connection, Prepared prepared, const Delivery& delivery) {
  sent(connection, sender_.begin(connection, std::move(prepared), delivery, now_));
}

void Worker::send(Connection& connection) {
  sent(connection, sender_.go_on(connection, now_));
  if (connection.state == Connection::State::reading) serve(connection);
}

/// What rests now would not wake before the grace is over.
void Worker::sent(Connection& connection, bool goes_on) {
  if (!goes_on || (is_stopping_ && rests(connection))) close(connection);
}

void Worker::close(Connection& connection) {
  if (connection.state == Connection::State::closed) return;
  const bool is_waiting = connection.state == Connection::State::waiting;
  connection.state = Connection::State::closed;
  if (is_waiting) departed(connection, Departure::whole);
  if (connection.is_admitted) {
    shared_.admission.leave(connection.peer);
  } else {
    --refused_;
  }
  connections_.remove(connection);
}

// What else happens

void Worker::hear(Answer heard) {
  Connection* const found = connections_.find(heard.connection);
  if (found == nullptr) return;
  Connection& connection = *found;
  if (connection.state != Connection::State::waiting || connection.exchange != heard.exchange) {
    return;
  }
  if (is_stopping_) connection.is_last = true;
  answer(connection, std::move(heard.prepared), heard.delivery);
  if (connection.state == Connection::State::reading) serve(connection);
}

void Worker::fire_timers(Clock::time_point now) {
  while (Connection* const due = connections_.take_due(now)) {
    Connection& connection = *due;
    if (connection.state == Connection::State::sending) {
      connection.answered_at = now;  // a rest of ours is not the other side's time
      send(connection);
    } else if (connection.state == Connection::State::ending) {
      if (connection.out.delivery().end == Delivery::End::reset) {
        connection.socket.reset_on_close();
      }
      close(connection);
    }
  }
}

void Worker::look_at_deadlines(Clock::time_point now) {
  next_look_ = now + kTick;
  if (!acceptor_.is_listening() && !is_stopping_) acceptor_.listen();
  for (Connection* const connection : connections_.late(now >= grace_ends_ ? kNever : now)) {
    close(*connection);
  }
}

void Worker::begin_stop() {
  is_stopping_ = true;
  grace_ends_ = now_ + kGrace;
  acceptor_.stop();
  for (Connection* const connection : connections_.all()) {
    if (rests(*connection)) {
      close(*connection);
      continue;
    }
    if (connection->state != Connection::State::reading) {
      connection->is_last = true;
      continue;
    }
    read(*connection);  // a request that has come whole is still answered
    const bool is_idle = connection->state == Connection::State::reading && connection->in.empty();
    if (is_idle) close(*connection);
  }
}

}  // namespace jobtree::net
