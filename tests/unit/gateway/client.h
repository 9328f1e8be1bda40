// A browser's worst manners: sends any bytes to a port of this machine and reads one answer.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace jobtree::gateway {

struct Reply {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case; of several, a list
  std::string body;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
  nlohmann::json json() const { return nlohmann::json::parse(body); }
  /// The code of a problem document.
  std::string code() const { return json().at("code"); }
};

class Connection {
 public:
  explicit Connection(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      ::close(socket_);
      throw std::runtime_error("cannot connect");
    }
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // closed from the other side: the answer tells why
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  void end_sending() { ::shutdown(socket_, SHUT_WR); }

  /// Makes the close a TCP reset.
  void reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

  Reply read(bool has_body = true) {
    Reply reply;
    while (buffer_.find("\r\n\r\n") == std::string::npos)
      more();
    const std::size_t end = buffer_.find("\r\n\r\n");
    std::string_view head(buffer_.data(), end + 2);
    reply.status = std::stoi(std::string(head.substr(9, 3)));
    head.remove_prefix(head.find("\r\n") + 2);
    while (!head.empty()) {
      std::string line(head.substr(0, head.find("\r\n")));
      head.remove_prefix(line.size() + 2);
      const std::size_t colon = line.find(": ");
      std::string name = line.substr(0, colon);
      std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
      std::string& value = reply.headers[name];
      value += (value.empty() ? "" : ", ") + line.substr(colon + 2);
    }
    buffer_.erase(0, end + 4);
    if (!has_body || reply.status == 204 || reply.status == 304 || reply.status == 100) {
      return reply;
    }
    const std::size_t length = std::stoul(reply.headers.at("content-length"));
    while (buffer_.size() < length)
      more();
    reply.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return reply;
  }

  /// Whether the server closes the connection without another byte, and without waiting for more.
  bool is_closed() {
    char byte = 0;
    return buffer_.empty() && wait(10000) && ::recv(socket_, &byte, 1, 0) <= 0;
  }

 private:
  bool wait(int milliseconds) {
    pollfd ready{socket_, POLLIN, 0};
    return ::poll(&ready, 1, milliseconds) == 1;
  }

  void more() {
    char bytes[16384];
    const ssize_t count = wait(10000) ? ::recv(socket_, bytes, sizeof bytes, 0) : -1;
    if (count <= 0) throw std::runtime_error("no whole answer, but \"" + buffer_ + "\"");
    buffer_.append(bytes, static_cast<std::size_t>(count));
  }

  int socket_;
  std::string buffer_;
};

/// One request on a connection of its own. `headers` are lines that end in "\r\n".
inline Reply request(int port, const std::string& method, const std::string& target,
                     const std::string& headers = "", const std::string& body = "") {
  Connection connection(port);
  std::string bytes = method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:";
  bytes += std::to_string(port) + "\r\n" + headers;
  if (!body.empty()) bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  connection.send(bytes + "\r\n" + body);
  return connection.read(method != "HEAD");
}

inline Reply get(int port, const std::string& target, const std::string& headers = "") {
  return request(port, "GET", target, headers);
}

}  // namespace jobtree::gateway
