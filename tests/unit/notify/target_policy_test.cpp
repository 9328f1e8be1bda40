// Which servers may be connected to, with all the ways to one's own.
#include "notify/target_policy.h"

#include "unit/notify/told.h"

namespace jobtree::notify::target_policy_test {

using namespace tests;

namespace {

TargetPolicy allowing(std::initializer_list<const char*> networks) {
  std::vector<IpNetwork> all;
  for (const char* network : networks)
    all.push_back(IpNetwork::parse(network).value());
  return TargetPolicy(all);
}

bool may(const TargetPolicy& policy, const char* address, bool is_encrypted = true) {
  const auto parsed = IpAddress::parse(address);
  REQUIRE(parsed);
  return !policy.refused(*parsed, is_encrypted);
}

}  // namespace

TEST_CASE("Public servers may be connected to, with TLS") {
  const TargetPolicy policy = allowing({});
  for (const char* address :
       {"8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
        "169.253.255.255", "192.0.1.1", "223.255.255.255", "2400:3200::1", "2606:4700::1111",
        "64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:8.8.8.8"}) {
    CAPTURE(address);
    CHECK(may(policy, address));
    CHECK_FALSE(may(policy, address, false));
  }
}

TEST_CASE("Nothing that is not public may be") {
  const TargetPolicy policy = allowing({});
  for (const char* address : {"0.0.0.0",       "0.1.2.3",         "10.0.0.1",    "100.64.0.1",
                              "100.125.1.250", "100.127.255.255", "127.0.0.1",   "127.255.255.254",
                              "169.254.0.1",   "169.254.169.254", "172.16.0.1",  "172.31.255.255",
                              "192.0.0.8",     "192.0.2.1",       "192.168.0.1", "198.18.0.1",
                              "198.51.100.1",  "203.0.113.1",     "224.0.0.1",   "239.255.255.250",
                              "240.0.0.1",     "255.255.255.255", "::",          "::1",
                              "fe80::1",       "fec0::1",         "fc00::1",     "fd00:ec2::254",
                              "ff02::1",       "2001:db8::1",     "2001::1",     "100::1",
                              "4000::1",       "3fff::1"}) {
    CAPTURE(address);
    CHECK_FALSE(may(policy, address));
  }
}

TEST_CASE("An address inside of another is judged as what it leads to") {
  const TargetPolicy policy = allowing({});
  for (const char* address :
       {"::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::10.0.0.1",
        "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "2002:7f00:1::1",
        "2002:a9fe:a9fe::1", "2002:c0a8:1::", "2002:647d:1fa::"}) {
    CAPTURE(address);
    CHECK_FALSE(may(policy, address));
  }
}

TEST_CASE("A network that the operator names may be connected to, without TLS too") {
  const TargetPolicy policy = allowing({"10.1.0.0/16", "fd00:1::/32"});
  CHECK(may(policy, "10.1.2.3"));
  CHECK(may(policy, "10.1.2.3", false));
  CHECK(may(policy, "::ffff:10.1.2.3"));
  CHECK(may(policy, "64:ff9b::10.1.2.3"));
  CHECK(may(policy, "fd00:1::7"));
  CHECK_FALSE(may(policy, "10.2.0.1"));
  CHECK_FALSE(may(policy, "127.0.0.1"));
  CHECK_FALSE(may(policy, "8.8.8.8", false));
}

TEST_CASE("The metadata service, which gives out keys, may never be") {
  const TargetPolicy policy = allowing({"0.0.0.0/0", "::/0"});
  CHECK(may(policy, "127.0.0.1"));
  for (const char* address : {"169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
                              "2002:a9fe:a9fe::1", "fd00:ec2::254"}) {
    CAPTURE(address);
    CHECK_FALSE(may(policy, address));
  }
}

TEST_CASE("A refusal says what the address is, and what to do") {
  const auto refused = allowing({}).refused(IpAddress::parse("100.125.1.250").value(), true);
  REQUIRE(refused);
  CHECK(refused->message() ==
        "100.125.1.250 belongs to an internal network of the cloud or of a carrier; if that is "
        "meant, name its network under allow_networks");
}

TEST_CASE("A URL is judged before it is resolved") {
  const TargetPolicy strict = allowing({});
  CHECK_FALSE(strict.refused("https://open.feishu.cn/open-apis/bot/v2/hook/1"));
  for (const char* url :
       {"", "http://hooks.example/", "ftp://hooks.example/", "file:///etc/passwd",
        "https://user:password@hooks.example/", "https://user@hooks.example/", "https://127.0.0.1/",
        "https://[::1]:8443/", "https://169.254.169.254/latest", "https://[::ffff:10.0.0.1]/",
        "https://10.0.0.1:8443/x", "https:// hooks.example/", "https://hooks.example/#x",
        "javascript:alert(1)"}) {
    CAPTURE(url);
    CHECK(strict.refused(url));
  }
  const TargetPolicy open = allowing({"10.0.0.0/8"});
  CHECK_FALSE(open.refused("http://hooks.example/"));  // it depends on where that leads
  CHECK_FALSE(open.refused("http://10.0.0.1:9093/"));
  CHECK(open.refused("http://192.168.0.1/"));
}

TEST_CASE(
    "An address in a spelling that only some libraries read is a name, judged when resolved") {
  const TargetPolicy policy = allowing({});
  CHECK_FALSE(policy.refused("https://2130706433/"));
  CHECK_FALSE(may(policy, "127.0.0.1"));
}

}  // namespace jobtree::notify::target_policy_test
