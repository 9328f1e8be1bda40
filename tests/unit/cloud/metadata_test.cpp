// A temporary key from a metadata service that a script plays.
#include "cloud/key/temporary/metadata.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "support/fake_network.h"
#include "unit/catch.h"

namespace metadata_test {

namespace {

using namespace std::chrono;  // NOLINT(google-build-using-namespace)
using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)
using namespace jobtree::tests;  // NOLINT(google-build-using-namespace)

constexpr const char* kKey =
    R"({"credential":{"access":"AKTEMP","secret":"sk","securitytoken":"st","expires_at":"2026-11-24T12:00:00.000000Z"}})";

Metadata service(FakeNetwork& network) {
  return {kMetadataUrl, network.transport()};
}

}  // namespace

TEST_CASE("A session token is fetched first, then the key with it") {
  FakeNetwork network;
  network.replies = {http_reply(200, "TOKEN"), http_reply(200, kKey)};
  const auto found = service(network).fetch();
  REQUIRE(found);
  CHECK(found.value().key.access == "AKTEMP");
  CHECK(found.value().key.secret.reveal() == "sk");
  CHECK(found.value().security_token.reveal() == "st");
  CHECK(found.value().expires == sys_days(2026y / 11 / 24) + 12h);
  REQUIRE(network.sent.size() == 2);
  CHECK(network.sent[0].method == "PUT");
  CHECK(network.sent[0].url == "http://169.254.169.254/meta-data/latest/api/token");
  CHECK(network.sent[1].method == "GET");
  CHECK(network.sent[1].url == "http://169.254.169.254/openstack/latest/securitykey");
  CHECK(network.sent[1].header("X-Metadata-Token") == "TOKEN");
}

TEST_CASE("A service without session tokens is asked without one") {
  for (const int status : {404, 405, 503}) {
    FakeNetwork network;
    network.replies = {http_reply(status, ""), http_reply(200, kKey)};
    CHECK(service(network).fetch());
    CHECK(network.sent.at(1).header("X-Metadata-Token") == "none");
  }
}

TEST_CASE("A session token that has ended is fetched anew, once") {
  FakeNetwork network;
  network.replies = {http_reply(200, "OLD"), http_reply(200, kKey), http_reply(401, "Unauthorized"),
                     http_reply(200, "NEW"), http_reply(200, kKey)};
  Metadata metadata = service(network);
  CHECK(metadata.fetch());
  CHECK(metadata.fetch());
  CHECK(network.sent.at(2).header("X-Metadata-Token") == "OLD");
  CHECK(network.sent.at(4).header("X-Metadata-Token") == "NEW");
  network.replies = {http_reply(401, ""), http_reply(200, "NEWER"), http_reply(401, "")};
  const auto refused = metadata.fetch();
  REQUIRE_FALSE(refused);
  CHECK(network.sent.size() == 8);
}

TEST_CASE("An instance without an agency is told apart from a service that is not there") {
  FakeNetwork network;
  network.replies = {http_reply(200, "TOKEN"),
                     http_reply(401, "Please configure Cloud Service Agency first")};
  const auto without = service(network).fetch();
  REQUIRE_FALSE(without);
  CHECK(without.error().find("agency") != std::string::npos);
  CHECK(network.sent.size() == 2);
  FakeNetwork silent;
  const auto nobody = service(silent).fetch();
  REQUIRE_FALSE(nobody);
  CHECK(nobody.error().find("did not respond") != std::string::npos);
  CHECK(silent.sent.size() == 1);
}

TEST_CASE("What is no key is refused, and never quoted") {
  for (
      const char* body :
      {"", "{}", "[]", "{\"credential\":[]}", "<html>SECRETSTUFF</html>",
       R"({"credential":{"access":"AK","secret":"","securitytoken":"t","expires_at":"2026-11-24T12:00:00Z"}})",
       R"({"credential":{"access":"AK","secret":"SECRETSTUFF\n","securitytoken":"t","expires_at":"2026-11-24T12:00:00Z"}})",
       R"({"credential":{"access":7,"secret":"s","securitytoken":"t","expires_at":"2026-11-24T12:00:00Z"}})",
       R"({"credential":{"access":"AK","secret":"SECRETSTUFF","securitytoken":"t","expires_at":"soon"}})",
       R"({"credential":{"access":"AK","secret":"SECRETSTUFF","securitytoken":"t","expires_at":"2026-11-24T99:99:99Z"}})",
       R"({"credential":{"access":"AK","secret":"SECRETSTUFF","securitytoken":"t","expires_at":"2026-02-30T12:00:00Z"}})"}) {
    INFO(body);
    FakeNetwork network;
    network.replies = {http_reply(200, "TOKEN"), http_reply(200, body)};
    const auto found = service(network).fetch();
    REQUIRE_FALSE(found);
    CHECK(found.error().find("SECRETSTUFF") == std::string::npos);
  }
}

TEST_CASE("Metadata is asked for near by or not at all") {
  for (const char* good : {"http://169.254.169.254", "http://169.254.169.254/",
                           "http://127.0.0.1:9000", "http://[::1]:80"}) {
    CHECK(check_metadata_url(good));
  }
  for (const char* bad :
       {"https://169.254.169.254", "http://10.0.0.1", "http://169.254.169.254/x",
        "http://169.254.169.254@evil.com", "http://evil.com", "http://169.254.evil.com",
        "http://169.255.0.1", "ftp://127.0.0.1", "http://127.0.0.1?x", ""}) {
    INFO(bad);
    CHECK_FALSE(check_metadata_url(bad));
  }
}

}  // namespace metadata_test
