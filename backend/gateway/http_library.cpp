#include "gateway/http_library.h"

#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <functional>
#include <string_view>
#include <utility>

namespace jobtree::gateway {
namespace {

constexpr int kBacklog = 1024;

/// RFC 9110, 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::time_t now) {
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

std::string why_not_bound(const std::string& host, int port, int error) {
  const std::string where = host + ":" + std::to_string(port);
  if (error == EADDRINUSE) {
    return where +
           " is in use by another program; end that one, or listen on another port "
           "(port 0 takes any free one)";
  }
  if (error == EACCES) return where + " is not allowed here; listen on a port above 1023";
  if (error == EADDRNOTAVAIL) return where + " is no address of this machine";
  return "cannot listen on " + where + (error == 0 ? "" : ": " + std::string(std::strerror(error)));
}

/// What the library takes for a connection: a request to read, and room for the answer.
class Memory final : public httplib::Stream {
 public:
  explicit Memory(std::string_view request) : request_(request) {}

  std::string take_answer() { return std::move(answer_); }

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* bytes, std::size_t size) override {
    const std::size_t count = std::min(size, request_.size());
    std::memcpy(bytes, request_.data(), count);
    request_.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* bytes, std::size_t size) override {
    answer_.append(bytes, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string& ip, int& port) const override { nowhere(ip, port); }
  void get_local_ip_and_port(std::string& ip, int& port) const override { nowhere(ip, port); }
  socket_t socket() const override { return INVALID_SOCKET; }

 private:
  static void nowhere(std::string& ip, int& port) {
    ip.clear();
    port = 0;
  }

  std::string_view request_;
  std::string answer_;
};

}  // namespace

Result<Listener> listen_on(const std::string& host, int port) {
  httplib::Server opener;
  Listener listener;
  opener.set_socket_options([&listener](socket_t socket) {
    // Not the library's SO_REUSEPORT, with which two programs share one port unnoticed.
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    listener.socket = socket;
  });
  errno = 0;
  listener.port = port == 0                         ? opener.bind_to_any_port(host)
                  : opener.bind_to_port(host, port) ? port
                                                    : -1;
  if (listener.port <= 0) return Failure{why_not_bound(host, port, errno)};
  // The library listens with a backlog of 5, and dropped connections cost a second each.
  ::listen(listener.socket, kBacklog);
  return listener;
}

class AnswerWriter::Library final : public httplib::Server {
 public:
  Library(std::chrono::seconds idle_time, std::size_t max_requests) {
    set_keep_alive_timeout(idle_time.count());
    set_keep_alive_max_count(max_requests);
    set_pre_routing_handler([this](const httplib::Request&, httplib::Response& out) {
      show(out);
      return HandlerResponse::Handled;
    });
  }

  std::string write(Response answer, Manner manner) {
    answer_ = std::move(answer);
    // The library's reader of requests, where its known faults are, never sees a real one: it would
    // decode, compress and cut at the word of its headers.
    Memory memory(manner.is_head ? "HEAD / HTTP/1.1\r\n\r\n" : "GET / HTTP/1.1\r\n\r\n");
    bool closed = false;
    run(&Library::process_request, memory, manner.is_last, closed);
    return memory.take_answer();
  }

 private:
  using Prepare = std::function<void(httplib::Request&)>;
  /// cpp-httplib 0.11 and 0.18 have the same function with other arguments.
  using Process11 = bool (httplib::Server::*)(httplib::Stream&, bool, bool&, const Prepare&);
  using Process18 = bool (httplib::Server::*)(httplib::Stream&, const std::string&, int,
                                              const std::string&, int, bool, bool&, const Prepare&);

  void run(Process11 process, httplib::Stream& stream, bool close, bool& closed) {
    (this->*process)(stream, close, closed, nullptr);
  }
  void run(Process18 process, httplib::Stream& stream, bool close, bool& closed) {
    static const std::string kNowhere;
    (this->*process)(stream, kNowhere, 0, kNowhere, 0, close, closed, nullptr);
  }

  void show(httplib::Response& out) {
    out.status = answer_.status;
    for (const auto& [name, value] : answer_.headers) {
      out.set_header(name, value);
    }
    out.set_header("Date", date());
    out.set_header("Accept-Ranges", "none");
    if (!answer_.content_type.empty()) out.set_header("Content-Type", answer_.content_type);
    out.body = std::move(answer_.body);
  }

  /// Made once a second.
  const std::string& date() {
    const std::time_t now = std::time(nullptr);
    if (now != second_) date_ = http_date(second_ = now);
    return date_;
  }

  Response answer_;
  std::time_t second_ = -1;
  std::string date_;
};

AnswerWriter::AnswerWriter(std::chrono::seconds idle_time, std::size_t max_requests)
    : library_(std::make_unique<Library>(idle_time, max_requests)) {}

AnswerWriter::~AnswerWriter() = default;

std::string AnswerWriter::write(Response answer, Manner manner) {
  return library_->write(std::move(answer), manner);
}

}  // namespace jobtree::gateway
