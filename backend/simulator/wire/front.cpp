#include "simulator/wire/front.h"

#include <httplib.h>
#include <sys/socket.h>

#include <optional>
#include <thread>
#include <utility>

#include "http/head_writer.h"
#include "simulator/wire/delivery.h"
#include "simulator/wire/loopback.h"
#include "simulator/wire/request_head.h"
#include "simulator/wire/wire.h"

namespace jobtree::simulator {
namespace {

using Clock = Wire::Clock;

constexpr std::size_t kMaxHead = std::size_t{16} << 10;
constexpr std::size_t kMaxRequests = 100000;  // on one connection
constexpr int kBacklog = 1024;
constexpr std::chrono::seconds kHandshakeTimeout{5};
constexpr std::chrono::seconds kRequestTimeout{5};  // from the first byte of a head to its last
constexpr std::chrono::seconds kBodyTimeout{10};
constexpr std::chrono::seconds kIdle{10};
constexpr std::string_view kEndOfHead = "\r\n\r\n";

/// One connection's answers: a request in, the bytes of an answer out.
class Clerk {
 public:
  Clerk(const Front::Handler& handler, const Front::Refuser& refuser)
      : handler_(handler), refuser_(refuser) {}

  /// The bytes of the handler's reply; what is to go wrong with them is left in `injected`.
  std::string answer(const Request& received, bool keep, InjectedFaults& injected) {
    Reply reply = reply_to(received);
    injected = std::move(reply.injected);
    return bytes_of(reply.answer, received.method == "HEAD", keep);
  }

  std::string refusal(int status, std::string_view why) {
    return bytes_of(refuser_(status, why), false, false);
  }

 private:
  Reply reply_to(const Request& received) const {
    try {
      return handler_(received);
    } catch (...) {
      return Reply{refuser_(500, "the simulator stumbled")};
    }
  }

  std::string bytes_of(const Response& answer, bool is_head, bool keep) {
    std::string bytes = writer_.write({.status = answer.status,
                                       .content_type = answer.body.empty() ? "" : answer.type,
                                       .headers = answer.headers,
                                       .body_size = answer.body.size(),
                                       .is_last = !keep});
    if (!is_head) bytes += answer.body;
    return bytes;
  }

  const Front::Handler& handler_;
  const Front::Refuser& refuser_;
  http::HeadWriter writer_{kIdle, kMaxRequests};
};

class HttpFront final : public Front, private httplib::Server {
 public:
  HttpFront(const FrontOptions& options, Front::Handler handler, Refuser refuser)
      : options_(options), handler_(std::move(handler)), refuser_(std::move(refuser)) {
    new_task_queue = [threads = options.threads] { return new httplib::ThreadPool(threads); };
    set_tcp_nodelay(true);
    // Only SO_REUSEADDR: the library's default would let two simulators share a port.
    set_socket_options([this](socket_t socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
      listener_ = socket;
    });
  }

  ~HttpFront() override {
    stop_.raise();
    httplib::Server::stop();
    if (thread_.joinable()) thread_.join();
  }
  HttpFront(const HttpFront&) = delete;
  HttpFront& operator=(const HttpFront&) = delete;

  /// What went wrong, or "".
  std::string open() {
    const std::string host = numeric_host(options_.host);
    const int port = options_.port == 0                  ? bind_to_any_port(host)
                     : bind_to_port(host, options_.port) ? options_.port
                                                         : -1;
    const std::string shown = host.find(':') == std::string::npos ? host : '[' + host + ']';
    if (port <= 0) return "cannot listen on " + shown + ": the address is in use or not ours";
    // The library asks for a queue of five, which drops connections under a burst.
    ::listen(listener_, kBacklog);
    url_ = (options_.tls == nullptr ? "http://" : "https://") + shown + ':' + std::to_string(port);
    thread_ = std::thread([this] { listen_after_bind(); });
    // stop() does nothing before the loop has begun.
    for (int tries = 0; !is_running(); ++tries) {
      if (tries == 5000) return "the server did not start";
      std::this_thread::sleep_for(Milliseconds(1));
    }
    return {};
  }

