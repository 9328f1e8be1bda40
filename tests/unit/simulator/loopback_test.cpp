#include "simulator/wire/loopback.h"

#include "unit/catch.h"

namespace loopback_test {

using namespace jobtree::simulator;

TEST_CASE("Addresses of this machine alone are loopback, whatever a name looks like") {
  for (const char* host : {"127.0.0.1", "127.255.255.254", "::1", "localhost"}) {
    INFO(host);
    CHECK(is_loopback_host(host));
  }
  for (const char* host : {"", "0.0.0.0", "::", "192.0.2.1", "126.255.255.255", "128.0.0.1",
                           "::ffff:192.0.2.1", "127.0.0.1.example.com", "127.1", "2130706433",
                           "LOCALHOST.example.com", "[::1]", " 127.0.0.1"}) {
    INFO(host);
    CHECK_FALSE(is_loopback_host(host));
  }
}

TEST_CASE("localhost is a number before anybody can lead it elsewhere") {
  CHECK(numeric_host("localhost") == "127.0.0.1");
  CHECK(numeric_host("::1") == "::1");
}

}  // namespace loopback_test
