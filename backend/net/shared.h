// What all workers of a server have in common.
//
// Knows: the options, the listener, both handlers. Must not know: threads, connections.
#pragma once

#include <atomic>
#include <utility>

#include "net/connection/admission.h"
#include "net/connection/socket.h"
#include "net/http_server.h"

namespace jobtree::net {

/// It outlives the workers.
struct Shared {
  Shared(ServerOptions chosen, int listening)
      : options(std::move(chosen)),
        listener(listening),
        admission(options.max_connections, options.max_per_address) {}

  const ServerOptions options;
  const Descriptor listener;
  HttpServer::Handler handler;
  HttpServer::ErrorHandler error;
  Admission admission;
  std::atomic<bool> is_stopping = false;
  std::atomic<bool> is_broken = false;  ///< listening broke off
};

}  // namespace jobtree::net
