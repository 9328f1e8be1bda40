#include "net/http_server.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

#include "base/mutex.h"
#include "net/connection/listener.h"
#include "net/worker.h"

namespace jobtree::net {
namespace {

constexpr rlim_t kFilesOfOthers = 128;  // what else the program has open: its own queries, files

/// Each viewer is an open file. Gives how many there may be, so that they leave some for all else.
std::size_t files_for_viewers() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 1024 - kFilesOfOthers;
  return files.rlim_cur - std::min(kFilesOfOthers, files.rlim_cur / 2);
}

class Server final : public HttpServer {
 public:
  Server(ServerOptions options, const Listener& listener)
      : port_(listener.port), shared_(std::move(options), listener.socket) {
    ::fcntl(shared_.listener, F_SETFL, ::fcntl(shared_.listener, F_GETFL) | O_NONBLOCK);
    for (std::size_t i = 0; i < shared_.options.workers; ++i) {
      workers_.push_back(std::make_unique<Worker>(shared_));
    }
  }

  ~Server() override {
    stop();
    wait();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  bool is_sound() const {
    return std::ranges::all_of(workers_, [](const auto& worker) { return worker->is_sound(); });
  }

  int port() const override { return port_; }
  std::size_t connections() const override { return shared_.admission.count(); }

  void serve(Handler handler, ErrorHandler error) override {
    shared_.handler = std::move(handler);
    shared_.error = std::move(error);
    {
      const Lock lock(mutex_);
      running_ = workers_.size();
    }
    for (const auto& worker : workers_) {
      worker->start(workers_, [this] { one_ended(); });
    }
  }

  void stop() override {
    shared_.is_stopping = true;
    ::shutdown(shared_.listener, SHUT_RDWR);
    for (const auto& worker : workers_) {
      worker->wake();
    }
  }

  void wait() override {
    const Lock lock(mutex_);
    while (running_ > 0) {
      ended_.wait(mutex_);
    }
  }

 private:
  void one_ended() {
    // When listening broke, one worker noticed it.
    for (const auto& worker : workers_) {
      worker->wake();
    }
    const Lock lock(mutex_);
    --running_;
    ended_.notify_all();
  }

  const int port_;
  Shared shared_;
  Mutex mutex_;
  Condition ended_;
  std::size_t running_ JOBTREE_GUARDED_BY(mutex_) = 0;
  std::vector<std::unique_ptr<Worker>> workers_;  // last: their threads use all of the above
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::bind(const ServerOptions& options) {
  ServerOptions bounded = options;
  bounded.max_connections = std::min(options.max_connections, files_for_viewers());
  if (bounded.workers == 0) bounded.workers = std::max(1U, std::thread::hardware_concurrency());
  auto listener = listen_on(options.host, options.port);
  if (!listener) return listener.failure();
  auto server = std::make_unique<Server>(std::move(bounded), listener.value());
  if (!server->is_sound()) {
    return Failure::system(
        bilingual({"cannot listen: {0}; raise the limit of open files (ulimit -n)",
                   "无法监听：{0}；请提高可打开文件数的上限（ulimit -n）"},
                  std::strerror(errno)));
  }
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace jobtree::net
