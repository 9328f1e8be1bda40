// One connection and what it is about: what came, what goes out, until when.
//
// Knows: bytes, and what a Delivery makes of them. Must not know: events, handlers, other
// connections. Belongs to one worker's thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/connection/admission.h"
#include "net/connection/socket.h"
#include "net/http_server.h"
#include "net/request/request_head.h"

namespace jobtree::net {

using Clock = std::chrono::steady_clock;

/// An answer on its way.
class Outgoing {
 public:
  enum class Progress {
    done,     ///< all is out that is to go out
    blocked,  ///< the other side takes no more now
    paused,   ///< the delivery rests until resume_at()
    broken    ///< the connection is
  };

  /// `tail`: what ends the head, its empty line included. Whatever follows in `answer` is shared.
  void begin(Prepared answer, std::shared_ptr<const std::string> tail, bool with_body,
             const Delivery& delivery, Clock::time_point now);
  Progress send(Socket& socket, Clock::time_point now);
  /// Lets go of the answer.
  void end();

  std::size_t sent() const { return sent_; }
  Clock::time_point resume_at() const { return resume_at_; }
  const Delivery& delivery() const { return delivery_; }

 private:
  Prepared answer_;
  std::shared_ptr<const std::string> tail_;
  bool with_body_ = true;
  Delivery delivery_;
  std::size_t sent_ = 0;
  Clock::time_point resume_at_ = Clock::time_point::min();
};

/// A head that came, to be known again: pages poll with the same bytes for as long as nothing
/// changes, and the same bytes are the same request.
struct KnownRequest {
  /// Longer heads are not kept.
  static constexpr std::size_t kMaxBytes = 2048;

  explicit KnownRequest(std::string_view head_bytes) : bytes(head_bytes) {}
  KnownRequest(const KnownRequest&) = delete;
  KnownRequest& operator=(const KnownRequest&) = delete;

  const std::string bytes;
  RequestHead head{};                         ///< its views look into `bytes`
  std::optional<httplib::Request> request{};  ///< parsed, once the head has come twice
};

struct Connection {
  enum class State {
    reading,  ///< waits for a request, or for the rest of one
    waiting,  ///< a responder is out
    sending,  ///< an answer is on its way
    ending,   ///< the answer is out, and its delivery ends the connection at `resume_at`
    leaving,  ///< nothing is sent any more; what still comes is thrown away
    closed    ///< gone, but for events of the same turn
  };

  Connection(std::uint64_t number, int socket_number, SSL_CTX* tls, Peer from)
      : id(number), socket(socket_number, tls), peer(std::move(from)) {}

  const std::uint64_t id;
  Socket socket;
  const Peer peer;
  bool is_admitted = true;  ///< it counts; else it is told so and goes
  State state = State::reading;
  std::uint32_t events = 0;  ///< that the kernel is to tell of

  std::string in;          ///< what came and is not answered yet
  std::size_t needed = 0;  ///< of `in`, before another look is worth it
  bool is_asking = false;  ///< a request has begun to come
  bool has_ended = false;  ///< the other side sends no more
  std::size_t requests = 0;
  std::size_t discarded = 0;

  /// The last request, if it was one without a body. Not while an answer is waited for.
  std::unique_ptr<KnownRequest> known;
  std::uint64_t exchange = 0;  ///< counts requests, so that a late answer is told from the next
  std::function<void(Departure)> left;
  bool is_head = false;  ///< the request under way is answered without a body
  bool is_last = false;  ///< its answer is the last one
  Outgoing out;

  Clock::time_point answered_at;
  /// Where it stands among those that wait for a request, or for the rest of one, and since when.
  std::optional<std::list<Connection*>::iterator> place;
  Clock::time_point listed_at;
  Clock::time_point deadline = Clock::time_point::max();
};

}  // namespace jobtree::net
