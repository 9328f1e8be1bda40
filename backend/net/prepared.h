// An answer that is ready to send: worded once, sent to any number of viewers.
//
// Knows: what a response of the library is in bytes. Must not know: sockets, requests.
#pragma once

#include <httplib.h>

#include <memory>
#include <string>
#include <string_view>

namespace jobtree::net {

/// Shared and never changed. The front adds what belongs to the moment and the connection: Date,
/// "Connection: close", the empty line; and leaves the body out for HEAD.
struct Prepared {
  std::shared_ptr<const std::string> head;  ///< status line and headers, each line with its CRLF
  std::shared_ptr<const std::string> body;  ///< null: none
  bool has_date = false;                    ///< the head has a Date of its own
};

/// Words a response. Its Content-Length is that of its body; 204 and 304 have neither. `body` takes
/// the place of the response's own: what many are sent at one time, and nobody has a copy of.
/// Content providers are not used.
Prepared prepare(httplib::Response response, std::shared_ptr<const std::string> body = nullptr);

}  // namespace jobtree::net
