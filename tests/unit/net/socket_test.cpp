// What the kernel is told of a viewer's connection.
#include "net/connection/socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "unit/catch.h"

namespace socket_test {

using jobtree::net::Socket;

TEST_CASE("What is sent goes out at once, and waits for no word from the other side") {
  // Else the second segment of a response waits for the acknowledgement of the first, which the
  // other side delays by 40 ms.
  const Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), nullptr);
  int no_delay = 0;
  socklen_t size = sizeof no_delay;
  REQUIRE(::getsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &size) == 0);
  CHECK(no_delay == 1);
}

}  // namespace socket_test
