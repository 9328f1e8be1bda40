#include "gateway/access/trusted_proxies.h"

#include <string>
#include <vector>

#include "unit/catch.h"

namespace trusted_proxies_test {

using jobtree::gateway::TrustedProxies;

namespace {

TrustedProxies trusting(const std::vector<std::string>& addresses) {
  auto proxies = TrustedProxies::make(addresses);
  REQUIRE(proxies);
  return proxies.value();
}

}  // namespace

TEST_CASE("A trusted proxy names the viewer; of a list its own word, the last, counts") {
  const TrustedProxies proxies = trusting({"10.0.0.1", "2001:DB8:0::1"});
  CHECK(proxies.viewer_of("10.0.0.1", "192.0.2.7") == "192.0.2.7");
  CHECK(proxies.viewer_of("10.0.0.1", "198.51.100.1, 203.0.113.9,\t192.0.2.7 ") == "192.0.2.7");
  CHECK(proxies.viewer_of("2001:db8::1", "192.0.2.7") == "192.0.2.7");
}

TEST_CASE("One viewer has one address however it is spelt") {
  const TrustedProxies proxies = trusting({"::ffff:10.0.0.1"});
  CHECK(proxies.viewer_of("10.0.0.1", "2001:DB8::0:7") == "2001:db8::7");
  CHECK(proxies.viewer_of("10.0.0.1", "::ffff:192.0.2.7") == "192.0.2.7");
}

TEST_CASE("A port beside the viewer's address is not a part of it") {
  const TrustedProxies proxies = trusting({"10.0.0.1"});
  CHECK(proxies.viewer_of("10.0.0.1", "192.0.2.7:1234") == "192.0.2.7");
  CHECK(proxies.viewer_of("10.0.0.1", "[2001:db8::7]:1234") == "2001:db8::7");
  CHECK(proxies.viewer_of("10.0.0.1", "[2001:db8::7]") == "2001:db8::7");
  CHECK(proxies.viewer_of("10.0.0.1", "2001:db8::7") == "2001:db8::7");
}

TEST_CASE("Of several proxies in a row each that is trusted is walked over, from the right") {
  const TrustedProxies proxies = trusting({"10.0.0.1", "10.0.0.2", "2001:db8::1"});
  CHECK(proxies.viewer_of("10.0.0.1", "192.0.2.7, 10.0.0.2") == "192.0.2.7");
  CHECK(proxies.viewer_of("10.0.0.1", "192.0.2.7, [2001:DB8::1]:443, 10.0.0.2") == "192.0.2.7");
  // What the viewer wrote itself does not count, a proxy's address neither.
  CHECK(proxies.viewer_of("10.0.0.1", "10.0.0.2, 192.0.2.7, 10.0.0.2") == "192.0.2.7");
  CHECK(proxies.viewer_of("10.0.0.1", "192.0.2.8, 10.0.0.9, 10.0.0.2") == "10.0.0.9");
  CHECK(proxies.viewer_of("10.0.0.1", "unknown, 10.0.0.2") == "10.0.0.2");
  CHECK(proxies.viewer_of("10.0.0.1", "10.0.0.2") == "10.0.0.2");
  CHECK(proxies.viewer_of("10.0.0.9", "192.0.2.7, 10.0.0.2") == "10.0.0.9");
}

TEST_CASE("Of anyone else the header means nothing") {
  CHECK(trusting({"10.0.0.1"}).viewer_of("10.0.0.2", "192.0.2.7") == "10.0.0.2");
  CHECK(trusting({}).viewer_of("10.0.0.1", "192.0.2.7") == "10.0.0.1");
}

TEST_CASE("A trusted proxy that names no address stands for its viewers itself") {
  const TrustedProxies proxies = trusting({"10.0.0.1"});
  for (const std::string word :
       {"", ",", " ", "unknown", "192.0.2.7,", "192.0.2.7 192.0.2.8", "1.2.3",
        "192.0.2.7:", "192.0.2.7:port", "192.0.2.7:123456", "[192.0.2.7]", "[192.0.2.7]:80",
        "[2001:db8::7", "[2001:db8::7]80", "[2001:db8::7]:", "[]:80", ":80"}) {
    CAPTURE(word);
    CHECK(proxies.viewer_of("10.0.0.1", word) == "10.0.0.1");
  }
  CHECK(proxies.viewer_of("10.0.0.1", std::string(8000, '1')) == "10.0.0.1");
}

TEST_CASE("Only addresses can be trusted") {
  for (const std::string word : {"", "*", "lb.example.com", "10.0.0.0/8", "10.0.0.1:80", "[::1]"}) {
    CAPTURE(word);
    const auto made = TrustedProxies::make({"10.0.0.1", word});
    REQUIRE_FALSE(made);
    CHECK(made.error() == "--trust-proxy: \"" + word +
                              "\" is not an IP address without a port, such as 10.0.0.1 or "
                              "2001:db8::1");
  }
}

}  // namespace trusted_proxies_test
