// A scripted HTTP server on a loopback port, for tests of the transport.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace jobtree::tests {

/// Accepts connections on a free port and gives each a thread.
class LoopbackListener {
 public:
  /// `talk` gets a connected socket, which is closed when it returns.
  explicit LoopbackListener(std::function<void(int peer)> talk) : talk_(std::move(talk)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    (void)::bind(socket_, reinterpret_cast<sockaddr*>(&name), size);
    ::listen(socket_, 64);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&name), &size);
    port_ = ntohs(name.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  LoopbackListener(const LoopbackListener&) = delete;
  LoopbackListener& operator=(const LoopbackListener&) = delete;
  ~LoopbackListener() {
    ::shutdown(socket_, SHUT_RDWR);  // wakes accept()
    thread_.join();
    ::close(socket_);
    for (std::thread& talk : talks_)
      talk.join();
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }

 private:
  void serve() {
    for (;;) {
      const int peer = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      if (peer < 0) return;
      ++connections_;
      talks_.emplace_back([this, peer] {
        talk_(peer);
        ::close(peer);
      });
    }
  }

  std::function<void(int)> talk_;
  int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::vector<std::thread> talks_;
  std::thread thread_;
};

/// Plays a cloud: answers each request as a script says.
class LoopbackServer {
 public:
  /// What one request is answered with. An empty text hangs up without a word.
  struct Reaction {
    std::string text = "";
    bool hang_up = false;  ///< after the text
    bool silent = false;   ///< say nothing until the client goes
  };
  using Script = std::function<Reaction(int request_number)>;

  explicit LoopbackServer(Script script) : script_(std::move(script)) {}

  std::string url() const { return listener_.url(); }
  int connections() const { return listener_.connections(); }
  /// The heads of all requests so far.
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void talk(int peer) {
    std::string input;
    for (;;) {
      const std::size_t end = input.find("\r\n\r\n");
      if (end == std::string::npos) {
        char bytes[4096];
        const ssize_t count = ::recv(peer, bytes, sizeof bytes, 0);
        if (count <= 0) return;
        input.append(bytes, static_cast<std::size_t>(count));
        continue;
      }
      const Reaction reaction = react(input.substr(0, end + 2));
      input.erase(0, end + 4);
      if (reaction.silent) continue;  // recv() returns when the client has given up
      ::send(peer, reaction.text.data(), reaction.text.size(), MSG_NOSIGNAL);
      if (reaction.hang_up || reaction.text.empty()) return;
    }
  }

  Reaction react(const std::string& head) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(head);
    return script_(static_cast<int>(requests_.size()));
  }

  Script script_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  LoopbackListener listener_{[this](int peer) { talk(peer); }};  // last: it uses the others
};

}  // namespace jobtree::tests
