#include "gateway/access/host_policy.h"

#include <string>
#include <vector>

#include "unit/catch.h"

namespace host_policy_test {

using jobtree::gateway::authority;
using jobtree::gateway::HostPolicy;
using jobtree::gateway::HostVerdict;
using jobtree::gateway::may_listen_on;

namespace {

HostPolicy policy(int port, const std::vector<std::string>& allow_hosts = {}) {
  auto made = HostPolicy::make("127.0.0.1", port, allow_hosts);
  REQUIRE(made);
  return made.value();
}

bool knows(const HostPolicy& policy, const std::string& host) {
  return policy.judge(host) == HostVerdict::ours;
}

}  // namespace

TEST_CASE("A server is known by its loopback names with its port") {
  const HostPolicy ours = policy(8080);
  for (const char* host : {"127.0.0.1:8080", "localhost:8080", "LocalHost:8080", "[::1]:8080"}) {
    INFO(host);
    CHECK(knows(ours, host));
  }
}

TEST_CASE("Any other Host is refused") {
  const HostPolicy ours = policy(8080, {"jobs.example.com"});
  for (const char* host : {"",
                           "localhost",  // the port is part of the name
                           "127.0.0.1",
                           "[::1]",
                           "::1:8080",
                           "127.0.0.1:8081",
                           "127.0.0.1:80",
                           "127.0.0.1:08080",
                           "127.0.0.1:8080 ",
                           " 127.0.0.1:8080",
                           "127.0.0.1:",
                           "127.0.0.1.:8080",  // a trailing dot is another name
                           "localhost.:8080",
                           "localhost.evil.com:8080",
                           "evil.com:8080",
                           "evillocalhost:8080",
                           "127a0b0c1:8080",  // no pattern whose dots match anything
                           "127.0.0.1:8080.evil.com",
                           "127.0.0.1:8080@evil.com",
                           "user@127.0.0.1:8080",
                           "127.1:8080",
                           "2130706433:8080",
                           "0.0.0.0:8080",
                           "[::ffff:127.0.0.1]:8080",
                           "127.0.0.1:8080, 127.0.0.1:8080",  // two Host headers
                           "127.0.0.1:8080, evil.com",
                           "jobs.example.com.:8080",
                           "xjobs.example.com",
                           "jobs.example.com:8081"}) {
    INFO(host);
    CHECK_FALSE(knows(ours, host));
  }
  CHECK_FALSE(knows(ours, std::string(100000, 'a')));
}

TEST_CASE("On port 80 the port may be left out, as browsers do") {
  CHECK(knows(policy(80), "localhost"));
  CHECK(knows(policy(80), "[::1]"));
  CHECK(knows(policy(80), "127.0.0.1:80"));
  CHECK_FALSE(knows(policy(8080), "localhost"));
}

TEST_CASE("Further names are good as they are given") {
  const HostPolicy ours =
      policy(8080, {"jobs.example.com", "Portal.Example.com:8443", "[fd00::1]:9"});
  CHECK(knows(ours, "jobs.example.com"));
  CHECK(knows(ours, "jobs.example.com:8080"));
  CHECK(knows(ours, "JOBS.example.com"));
  CHECK(knows(ours, "portal.example.com:8443"));
  CHECK_FALSE(knows(ours, "portal.example.com"));
  CHECK_FALSE(knows(ours, "portal.example.com:8080"));
  CHECK(knows(ours, "[fd00::1]:9"));
}

TEST_CASE("What cannot be a Host header is not taken as a further name") {
  for (const char* name : {"", "*", "*.example.com", "http://example.com", "a b", "a/b", "a,b",
                           "example.com.", ".example.com", "example.com:", "example.com:0",
                           "example.com:65536", "example.com:8x", "[]:1", "::1", "exämple.com"}) {
    INFO(name);
    CHECK_FALSE(HostPolicy::make("127.0.0.1", 8080, {name}));
  }
}

TEST_CASE("Only loopback addresses are listened on") {
  for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST"}) {
    INFO(host);
    CHECK(may_listen_on(host, false));
  }
  for (const char* host :
       {"", "0.0.0.0", "::", "192.168.1.1", "example.com", "127.0.0.1.evil.com", "127.0.0",
        "127.0.0.256", "127.0.0.1.1", "127.", "128.0.0.1", "localhost.evil.com", "127.0.0.x"}) {
    INFO(host);
    const auto allowed = may_listen_on(host, false);
    REQUIRE_FALSE(allowed);
    CHECK(allowed.error().find("loopback") != std::string::npos);
  }
}

TEST_CASE("An IPv6 address stands in brackets before its port") {
  CHECK(authority("127.0.0.1", 80) == "127.0.0.1:80");
  CHECK(authority("::1", 8080) == "[::1]:8080");
}

TEST_CASE("With tokens any address may be listened on") {
  for (const char* host : {"127.0.0.1", "0.0.0.0", "::", "192.168.1.1"}) {
    INFO(host);
    CHECK(may_listen_on(host, true));
  }
  CHECK_FALSE(may_listen_on("", true));
}

TEST_CASE("What is no host at all is told from the name of another server") {
  const HostPolicy ours = policy(8080);
  for (const char* host : {"", "localhost", "127.0.0.1:", "evil.com:8080", "localhost.:8080",
                           "a_b.example", "%41.example", "[2001:db8::1]:80", "[v1.x]"}) {
    INFO(host);
    CHECK(ours.judge(host) == HostVerdict::others);
  }
  for (const char* host :
       {" ", "a b", "::1:8080", "user@localhost:8080", "localhost:8080/", "localhost:80x",
        "127.0.0.1:8080, 127.0.0.1:8080", "[]", "[::1", "[::1]x", "[::1]8080", "http://localhost",
        "a\"b", "a<b>", "a\\b", "exämple.com", "a:1:2"}) {
    INFO(host);
    CHECK(ours.judge(host) == HostVerdict::malformed);
  }
}

}  // namespace host_policy_test
