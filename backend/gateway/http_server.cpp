#include "gateway/http_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <unordered_map>

#include "gateway/request_head.h"
#include "http/head_writer.h"
#include "net/listener.h"

namespace jobtree::gateway {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kPiece = std::size_t{16} * 1024;  // read at one time
constexpr std::size_t kMaxDiscarded = std::size_t{1} << 20;
constexpr std::size_t kMaxRequests = 100'000;  // on one connection
constexpr rlim_t kFiles = 65536;
constexpr rlim_t kFilesOfOthers = 128;  // what else the program has open: its own questions, files
constexpr std::chrono::milliseconds kTick{200};  // how late a deadline may be noticed
constexpr std::chrono::milliseconds kStall{2};   // without a free thread, before there are more
constexpr std::chrono::seconds kGoodBye{2};      // for what the other side still sends
constexpr std::chrono::seconds kGrace{3};        // after a stop, to take the last answer
constexpr Clock::time_point kNever = Clock::time_point::max();

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  operator int() const { return number_; }

 private:
  int number_;
};

/// An address of either family as IPv6 has it.
in6_addr address_of(const sockaddr_storage& peer) {
  in6_addr address{};
  if (peer.ss_family == AF_INET6) {
    return reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
  }
  address.s6_addr[10] = address.s6_addr[11] = 0xff;
  std::memcpy(&address.s6_addr[12], &reinterpret_cast<const sockaddr_in&>(peer).sin_addr, 4);
  return address;
}

std::string text_of(const in6_addr& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    ::inet_ntop(AF_INET, &address.s6_addr[12], text, sizeof text);
  } else {
    ::inet_ntop(AF_INET6, &address, text, sizeof text);
  }
  return text;
}

