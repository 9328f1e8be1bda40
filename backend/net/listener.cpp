#include "net/listener.h"

#include <httplib.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace jobtree::net {
namespace {

constexpr int kBacklog = 1024;

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
