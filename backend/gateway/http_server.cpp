#include "gateway/http_server.h"

#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <ctime>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

namespace jobtree::gateway {
namespace {

constexpr std::size_t kMaxTarget = 1024;
constexpr std::size_t kMaxBody = std::size_t{64} * 1024;
constexpr int kBacklog = 1024;
constexpr std::size_t kRequestsPerConnection = 1000;
// Short, because a thread waits for the next request on each idle connection, and because a stop
// waits for those threads.
constexpr std::chrono::seconds kKeepAlive{3};
constexpr std::chrono::seconds kReadTimeout{5};
constexpr std::chrono::seconds kWriteTimeout{10};

std::string joined(const httplib::Headers& headers, const char* name) {
  std::string all;
  const auto [begin, end] = headers.equal_range(name);
  for (auto header = begin; header != end; ++header) {
    if (header != begin) all += ", ";
    all += header->second;
  }
  return all;
}

Request request_of(const httplib::Request& request) {
  const std::size_t question = std::min(request.target.find('?'), request.target.size());
  return {.method = request.method,
          .path = request.target.substr(0, question),
          .query = request.target.substr(std::min(question + 1, request.target.size())),
          .host = joined(request.headers, "Host"),
          .origin = joined(request.headers, "Origin"),
          .fetch_site = joined(request.headers, "Sec-Fetch-Site"),
          .content_type = joined(request.headers, "Content-Type"),
          .accept_encoding = joined(request.headers, "Accept-Encoding"),
          .if_none_match = joined(request.headers, "If-None-Match"),
          .body = request.body};
}

/// RFC 9110, 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::time_t now) {
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

bool has_body(const httplib::Request& head) {
  const std::string length = joined(head.headers, "Content-Length");
  return head.has_header("Transfer-Encoding") || (!length.empty() && length != "0");
}

/// The status that refuses to read this POST's body, if something does. The library has parsers
/// with known faults behind multipart, compressed and chunked bodies: plain JSON of a stated length
/// keeps them asleep. Its own limit, kMaxBody, holds for such bodies.
std::optional<int> refuse_body(const httplib::Request& head) {
  if (head.has_header("Transfer-Encoding")) return 411;
  const std::string length = joined(head.headers, "Content-Length");
  const bool is_number = length.size() < 19 && std::ranges::all_of(length, [](unsigned char c) {
                           return std::isdigit(c) != 0;
                         });
  if (!is_number) return 400;
  if (head.has_header("Content-Encoding")) return 415;
  const std::string type = joined(head.headers, "Content-Type");
  if (type.substr(0, type.find(';')) != "application/json") return 415;
  return std::nullopt;
}

void write(Response answer, httplib::Response& out, bool close) {
  out.status = answer.status;
  for (auto& [name, value] : answer.headers) {
    out.set_header(name, value);
  }
  out.set_header("Date", http_date(std::time(nullptr)));
  out.set_header("Accept-Ranges", "none");
  if (!close) {
    if (!answer.content_type.empty()) out.set_header("Content-Type", answer.content_type);
    out.body = std::move(answer.body);
    return;
  }
  // The library closes a connection of itself only when writing failed, so this provider writes
  // everything and then says that it failed.
  out.set_header("Connection", "close");
  const std::size_t size = answer.body.size();
  out.set_content_provider(size, answer.content_type,
                           [body = std::move(answer.body)](std::size_t offset, std::size_t length,
                                                           httplib::DataSink& sink) {
                             sink.write(body.data() + offset, length);
                             return false;
                           });
}

std::string text_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    return known.what();
  } catch (...) {
    return "unknown exception";
  }
}

std::string why_not_bound(const ServerOptions& options, int error) {
  const std::string where = options.host + ":" + std::to_string(options.port);
  if (error == EADDRINUSE) {
    return where +
           " is in use by another program; end that one, or listen on another port "
           "(port 0 takes any free one)";
  }
  if (error == EACCES) return where + " is not allowed here; listen on a port above 1023";
  if (error == EADDRNOTAVAIL) return where + " is no address of this machine";
  return "cannot listen on " + where + (error == 0 ? "" : ": " + std::string(std::strerror(error)));
}

