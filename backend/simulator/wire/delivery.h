// How a response reaches the client when something goes wrong on the way.
//
// Knows: faults, and a response as bytes with a delivery (net/http_server.h). Must not know: what
// it says, sockets.
#pragma once

#include "net/http_server.h"
#include "simulator/cloud/response.h"
#include "simulator/wire/fault_injector.h"

namespace jobtree::simulator {

/// A response in bytes, and how they go out.
struct WireResponse {
  net::Prepared prepared;
  net::Delivery delivery;
};

/// What `faults` make of `response`; a fault with a response of its own (fault_response.h) has put
/// it there before.
WireResponse wire_response(Response response, const InjectedFaults& faults);

}  // namespace jobtree::simulator
