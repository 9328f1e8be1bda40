// One request through the library to the handler, and what came of it.
//
// Knows: the library, both handlers, that a handler may throw. Must not know: events, sockets, when
// an answer goes out.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/connection/connection.h"
#include "net/http_server.h"
#include "net/inbox.h"
#include "net/request/library.h"
#include "net/shared.h"

namespace jobtree::net {

struct Processed {
  enum class Outcome {
    answered,     ///< `prepared` is the answer
    deferred,     ///< a responder is out
    awaits_body,  ///< the handler is to be called again, with the whole body
    rejected      ///< the library would not take the head, and no handler heard of it
  };
  Outcome outcome = Outcome::answered;
  Prepared prepared{};
  Delivery delivery{};
};

/// For one worker's thread.
class RequestProcessor {
 public:
  /// `shared` must outlive it. Responders answer into `inbox`.
  RequestProcessor(Shared& shared, std::shared_ptr<Inbox> inbox);

  /// `body`: nothing while it has not come whole.
  Processed process(Connection& connection, const RequestHead& head,
                    std::optional<std::string_view> body);
  /// The same bytes once more: parsed the first time for good, and after that dispatched at once.
  Processed process_again(Connection& connection, KnownRequest& known);

  /// The answer to a request that reaches no handler, or broke it.
  /// `header`: see RequestError.
  httplib::Response error_response(int status, std::string_view why, const Connection& connection,
                                   std::function<std::string(std::string_view name)> header) const;

 private:
  class Call;
  struct UnderWay;

  void dispatch(const httplib::Request& request, httplib::Response& response);

  Shared& shared_;
  const std::shared_ptr<Inbox> inbox_;
  Library library_;
  UnderWay* under_way_ = nullptr;  ///< while the library has the request
};

}  // namespace jobtree::net
