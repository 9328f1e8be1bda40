#include "net/request/library.h"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <type_traits>
#include <utility>

#include "base/ascii.h"

namespace jobtree::net {
namespace {

template <class>
[[maybe_unused]] constexpr bool kIsKnown = false;

}  // namespace

/// What the library takes for a connection: a head to read, and nowhere to write to. Its virtual
/// functions differ between the versions, so none says "override", and a version that wants one
/// more is found below.
class Library::Memory : public httplib::Stream {
 public:
  void read_from(std::string_view bytes) { bytes_ = bytes; }

  // NOLINTBEGIN(modernize-use-override)
  virtual bool is_readable() const { return true; }
  virtual bool is_writable() const { return true; }
  virtual bool wait_readable() const { return true; }
  virtual bool wait_writable() const { return true; }
  virtual std::time_t duration() const { return 0; }
  virtual ssize_t read(char* bytes, std::size_t size) {
    const std::size_t count = std::min(size, bytes_.size());
    std::memcpy(bytes, bytes_.data(), count);
    bytes_.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }
  virtual ssize_t write(const char*, std::size_t size) { return static_cast<ssize_t>(size); }
  virtual void get_remote_ip_and_port(std::string& ip, int& port) const { nowhere(ip, port); }
  virtual void get_local_ip_and_port(std::string& ip, int& port) const { nowhere(ip, port); }
  virtual socket_t socket() const { return INVALID_SOCKET; }
  // NOLINTEND(modernize-use-override)

 private:
  static void nowhere(std::string& ip, int& port) {
    ip.clear();
    port = 0;
  }

  std::string_view bytes_;
};

class Library::Server final : public httplib::Server {
 public:
  Server(std::vector<std::string> headers, Dispatch dispatch)
      : headers_(std::move(headers)), dispatch_(std::move(dispatch)) {
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      is_dispatched_ = true;
      if (copy_ != nullptr) copy_->emplace(request);
      dispatch_(request, response);
      return HandlerResponse::Handled;
    });
  }

  void dispatch(const httplib::Request& request) {
    httplib::Response response;
    dispatch_(request, response);
  }

  bool process(const RequestHead& head, std::string_view body, const std::string& peer,
               std::optional<httplib::Request>* copy) {
    word(head);
    memory_.read_from(text_);
    is_dispatched_ = false;
    copy_ = copy;
    const Prepare complete = [&](httplib::Request& request) {
      request.body = body;
      request.remote_addr = peer;
      // 0.11 and 0.18 decode %XX in header values; handlers get what came.
      for (const std::string_view name : odd_) {
        request.headers.erase(std::string(name));
        request.headers.emplace(name, head.header(name));
      }
    };
    // "true": the connection is ours to keep, and the library need not word a promise about it.
    run(&Server::process_request, complete);
    return is_dispatched_;
  }

 private:
  using Prepare = std::function<void(httplib::Request&)>;
  using Process11 = bool (httplib::Server::*)(httplib::Stream&, bool, bool&, const Prepare&);
  using Process18 = bool (httplib::Server::*)(httplib::Stream&, const std::string&, int,
                                              const std::string&, int, bool, bool&, const Prepare&);
  using Process41 = bool (httplib::Server::*)(httplib::Stream&, const std::string&, int,
                                              const std::string&, int, bool, bool&, const Prepare&,
                                              bool*);

  template <class Process>
  void run(Process process, const Prepare& complete) {
    bool is_closed = false;
    if constexpr (std::is_same_v<Process, Process11>) {
      (this->*process)(memory_, true, is_closed, complete);
    } else if constexpr (std::is_same_v<Process, Process18>) {
      (this->*process)(memory_, nowhere_, 0, nowhere_, 0, true, is_closed, complete);
    } else if constexpr (std::is_same_v<Process, Process41>) {
      (this->*process)(memory_, nowhere_, 0, nowhere_, 0, true, is_closed, complete, nullptr);
    } else {
      static_assert(kIsKnown<Process>,
                    "This version of cpp-httplib processes a request otherwise than 0.11, 0.18 and "
                    "0.41 do: add its form to backend/net/library.cpp.");
    }
  }

  /// The request as the library is to see it: its line, and the headers that handlers know.
  void word(const RequestHead& head) {
    text_.clear();
    odd_.clear();
    text_.append(head.method).append(" ").append(head.target).append(" HTTP/1.1\r\n");
    for (std::size_t i = 0; i < head.headers.size(); ++i) {
      const std::string_view name = head.headers[i].first;
      const std::string_view value = head.headers[i].second;
      const auto known = std::ranges::find_if(
          headers_, [name](const auto& one) { return equals_ignoring_case(one, name); });
      if (known == headers_.end()) continue;
      const bool is_odd = value.find('%') != std::string_view::npos || is_repeated(head, i);
      if (is_odd && std::ranges::find(odd_, *known) == odd_.end()) odd_.push_back(*known);
      text_.append(*known).append(": ").append(value).append("\r\n");
    }
    text_.append("\r\n");
  }

  static bool is_repeated(const RequestHead& head, std::size_t place) {
    const std::string_view name = head.headers[place].first;
    for (std::size_t i = 0; i < place; ++i) {
      if (equals_ignoring_case(head.headers[i].first, name)) return true;
    }
    return false;
  }

  const std::vector<std::string> headers_;
  const Dispatch dispatch_;
  const std::string nowhere_;
  static_assert(
      !std::is_abstract_v<Memory>,
      "This version of cpp-httplib wants more of a Stream than 0.11, 0.18 and 0.41 do: add "
      "the missing function to Memory in backend/net/library.cpp.");
  Memory memory_;
  std::string text_;
  std::vector<std::string_view>
      odd_;  ///< names whose values the library would not keep as they are
  std::optional<httplib::Request>* copy_ = nullptr;
  bool is_dispatched_ = false;
};

Library::Library(std::vector<std::string> headers, Dispatch dispatch)
    : server_(std::make_unique<Server>(std::move(headers), std::move(dispatch))) {}
Library::~Library() = default;

bool Library::process(const RequestHead& head, std::string_view body, const std::string& peer,
                      std::optional<httplib::Request>* copy) {
  return server_->process(head, body, peer, copy);
}

void Library::dispatch(const httplib::Request& request) {
  server_->dispatch(request);
}

}  // namespace jobtree::net
