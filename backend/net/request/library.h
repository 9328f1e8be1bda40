// cpp-httplib as the reader of requests: bytes that were checked go in, its Request comes out.
//
// Knows: httplib::Server::process_request and how it differs between 0.11, 0.18 and 0.41. Must not
// know: sockets, routes, how an answer is sent.
//
// The library's own faults are kept away from it: it never sees a byte that request_head.h has not
// checked, nor a header that no handler knows (a Range would be cut, a Content-Encoding unpacked),
// and what it words is thrown away: the front words answers, once for many (prepared.h).
#pragma once

#include <httplib.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/request/request_head.h"

namespace jobtree::net {

/// For one thread at a time.
class Library {
 public:
  /// Called with a request that was parsed, before the library reads a body or looks for a route of
  /// its own; nothing it leaves in the response is looked at afterwards.
  using Dispatch = std::function<void(const httplib::Request&, httplib::Response&)>;

  /// `headers`: the names that a request keeps.
  Library(std::vector<std::string> headers, Dispatch dispatch);
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  /// Has the library parse a request and dispatches it. `body`: what came of it, whole or nothing.
  /// `copy`: where to leave a copy of the parsed request, for dispatch(). False when the library
  /// would not take the head, which was not dispatched then.
  bool process(const RequestHead& head, std::string_view body, const std::string& peer,
               std::optional<httplib::Request>* copy = nullptr);

  /// Dispatches a request that was parsed before and has come again, byte for byte.
  void dispatch(const httplib::Request& request);

 private:
  class Memory;
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace jobtree::net
