#include "http/head_writer.h"

#include <httplib.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <functional>
#include <string_view>

namespace jobtree::http {
namespace {

// The library's reader of requests, where its known faults are, never sees a real one: it would
// decode, compress and cut at the word of its headers. Answers to HEAD have no body.
constexpr std::string_view kRequest = "HEAD / HTTP/1.1\r\n\r\n";

/// RFC 9110, 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::time_t now) {
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

/// An answer that never has a body has no length to tell, least of all that of the page it stands
/// for (RFC 9110, 8.6); the library says 0.
void drop_length(std::string& head) {
  constexpr std::string_view kLength = "\r\nContent-Length: 0\r\n";
  const std::size_t at = head.find(kLength);
  if (at != std::string::npos) head.erase(at, kLength.size() - 2);
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

class HeadWriter::Library final : public httplib::Server {
 public:
  Library(std::chrono::seconds idle_time, std::size_t max_requests) {
    set_keep_alive_timeout(idle_time.count());
    set_keep_alive_max_count(max_requests);
    set_pre_routing_handler([this](const httplib::Request&, httplib::Response& out) {
      show(*head_, out);
      return HandlerResponse::Handled;
    });
  }

  std::string write(const Head& head) {
    head_ = &head;
    Memory memory(kRequest);
    bool closed = false;
    run(&Library::process_request, memory, head.is_last, closed);
    std::string text = memory.take_answer();
    if (head.status == 204 || head.status == 304) drop_length(text);
    return text;
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

  void show(const Head& head, httplib::Response& out) {
    out.status = head.status;
    for (const auto& [name, value] : head.headers) {
      out.set_header(name, value);
    }
    if (!out.has_header("Date")) out.set_header("Date", date());
    out.set_header("Accept-Ranges", "none");
    if (head.body_size > 0) {
      // Only its size is looked at.
      out.set_content_provider(head.body_size, head.content_type,
                               [](std::size_t, std::size_t, httplib::DataSink&) { return false; });
    } else if (!head.content_type.empty()) {
      out.set_header("Content-Type", head.content_type);
    }
  }

  /// Made once a second.
  const std::string& date() {
    const std::time_t now = std::time(nullptr);
    if (now != second_) date_ = http_date(second_ = now);
    return date_;
  }

  const Head* head_ = nullptr;
  std::time_t second_ = -1;
  std::string date_;
};

HeadWriter::HeadWriter(std::chrono::seconds idle_time, std::size_t max_requests)
    : library_(std::make_unique<Library>(idle_time, max_requests)) {}

HeadWriter::~HeadWriter() = default;

std::string HeadWriter::write(const Head& head) {
  return library_->write(head);
}

}  // namespace jobtree::http
