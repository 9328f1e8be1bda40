#include "net/connection/listener.h"

#include <httplib.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace jobtree::net {
namespace {

constexpr int kBacklog = 1024;

Bilingual why_not_bound(const std::string& host, int port, int error) {
  const std::string where = host + ":" + std::to_string(port);
  if (error == EADDRINUSE) {
    return bilingual({"{0} is in use; stop the other program or choose another port (port 0 "
                      "picks a free one)",
                      "{0} 已被占用，请停止占用它的程序或换用其他端口（端口 0 表示任选空闲端口）"},
                     where);
  }
  if (error == EACCES) {
    return bilingual({"no permission to listen on {0}; choose a port above 1023",
                      "无权监听 {0}，请选择大于 1023 的端口"},
                     where);
  }
  if (error == EADDRNOTAVAIL) {
    return bilingual({"{0} is not an address of this machine", "{0} 不是本机地址"}, where);
  }
  if (error == 0) return bilingual({"cannot listen on {0}", "无法监听 {0}"}, where);
  return bilingual({"cannot listen on {0}: {1}", "无法监听 {0}：{1}"}, where, std::strerror(error));
}

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
  if (listener.port <= 0) return Failure::system(why_not_bound(host, port, errno));
  // The library listens with a backlog of 5, and dropped connections cost a second each.
  ::listen(listener.socket, kBacklog);
  return listener;
}

}  // namespace jobtree::net
