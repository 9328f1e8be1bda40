// An HTTP/1.1 server for many viewers who mostly wait: cpp-httplib behind an event-driven front.
//
// The front (worker.h) accepts, reads a head, checks it (request_head.h), drops the headers that no
// handler knows, and gives the checked bytes to httplib::Server (library.h), which parses the
// request and hands the handler its own Request and Response. A handler fills the response, or
// leaves an answer that is ready to send, or leaves a responder behind and returns: who waits costs
// memory, not a thread. Handlers never block; what may block belongs to an executor.
//
// Knows: HTTP, sockets, limits. Must not know: routes, JSON, the cloud.
#pragma once

#include <httplib.h>
#include <openssl/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/prepared.h"
#include "net/request/request_head.h"

namespace jobtree::net {

/// How an answer goes out when it is not to go out at once and whole. The simulator's faults are
/// made of it; the gateway has no use for it.
struct Delivery {
  enum class End {
    keep,   ///< the connection, as the request and the answer will have it
    close,  ///< without a word, although the answer promised to keep it
    reset   ///< by TCP's RST
  };
  std::chrono::milliseconds delay{0};       ///< before the first byte
  std::size_t drip = 0;                     ///< so many bytes at a time; 0: all that fit
  std::chrono::milliseconds drip_every{0};  ///< between two drips
  /// Bytes of head and body together that are sent; nothing: all. After them comes the end.
  std::optional<std::size_t> cut_after{};
  End end = End::keep;
  std::chrono::milliseconds end_after{0};  ///< from the last byte to the end
};

/// For an answer that comes later. Copies stand for the same request; the first answer counts.
/// Works from any thread, also after the viewer has left and after the server is gone: then nothing
/// happens.
class Responder {
 public:
  Responder() = default;
  void send(Prepared answer) const;
  void send(httplib::Response answer) const;
  void send(Prepared answer, Delivery delivery) const;

 private:
  friend class RequestProcessor;
  struct Target;
  explicit Responder(std::shared_ptr<Target> target) : target_(std::move(target)) {}
  std::shared_ptr<Target> target_;
};

/// How a viewer who waits for an answer left.
enum class Departure {
  half,  ///< it sends no more, and may still read: answer with what there is
  whole  ///< nobody will read an answer
};

/// One request and its answer, for the time of one call of the handler.
///
/// The handler does one of: fill `response`; send() an answer that is ready; defer(); await_body().
class Exchange {
 public:
  virtual ~Exchange() = default;

  /// As the library parsed it. Header values are byte for byte as they came, of the headers that
  /// ServerOptions names; one that came more than once is joined by ", ". `target` is the path and
  /// query as sent (an absolute-form target without its authority), `body` is empty until it is all
  /// there.
  const httplib::Request& request;
  httplib::Response& response;
  /// Byte for byte, with every header that came.
  const RequestHead& head;
  /// The other end's address, "127.0.0.1", "2001:db8::1": behind a proxy the proxy's.
  const std::string& peer;

  /// The value of a header that ServerOptions names, "" when it did not come.
  std::string_view header(const char* name) const;

  /// Leaves an answer that is ready to send; `response` does not count then.
  virtual void send(Prepared answer) = 0;
  virtual void send(Prepared answer, Delivery delivery) = 0;
  /// The answer comes later, through the responder. `left` is called at most once per departure, on
  /// the thread of the connection, while no answer has come; it must not block.
  virtual Responder defer(std::function<void(Departure)> left = {}) = 0;
  /// Whether the body is there; a request without one has it from the start. A handler is called as
  /// soon as the head is there, so that a refusal waits for nothing.
  virtual bool has_body() const = 0;
  /// The handler is called again, with the whole body. What it answered now does not count.
  virtual void await_body() = 0;

 protected:
  Exchange(const httplib::Request& request_, httplib::Response& response_, const RequestHead& head_,
           const std::string& peer_)
      : request(request_), response(response_), head(head_), peer(peer_) {}
};

/// A request that never reached the handler, or broke it.
struct RequestError {
  int status = 400;      ///< 400, 405, 411, 413, 414, 415, 417, 431, 500 or 503
  std::string_view why;  ///< for the log
  std::string_view peer;
  /// What came under a name, as far as the head could be read: "" when nothing did.
  std::function<std::string(std::string_view name)> header;
};

/// Of a request, unless the options say otherwise.
inline constexpr std::size_t kMaxBody = std::size_t{64} << 10;

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 0;  ///< 0: any free one
  /// Threads that serve; 0: as many as there are processors.
  std::size_t workers = 0;
  /// Others are refused with 405, by an error. The library knows these four, and PUT, PATCH,
  /// DELETE.
  std::vector<std::string_view> methods{"GET", "HEAD", "OPTIONS", "POST"};
  /// Headers that handlers read through the library; the others are for Exchange::head alone.
  std::vector<std::string> headers{};
  std::size_t max_connections = 4096;  ///< fewer where the system lets few files be open
  /// From one address; all of this machine are one, and all of an IPv6 network (/64). High, for
  /// behind one address there may be a proxy or a whole office.
  std::size_t max_per_address = 2048;
  std::size_t max_body = std::size_t{64} << 10;    ///< of a request
  std::chrono::milliseconds request_time{10'000};  ///< from a request's first byte to its last
  std::chrono::milliseconds idle_time{60'000};     ///< before a request's first byte
  std::chrono::milliseconds answer_time{20'000};   ///< to take an answer
  /// Bytes of an answer that win another second each time they are taken: a job of 30 MB needs a
  /// minute on a line on which a page needs a moment.
  std::size_t slowest_pace = std::size_t{512} << 10;
  SSL_CTX* tls = nullptr;  ///< null: in the clear; it must outlive the server
};

class HttpServer {
 public:
  using Handler = std::function<void(Exchange&)>;
  using ErrorHandler = std::function<void(const RequestError&, httplib::Response&)>;

  /// Takes the address; connections wait in the kernel until serve(). Fails when the address is in
  /// use, not allowed or not there.
  static Result<std::unique_ptr<HttpServer>> bind(const ServerOptions& options);

  /// Stops, and waits until the last request is answered, or its grace is over.
  virtual ~HttpServer() = default;
  virtual int port() const = 0;
  /// How many are open now.
  virtual std::size_t connections() const = 0;
  /// Starts answering, on threads of its own. Both handlers are called from all workers at once;
  /// what `handler` throws becomes `error` with 500. Call it once.
  virtual void serve(Handler handler, ErrorHandler error) = 0;
  /// Takes no new connection from now on, closes those that wait for a request or whose delivery
  /// rests, and every other after the answer that is under way; returns at once.
  virtual void stop() = 0;
  /// Returns when nothing is served any more: some time after stop(), or when listening broke.
  virtual void wait() = 0;
};

}  // namespace jobtree::net
