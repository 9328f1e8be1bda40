// A temporary key from a metadata service that a script plays.
#include "cloud/key/metadata.h"

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "unit/catch.h"

namespace {

using namespace std::chrono;  // NOLINT(google-build-using-namespace)
using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)

constexpr const char* kKey =
    R"({"credential":{"access":"AKTEMP","secret":"sk","securitytoken":"st","expires_at":"2026-11-24T12:00:00.000000Z"}})";

struct Call {
  std::string method;
  std::string url;
  std::string token;
};

struct Wire {
  std::deque<HttpReply> replies;
  std::vector<Call> calls;
};

class FakeTransport final : public Transport {
 public:
  explicit FakeTransport(Wire& wire) : wire_(wire) {}
  HttpReply send(std::string_view method, const std::string& url,
                 std::span<const Header> headers) override {
    std::string token = "none";
    for (const Header& header : headers) {
      if (header.name == "X-Metadata-Token") token = header.value;
    }
    wire_.calls.push_back({std::string(method), url, token});
    if (wire_.replies.empty()) return {};
    HttpReply reply = wire_.replies.front();
    wire_.replies.pop_front();
    return reply;
  }

 private:
  Wire& wire_;
};

HttpReply reply(int status, std::string body) {
  HttpReply reply;
  reply.end = HttpReply::End::complete;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

Metadata service(Wire& wire) {
  return {kMetadataUrl, std::make_unique<FakeTransport>(wire)};
}

}  // namespace

TEST_CASE("A session token is fetched first, then the key with it") {
  Wire wire;
  wire.replies = {reply(200, "TOKEN"), reply(200, kKey)};
  const auto found = service(wire).fetch();
  REQUIRE(found);
  CHECK(found.value().key.access == "AKTEMP");
  CHECK(found.value().key.secret.reveal() == "sk");
  CHECK(found.value().security_token.reveal() == "st");
  CHECK(found.value().expires == sys_days(2026y / 11 / 24) + 12h);
  REQUIRE(wire.calls.size() == 2);
  CHECK(wire.calls[0].method == "PUT");
  CHECK(wire.calls[0].url == "http://169.254.169.254/meta-data/latest/api/token");
  CHECK(wire.calls[1].method == "GET");
  CHECK(wire.calls[1].url == "http://169.254.169.254/openstack/latest/securitykey");
  CHECK(wire.calls[1].token == "TOKEN");
}

TEST_CASE("A service without session tokens is asked without one") {
  for (const int status : {404, 405, 503}) {
    Wire wire;
    wire.replies = {reply(status, ""), reply(200, kKey)};
    CHECK(service(wire).fetch());
    CHECK(wire.calls.at(1).token == "none");
  }
}

TEST_CASE("A session token that has ended is fetched anew, once") {
  Wire wire;
  wire.replies = {reply(200, "OLD"), reply(200, kKey), reply(401, "Unauthorized"),
                  reply(200, "NEW"), reply(200, kKey)};
  Metadata metadata = service(wire);
  CHECK(metadata.fetch());
  CHECK(metadata.fetch());
  CHECK(wire.calls.at(2).token == "OLD");
  CHECK(wire.calls.at(4).token == "NEW");
  wire.replies = {reply(401, ""), reply(200, "NEWER"), reply(401, "")};
  const auto refused = metadata.fetch();
  REQUIRE_FALSE(refused);
  CHECK(wire.calls.size() == 8);
}

TEST_CASE("An instance without an agency is told apart from a service that is not there") {
  Wire wire;
  wire.replies = {reply(200, "TOKEN"), reply(401, "Please configure Cloud Service Agency first")};
  const auto without = service(wire).fetch();
  REQUIRE_FALSE(without);
  CHECK(without.error().find("agency") != std::string::npos);
  CHECK(wire.calls.size() == 2);
  Wire silent;
  const auto nobody = service(silent).fetch();
  REQUIRE_FALSE(nobody);
  CHECK(nobody.error().find("did not answer") != std::string::npos);
  CHECK(silent.calls.size() == 1);
}

TEST_CASE("What is no key is refused, and never quoted") {
  for (
      const char* body :
      {"", "{}", "[]", "{\"credential\":[]}", "<html>SECRETSTUFF</html>",
       R"({"credential":{"access":"AK","secret":"","securitytoken":"t","expires_at":"2026-11-24T12:00:00Z"}})",
       R"({"credential":{"access":"AK","secret":"SECRETSTUFF\n","securitytoken":"t","expires_at":"2026-11-24T12:00:00Z"}})",
       R"({"credential":{"access":7,"secret":"s","securitytoken":"t","expires_at":"2026-11-24T12:00:00Z"}})",
       R"({"credential":{"access":"AK","secret":"SECRETSTUFF","securitytoken":"t","expires_at":"soon"}})"}) {
    INFO(body);
    Wire wire;
    wire.replies = {reply(200, "TOKEN"), reply(200, body)};
    const auto found = service(wire).fetch();
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
