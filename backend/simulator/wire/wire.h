// One connection as bytes: in the clear or by TLS, with deadlines, and given up at once on a stop.
//
// Knows: sockets and OpenSSL. Must not know: HTTP.
#pragma once

#include <openssl/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "simulator/script/time.h"

namespace jobtree::simulator {

/// A signal many threads can wait for together with a socket.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void raise() const;
  /// Readable from raise() on.
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

class Wire {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Got { bytes, end, late, stopped };

  /// Takes the socket over. `stop` outlives the wire.
  Wire(int socket, const StopSignal& stop);
  /// Closes as it stands, unless that was done.
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// Shakes hands as a server; false when that failed or came too late.
  bool start_tls(SSL_CTX& context, Clock::time_point deadline);

  /// Adds what has come to `into`, at least one byte, at most `most`.
  Got read(std::string& into, std::size_t most, Clock::time_point deadline);
  /// Whether something, be it the end, comes before the deadline.
  Got wait(Clock::time_point deadline);
  /// False when the other side is gone, too slow, or a stop came.
  bool write(std::string_view bytes);
  /// False when a stop came meanwhile.
  bool pause(Milliseconds time);

  /// Says good-bye and closes. `unread`: what the other side is still sending is thrown away for a
  /// moment, for closing at once would reset the connection, and it might lose what we wrote.
  void close(bool unread);
  /// Closes with a TCP reset.
  void reset();

 private:
  struct FreeTls {
    void operator()(SSL* tls) const;
  };

  Got wait_for(short events, Clock::time_point deadline) const;
  void discard_input();

  int socket_;
  const int stop_;
  std::unique_ptr<SSL, FreeTls> tls_;
};

}  // namespace jobtree::simulator
