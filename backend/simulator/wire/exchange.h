// Between the HTTP server's words and the pretend cloud's.
//
// Knows: net::Exchange, httplib::Response, Request, Response. Must not know: routes, keys, faults.
#pragma once

#include "net/http_server.h"
#include "simulator/cloud/request.h"
#include "simulator/cloud/response.h"

namespace jobtree::simulator {

/// The request byte for byte, as its signature was made: header values as they were sent, not as
/// the library decodes them. Valid as long as the exchange.
Request request_of(const net::Exchange& exchange);

/// The response as the library has it, but for its body, which stays where it is: it may be large.
httplib::Response head_of(const Response& response);

/// The same with its body, for a response that goes out as it is.
void fill(httplib::Response& filled, Response response);

}  // namespace jobtree::simulator
