// A loopback port that speaks HTTP, in the clear or by TLS: our face on cpp-httplib.
//
// Knows: connections, requests as bytes, the library. Must not know: routes, keys, jobs.
//
// The library accepts connections and writes answers, but into memory: it cannot break its own
// answers, and a pretend cloud must. What goes over the wire is delivery.h's.
#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "simulator/cloud/request.h"
#include "simulator/cloud/response.h"
#include "simulator/wire/fault_injector.h"

namespace jobtree::simulator {

/// An answer and what is to happen to it.
struct Reply {
  Response answer;
  InjectedFaults injected = {};
};

struct FrontOptions {
  std::string host = "127.0.0.1";
  int port = 0;             ///< 0: any free one
  std::size_t threads = 8;  ///< one holds one connection
  std::size_t max_body = std::size_t{64} << 10;
  SSL_CTX* tls = nullptr;  ///< outlives the front
};

class Front {
 public:
  /// Called from many threads at once.
  using Handler = std::function<Reply(const Request&)>;
  /// Answers what never reaches the handler, or broke it.
  using Refuser = std::function<Response(int status, std::string_view why)>;

  /// Starts serving on threads of its own; stops when destroyed, which ends every connection.
  static Result<std::unique_ptr<Front>> start(const FrontOptions& options, Handler handler,
                                              Refuser refuser);
  virtual ~Front() = default;

  /// "http://127.0.0.1:PORT"
  virtual std::string url() const = 0;
};

}  // namespace jobtree::simulator
