// Sends the answers of a worker's connections, and sees each connection to the end it is to have.
//
// Knows: deadlines of sending, deliveries, the ends of heads. Must not know: requests, the event
// loop. Belongs to the worker's thread.
#pragma once

#include "net/connection/connections.h"
#include "net/connection/tails.h"
#include "net/http_server.h"

namespace jobtree::net {

class Sender {
 public:
  Sender(const ServerOptions& options, Connections& connections)
      : options_(options), connections_(connections), tails_(options.idle_time) {}

  /// Sends what goes at once. The connection is in the state in which it waits for the rest, or
  /// reads again, or ends. False: it is to be closed.
  bool begin(Connection& connection, Prepared answer, const Delivery& delivery,
             Clock::time_point now);
  /// The other side takes more, or the delivery's rest is over. False: the connection is to be
  /// closed.
  bool go_on(Connection& connection, Clock::time_point now);
  /// Closes for writing, and waits a moment for the other side to do so too: closing with something
  /// unread would reset the connection, and the other side might lose what it was sent.
  void leave(Connection& connection, Clock::time_point now);
  /// Throws away what still comes after leave(). False: the connection is to be closed.
  static bool discard(Connection& connection);

 private:
  bool end(Connection& connection, Clock::time_point now);
  bool rest(Connection& connection);

  const ServerOptions& options_;
  Connections& connections_;
  Tails tails_;
};

}  // namespace jobtree::net