  std::string url() const override { return url_; }

 private:
  bool process_and_close_socket(socket_t socket) override {
    Wire wire(socket, stop_);
    if (options_.tls != nullptr &&
        !wire.start_tls(*options_.tls, Clock::now() + kHandshakeTimeout)) {
      return false;
    }
    Clerk clerk(handler_, refuser_);
    std::string pending;
    for (std::size_t requests = 1; answer_one(wire, clerk, pending, requests < kMaxRequests);) {
      ++requests;
    }
    return true;
  }

  /// Reads one request and answers it. False when the connection is over.
  bool answer_one(Wire& wire, Clerk& clerk, std::string& pending, bool may_keep) const {
    if (pending.empty() && wire.wait(Clock::now() + kIdle) != Wire::Got::bytes) return false;
    const auto head_size = read_head(wire, pending);
    if (!head_size) return false;
    if (*head_size >= kMaxHead) return refuse(wire, clerk, {431, "the head is too long"});
    const auto head = parse_head(std::string_view(pending).substr(0, *head_size));
    if (!head) return refuse(wire, clerk, {400, "the head is malformed"});
    if (const auto refusal = objection_to(*head, options_.max_body)) {
      return refuse(wire, clerk, *refusal);
    }
    pending.erase(0, *head_size + kEndOfHead.size());
    if (!read_body(wire, pending, *head)) return false;

    const std::string body = pending.substr(0, head->body_size);
    pending.erase(0, head->body_size);
    const bool keep = may_keep && head->keeps_connection;
    InjectedFaults injected;
    std::string bytes =
        clerk.answer({head->method, head->target, head->headers, body}, keep, injected);
    const bool open = deliver(wire, std::move(bytes), injected);
    if (open && !keep) wire.close(false);
    return open && keep;
  }

  /// Where the head ends that `pending` begins with, or kMaxHead when it does not end in time;
  /// nothing when the other side went away.
  static std::optional<std::size_t> read_head(Wire& wire, std::string& pending) {
    const auto deadline = Clock::now() + kRequestTimeout;
    for (std::size_t looked_at = 0;;) {
      const auto end = pending.find(kEndOfHead, looked_at);
      if (end != std::string::npos) return end;
      if (pending.size() >= kMaxHead) return kMaxHead;
      looked_at = pending.size() < kEndOfHead.size() ? 0 : pending.size() - kEndOfHead.size();
      if (wire.read(pending, kMaxHead, deadline) != Wire::Got::bytes) return std::nullopt;
    }
  }

  static bool read_body(Wire& wire, std::string& pending, const RequestHead& head) {
    if (pending.size() >= head.body_size) return true;
    if (head.waits_for_word && !wire.write("HTTP/1.1 100 Continue\r\n\r\n")) return false;
    const auto deadline = Clock::now() + kBodyTimeout;
    while (pending.size() < head.body_size) {
      const std::size_t missing = head.body_size - pending.size();
      if (wire.read(pending, missing, deadline) != Wire::Got::bytes) return false;
    }
    return true;
  }

  /// What is left of the request is not another one, so the connection is over.
  static bool refuse(Wire& wire, Clerk& clerk, const Refusal& refusal) {
    wire.write(clerk.refusal(refusal.status, refusal.why));
    wire.close(true);
    return false;
  }

  const FrontOptions options_;
  const Front::Handler handler_;
  const Refuser refuser_;
  const StopSignal stop_;
  socket_t listener_ = INVALID_SOCKET;
  std::string url_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Front>> Front::start(const FrontOptions& options, Handler handler,
                                            Refuser refuser) {
  auto front = std::make_unique<HttpFront>(options, std::move(handler), std::move(refuser));
  if (std::string wrong = front->open(); !wrong.empty()) return Failure::system(std::move(wrong));
  return std::unique_ptr<Front>(std::move(front));
}

}  // namespace jobtree::simulator