/// What counts as one address: whoever has one of these has all.
std::string neighbourhood_of(const in6_addr& address) {
  const auto* const bytes = reinterpret_cast<const char*>(address.s6_addr);
  const bool is_v4 = IN6_IS_ADDR_V4MAPPED(&address);
  if (IN6_IS_ADDR_LOOPBACK(&address) || (is_v4 && address.s6_addr[12] == 127)) return {};
  return {bytes, is_v4 ? 16U : 8U};
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

bool has_left(int socket) {
  pollfd state{.fd = socket, .events = POLLRDHUP, .revents = 0};
  return ::poll(&state, 1, 0) != 0;  // POLLHUP and POLLERR come unasked
}

Request request_of(const RequestHead& head, std::string_view body, const std::string& peer,
                   int socket) {
  const std::string_view target = head.target;
  const std::size_t question = std::min(target.find('?'), target.size());
  return {.method = std::string(head.method),
          .path = std::string(target.substr(0, question)),
          .query = std::string(target.substr(std::min(question + 1, target.size()))),
          .host = head.header("Host"),
          .origin = head.header("Origin"),
          .fetch_site = head.header("Sec-Fetch-Site"),
          .content_type = head.header("Content-Type"),
          .accept_encoding = head.header("Accept-Encoding"),
          .if_none_match = head.header("If-None-Match"),
          .prefer = head.header("Prefer"),
          .authorization = head.header("Authorization"),
          .forwarded_for = head.header("X-Forwarded-For"),
          .body = std::string(body),
          .peer = peer,
          .has_left = [socket] { return has_left(socket); }};
}

/// How an answer goes out.
struct Manner {
  bool is_head = false;  ///< without its body
  bool is_last = false;  ///< the connection is closed after it
};

/// Used by one thread at a time: by the one that the kernel told of it, until that one waits for
/// the kernel's word again. Only the deadline is looked at from elsewhere.
struct Connection {
  Connection(int number, const in6_addr& peer)
      : socket(number), address(text_of(peer)), neighbourhood(neighbourhood_of(peer)) {}

  const Descriptor socket;
  const std::string address;
  const std::string neighbourhood;
  std::string in;    ///< what came and is not answered yet
  std::string head;  ///< of an answer that has to go out first; "" when there is none
  std::shared_ptr<const std::string> body;  ///< of the same, or null
  std::size_t sent = 0;                     ///< of both together
  Clock::time_point answered_at;
  std::size_t requests = 0;  ///< answered so far
  std::size_t discarded = 0;
  bool is_asking = false;   ///< a request has begun to come
  bool is_last = false;     ///< the answer is the last one
  bool is_leaving = false;  ///< it is out; what still comes is thrown away
  std::atomic<Clock::time_point> deadline = kNever;
  std::atomic<bool> is_waiting = false;  ///< the kernel orders the turns; this tells the language
};

enum class Wants { input, room, nothing };

class Server final : public HttpServer {
 public:
  Server(const ServerOptions& options, net::Listener listener)
      : options_(options),
        port_(listener.port),
        listener_(listener.socket),
        spare_(std::min<std::size_t>(options.threads, std::thread::hardware_concurrency() + 2)) {
    ::fcntl(listener_, F_SETFL, ::fcntl(listener_, F_GETFL) | O_NONBLOCK);
  }

  ~Server() override {
    stop();
    wait();
  }

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Whether the system gave what a server needs.
  bool is_sound() const { return epoll_ >= 0 && end_ >= 0; }

  int port() const override { return port_; }

  std::size_t connections() const override {
    const std::lock_guard lock(mutex_);
    return connections_.size();
  }

  void serve(Handler handler, FaultHandler fault) override {
    handler_ = std::move(handler);
    fault_ = std::move(fault);
    watch(end_, EPOLL_CTL_ADD, EPOLLIN, &end_);
    watch(listener_, EPOLL_CTL_ADD, EPOLLIN | EPOLLONESHOT, &listener_);
    timekeeper_ = std::jthread([this] { keep_time(); });
    const std::lock_guard lock(mutex_);
    call_threads(spare_);
  }

  void stop() override {
    const std::lock_guard lock(mutex_);
    if (is_stopping_) return;
    is_stopping_ = true;
    stopped_at_ = Clock::now();
    // Both wake the threads that wait. A request that has come whole is still read after this.
    ::shutdown(listener_, SHUT_RDWR);
    for (const auto& [socket, connection] : connections_) {
      ::shutdown(socket, SHUT_RD);
    }
    end_if_done();
  }

  void wait() override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return has_ended_; });
  }

 private:
  bool watch(int socket, int operation, std::uint32_t events, void* what) const {
    epoll_event event{.events = events, .data = {.ptr = what}};
    return ::epoll_ctl(epoll_, operation, socket, &event) == 0;
  }

  // The threads. A few wait for the kernel's word, and whoever gets it sees the request through.
  // More than a few would only fight for the processors, so that the others rest, until those few
  // are stuck in handlers that wait.

  void work() {
    http::HeadWriter writer(std::chrono::duration_cast<std::chrono::seconds>(options_.idle_time),
                            kMaxRequests);
    for (;;) {
      if (waiting_ >= spare_) rest();
      epoll_event event{};
      ++waiting_;
      const int count = ::epoll_wait(epoll_, &event, 1, -1);
      const bool was_last = waiting_.fetch_sub(1) == 1;
      if (count != 1) continue;  // a debugger's interruption
      if (event.data.ptr == &end_) return;
      if (was_last && !is_short_.exchange(true)) {
        const std::lock_guard lock(mutex_);
        changed_.notify_all();
      }
      if (event.data.ptr == &listener_) {
        accept_all(writer);
      } else {
        attend(*static_cast<Connection*>(event.data.ptr), writer);
      }
      ++turns_;
    }
  }

  void rest() {
    std::unique_lock lock(mutex_);
    ++resting_;
    called_changed_.wait(lock, [this] { return called_ > 0 || has_ended_; });
    if (called_ > 0) --called_;
  }

  bool has_more_threads() const { return resting_ > 0 || threads_.size() < options_.threads; }

  /// So many threads more, as far as there are any. Under the lock.
  void call_threads(std::size_t count) {
    for (; count > 0 && has_more_threads() && !has_ended_; --count) {
      if (resting_ > 0) {
        --resting_;
        ++called_;
        called_changed_.notify_one();
        continue;
      }
      try {
        threads_.emplace_back([this] { work(); });
      } catch (const std::system_error&) {
        return;  // the system has none left
      }
    }
  }

  /// Calls more threads when all were busy for a while and none of them got anything done.
  void end_shortage() {
    is_short_ = false;  // before the look, so that whoever takes the last one after it says so
    if (waiting_ > 0) return;
    is_short_ = true;
    const std::size_t turns = turns_;
    if (std::exchange(turns_seen_, turns) != turns) return;
    call_threads(std::max(spare_, (threads_.size() - resting_) / 2));
  }

  void accept_all(http::HeadWriter& writer) {
    for (;;) {
      sockaddr_storage peer{};
      socklen_t size = sizeof peer;
      const int socket = ::accept4(listener_, reinterpret_cast<sockaddr*>(&peer), &size,
                                   SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket >= 0) {
        admit(socket, address_of(peer), writer);
      } else if (errno == EAGAIN) {
        watch(listener_, EPOLL_CTL_MOD, EPOLLIN | EPOLLONESHOT, &listener_);
        return;
      } else if (errno == EBADF || errno == EINVAL || errno == ENOTSOCK) {
        return stop();  // as it is meant, or listening broke
      } else if (errno != EINTR && errno != ECONNABORTED) {
        // There are no more files, most likely; the timekeeper tries again.
        const std::lock_guard lock(mutex_);
        is_full_ = true;
        changed_.notify_all();
        return;
      }
    }
  }

  void admit(int socket, const in6_addr& peer, http::HeadWriter& writer) {
    // An answer in two segments would else wait for the other side's word, 40 ms long.
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    auto connection = std::make_unique<Connection>(socket, peer);
    connection->deadline = Clock::now() + options_.idle_time;
    if (Connection* const admitted = enter(connection)) {
      admitted->is_waiting.store(true, std::memory_order_release);
      if (!watch(socket, EPOLL_CTL_ADD, EPOLLIN | EPOLLONESHOT, admitted)) close(*admitted);
      return;
    }
    if (is_stopping_) return;
    const Response answer =
        fault_(503, "too many connections, in all or from " + connection->address, "");
    const std::string bytes = head_of(answer, true, writer) + answer.body;
    ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }

  /// Takes a connection into the book, and it stays there until it is closed; null if there is no
  /// room for it.
  Connection* enter(std::unique_ptr<Connection>& connection) {
    const std::lock_guard lock(mutex_);
    if (is_stopping_ || connections_.size() >= options_.max_connections) return nullptr;
    std::size_t& neighbours = neighbours_[connection->neighbourhood];
    if (neighbours >= options_.max_per_address) return nullptr;
    ++neighbours;
    if (connections_.empty()) changed_.notify_all();
    const int socket = connection->socket;
    return (connections_[socket] = std::move(connection)).get();
  }

  void close(Connection& connection) {
    const std::lock_guard lock(mutex_);
    const auto neighbours = neighbours_.find(connection.neighbourhood);
    if (--neighbours->second == 0) neighbours_.erase(neighbours);
    // The socket is closed by this, under the lock, so that nobody shuts its number's next owner.
    connections_.erase(connection.socket);
    end_if_done();
  }

  void end_if_done() {
    if (!is_stopping_ || !connections_.empty() || has_ended_) return;
    has_ended_ = true;
    changed_.notify_all();
    called_changed_.notify_all();
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(end_, &one, sizeof one);
  }

  void keep_time() {
    std::unique_lock lock(mutex_);
    while (!has_ended_) {
      if (is_short_ && has_more_threads()) {
        changed_.wait_for(lock, kStall);
        end_shortage();
      } else if (!connections_.empty() || is_full_) {
        changed_.wait_for(lock, kTick);
      } else {
        changed_.wait(lock);
      }
      if (const auto now = Clock::now(); now >= next_look_) {
        next_look_ = now + kTick;
        look_at_deadlines(now);
      }
    }
  }

  /// Shuts each socket whose time is over, which tells whoever has its connection.
  void look_at_deadlines(Clock::time_point now) {
    const bool is_over = is_stopping_ && now >= stopped_at_ + kGrace;
    for (const auto& [socket, connection] : connections_) {
      const Clock::time_point deadline = connection->deadline;
      if (now >= deadline || (is_over && deadline != kNever)) ::shutdown(socket, SHUT_RDWR);
    }
    if (std::exchange(is_full_, false)) {
      watch(listener_, EPOLL_CTL_MOD, EPOLLIN | EPOLLONESHOT, &listener_);
    }
  }

  /// A turn with a connection that has something to read, or room for what it is to be sent.
  void attend(Connection& connection, http::HeadWriter& writer) {
    connection.is_waiting.exchange(false, std::memory_order_acquire);
    const Wants wants = turn(connection, writer);
    if (wants == Wants::nothing) return close(connection);
    const std::uint32_t event = wants == Wants::room ? EPOLLOUT : EPOLLIN;
    const int socket = connection.socket;
    connection.is_waiting.store(true, std::memory_order_release);
    watch(socket, EPOLL_CTL_MOD, event | EPOLLONESHOT,
          &connection);  // the next turn may have begun
  }

  Wants turn(Connection& connection, http::HeadWriter& writer) {
    if (connection.is_leaving) return discard(connection);
    if (connection.head.empty() && !receive(connection)) return Wants::nothing;
    for (;;) {
      if (const Wants wants = send(connection); wants != Wants::input) return wants;
      if (connection.is_last) return leave(connection);
      if (!answer_next(connection, writer)) break;
    }
    if (connection.in.empty()) {
      connection.deadline = Clock::now() + options_.idle_time;
    } else if (!std::exchange(connection.is_asking, true)) {
      connection.deadline = Clock::now() + options_.request_time;
    }
    return Wants::input;
  }

  /// False when the other side is gone, or sends no more.
  static bool receive(Connection& connection) {
    std::array<char, kPiece> piece;
    const ssize_t count = ::recv(connection.socket, piece.data(), piece.size(), 0);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    connection.in.append(piece.data(), static_cast<std::size_t>(count));
    return count > 0;
  }

  /// Sends what there is to send: `input` when all is out.
  Wants send(Connection& connection) const {
    const std::string_view head = connection.head;
    const std::string_view body = connection.body ? std::string_view(*connection.body) : "";
    while (connection.sent < head.size() + body.size()) {
      const std::size_t of_head = std::min(connection.sent, head.size());
      // Neither is written to; the type is older than const.
      std::array<iovec, 2> parts{piece(head, of_head), piece(body, connection.sent - of_head)};
      msghdr message{};
      message.msg_iov = parts.data();
      message.msg_iovlen = parts.size();
      const ssize_t count = ::sendmsg(connection.socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno != EAGAIN) return Wants::nothing;
      if (count < 0) {
        connection.deadline = connection.answered_at + time_to_take(connection.sent);
        return Wants::room;
      }
      connection.sent += static_cast<std::size_t>(count);
    }
    connection.head = {};
    connection.body = nullptr;
    connection.sent = 0;
    return Wants::input;
  }

  static iovec piece(std::string_view bytes, std::size_t from) {
    return {.iov_base = const_cast<char*>(bytes.data()) + from, .iov_len = bytes.size() - from};
  }

  /// Whoever takes nothing has answer_time; what is taken wins more.
  std::chrono::milliseconds time_to_take(std::size_t bytes) const {
    return options_.answer_time + std::chrono::milliseconds(bytes * 1000 / options_.slowest_pace);
  }

  /// Closes for writing, and waits a moment for the other side to do so too: closing with something
  /// unread would reset the connection, and the other side might lose what it was sent.
  static Wants leave(Connection& connection) {
    ::shutdown(connection.socket, SHUT_WR);
    connection.is_leaving = true;
    connection.in = {};
    connection.deadline = Clock::now() + kGoodBye;
    return Wants::input;
  }

  static Wants discard(Connection& connection) {
    const bool goes_on = receive(connection);
    connection.discarded += connection.in.size();
    connection.in.clear();
    return goes_on && connection.discarded < kMaxDiscarded ? Wants::input : Wants::nothing;
  }

  /// Puts the answer to the next request into `out`. False when that has not come whole yet.
  bool answer_next(Connection& connection, http::HeadWriter& writer) {
    const HeadReading reading = read_head(connection.in);
    if (const auto* const refusal = std::get_if<Refusal>(&reading)) {
      refuse(connection, *refusal, writer);
      return true;
    }
    const auto* const head = std::get_if<RequestHead>(&reading);
    if (head == nullptr) return false;
    const std::size_t size = head->size + head->body_size;
    if (connection.in.size() < size) return false;

    const std::string_view body =
        std::string_view(connection.in).substr(head->size, head->body_size);
    const Request request = request_of(*head, body, connection.address, connection.socket);
    const bool may_keep = head->keeps_connection && ++connection.requests < kMaxRequests;
    connection.in.erase(0, size);
    connection.is_asking = false;
    connection.deadline = kNever;  // a handler takes the time it takes
    bool is_well = true;
    Response answer = answer_of(request, is_well);
    say(connection, std::move(answer),
        {.is_head = request.method == "HEAD", .is_last = !may_keep || !is_well || is_stopping_},
        writer);
    return true;
  }

  Response answer_of(const Request& request, bool& is_well) const {
    try {
      return handler_(request);
    } catch (...) {
      is_well = false;
      return fault_(500, text_of(std::current_exception()), request.origin);
    }
  }

  void refuse(Connection& connection, const Refusal& refusal, http::HeadWriter& writer) const {
    Response answer = fault_(refusal.status, refusal.why, origin_in(connection.in));
    if (refusal.status == 405) answer.headers.emplace_back("Allow", "GET, HEAD, OPTIONS, POST");
    const bool is_head = connection.in.starts_with("HEAD ");
    say(connection, std::move(answer), {.is_head = is_head, .is_last = true}, writer);
  }

  void say(Connection& connection, Response answer, Manner manner, http::HeadWriter& writer) const {
    connection.head = head_of(answer, manner.is_last, writer);
    if (!manner.is_head && (answer.shared_body || !answer.body.empty())) {
      connection.body = answer.shared_body
                            ? std::move(answer.shared_body)
                            : std::make_shared<const std::string>(std::move(answer.body));
    }
    connection.is_last = manner.is_last;
    connection.answered_at = Clock::now();
    connection.deadline = connection.answered_at + options_.answer_time;
  }

  static std::string head_of(const Response& answer, bool is_last, http::HeadWriter& writer) {
    const std::string& body = answer.shared_body ? *answer.shared_body : answer.body;
    return writer.write({.status = answer.status,
                         .content_type = answer.content_type,
                         .headers = answer.headers,
                         .body_size = body.size(),
                         .is_last = is_last});
  }

  const ServerOptions options_;
  const int port_;
  Handler handler_;
  FaultHandler fault_;
  Descriptor listener_;
  const Descriptor epoll_{::epoll_create1(EPOLL_CLOEXEC)};
  Descriptor end_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};  // readable: threads go home
  const std::size_t spare_;                                   // threads that wait for work, at most
  std::atomic<std::size_t> waiting_ = 0;                      // threads that do
  std::atomic<std::size_t> turns_ = 0;                        // done by any thread
  std::atomic<bool> is_short_ = false;  // there was a moment when no thread waited
  std::atomic<bool> is_stopping_ = false;

  mutable std::mutex mutex_;  // for all that follows, and never held while anything waits
  std::condition_variable changed_;
  std::unordered_map<int, std::unique_ptr<Connection>> connections_;  // by their socket
  std::unordered_map<std::string, std::size_t> neighbours_;  // how many an address has open
  Clock::time_point stopped_at_;
  Clock::time_point next_look_;
  bool is_full_ = false;  // nobody listens until there are files again
  std::size_t resting_ = 0, called_ = 0, turns_seen_ = 0;
  std::condition_variable called_changed_;
  bool has_ended_ = false;
  std::vector<std::jthread> threads_;  // last, with the next: they use all of the above
  std::jthread timekeeper_;
};

/// Each viewer is an open file, and of those programs get few unless they ask. Gives how many there
/// may be, so that they leave some for all else.
std::size_t allow_many_files() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return kFiles;
  rlimit more = files;
  more.rlim_cur = std::max(files.rlim_cur, std::min(files.rlim_max, kFiles));
  if (::setrlimit(RLIMIT_NOFILE, &more) == 0) files = more;
  return files.rlim_cur - std::min(kFilesOfOthers, files.rlim_cur / 2);
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::bind(const ServerOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);  // a viewer who leaves must not end the program
  ServerOptions bounded = options;
  bounded.max_connections = std::min(options.max_connections, allow_many_files());
  auto listener = net::listen_on(options.host, options.port);
  if (!listener) return listener.failure();
  auto server = std::make_unique<Server>(bounded, listener.value());
  if (!server->is_sound()) {
    return Failure::system("cannot listen: " + std::string(std::strerror(errno)) +
                           "; let this program have more open files (ulimit -n)");
  }
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace jobtree::gateway