class Server final : public HttpServer {
 public:
  explicit Server(std::size_t threads) {
    server_.new_task_queue = [threads] { return new httplib::ThreadPool(threads); };
    server_.set_tcp_nodelay(true);  // head and body are two writes: else 40 ms an answer
    server_.set_keep_alive_max_count(kRequestsPerConnection);
    server_.set_keep_alive_timeout(kKeepAlive.count());
    server_.set_read_timeout(kReadTimeout);
    server_.set_write_timeout(kWriteTimeout);
    server_.set_payload_max_length(kMaxBody);
    server_.set_socket_options([this](socket_t socket) {
      // Not the library's SO_REUSEPORT, with which two programs share one port unnoticed.
      const int yes = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
      listener_ = socket;
    });
  }

  ~Server() override {
    stop();
    if (thread_.joinable()) {
      thread_.join();
    } else if (port_ > 0) {
      ::close(listener_);  // bound but never served: the library would leave it open
    }
  }

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  Result<bool> take(const ServerOptions& options) {
    errno = 0;
    const int port = options.port == 0
                         ? server_.bind_to_any_port(options.host)
                         : (server_.bind_to_port(options.host, options.port) ? options.port : -1);
    if (port <= 0) return Failure{why_not_bound(options, errno)};
    port_ = port;
    // The library listens with a backlog of 5, and dropped connections cost a second each.
    ::listen(listener_, kBacklog);
    return true;
  }

  int port() const override { return port_; }

  void serve(Handler handler, FaultHandler fault) override {
    handler_ = std::move(handler);
    fault_ = std::move(fault);
    using Library = httplib::Server;
    server_.set_pre_routing_handler(
        [this](const auto& head, auto& out) { return on_head(head, out); });
    // For bodies alone; all else was answered on the head.
    server_.Post(R"([\s\S]*)", [this](const httplib::Request& request, httplib::Response& out) {
      write(handler_(request_of(request)), out, false);
    });
    server_.set_exception_handler(
        [this](const httplib::Request&, httplib::Response& out, const std::exception_ptr& error) {
          out.headers.clear();
          write(fault_(500, text_of(error)), out, true);
        });
    server_.set_error_handler(
        Library::HandlerWithResponse([this](const httplib::Request&, httplib::Response& out) {
          if (out.has_header("Content-Type")) return Library::HandlerResponse::Unhandled;  // ours
          write(fault_(out.status, "refused by the HTTP library"), out, true);
          return Library::HandlerResponse::Handled;
        }));
    thread_ = std::thread([this] {
      server_.listen_after_bind();
      const std::lock_guard lock(mutex_);
      ended_ = true;
      ended_changed_.notify_all();
    });
    // Until it runs the library does not hear a stop.
    while (!server_.is_running()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  void stop() override {
    if (thread_.joinable() && !stopped_.exchange(true)) server_.stop();
  }

  void wait() override {
    std::unique_lock lock(mutex_);
    ended_changed_.wait(lock, [this] { return ended_; });
  }

 private:
  /// Answers everything but a POST whose body is to be read first.
  httplib::Server::HandlerResponse on_head(const httplib::Request& head, httplib::Response& out) {
    using enum httplib::Server::HandlerResponse;
    const Request request = request_of(head);
    // The library would cut ranges out of an answer and compress it again, both at the word of the
    // request, so the request forgets them. It is the library's own object, and not a constant one.
    auto& mutable_head = const_cast<httplib::Request&>(head);
    mutable_head.ranges.clear();
    mutable_head.headers.erase("Accept-Encoding");

    const bool body = has_body(head);
    if (head.target.size() > kMaxTarget) {
      write(fault_(414, "target too long"), out, body);
    } else if (body && head.method == "POST") {
      const auto refused = refuse_body(head);
      if (!refused) return Unhandled;
      write(fault_(*refused, "body not read"), out, true);
    } else if (body && (head.method == "GET" || head.method == "HEAD")) {
      write(fault_(400, "body where none belongs"), out, true);
    } else {
      write(handler_(request), out, body);
    }
    return Handled;
  }

  httplib::Server server_;
  Handler handler_;
  FaultHandler fault_;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_;
  std::condition_variable ended_changed_;
  bool ended_ = false;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::bind(const ServerOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);  // a viewer who leaves must not end the program
  auto server = std::make_unique<Server>(options.threads);
  if (auto taken = server->take(options); !taken) return Failure{taken.error()};
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace jobtree::gateway
