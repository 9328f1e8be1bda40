// Temporary keys of a container and of a federated identity, from services that a script plays.
#include <chrono>
#include <memory>
#include <string>

#include "cloud/key/key_ring.h"
#include "cloud/key/temporary/container.h"
#include "cloud/key/temporary/federated.h"
#include "cloud/key/temporary/issued_key.h"
#include "support/fake_network.h"
#include "support/home.h"
#include "support/loopback_server.h"
#include "unit/catch.h"

namespace issued_keys_test {

namespace {

using namespace std::chrono;  // NOLINT(google-build-using-namespace)
using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)
using namespace jobtree::tests;  // NOLINT(google-build-using-namespace)

constexpr const char* kProject = "0605767cc80010f42f1ec00bc0e6b7a8";
constexpr const char* kContainerUrl = "http://169.254.170.1/v1/credentials?pod=1";
constexpr const char* kContainerKey =
    R"({"credentials":{"accessKeyId":"AKPOD","secretAccessKey":"sk","securityToken":"st","expiration":"2026-11-24T12:00:00.000000Z"}})";
constexpr const char* kIamKey =
    R"({"credential":{"access":"AKFED","secret":"sk","securitytoken":"st","expires_at":"2026-11-24T12:00:00.000000Z"}})";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A home with a token in a file.
struct WithToken : Home {
  std::string file = write("token", "  eyJ.a-token\n");
};

HttpReply token_reply() {
  HttpReply reply = http_reply(201, "{}");
  reply.wanted_header = "SUBJECT";
  return reply;
}

/// The first key of a ring, "none" and why, or what is wrong.
std::string found(const Variables& variables, const std::string& profile = "") {
  auto ring = KeyRing::open(environment_of(variables), {.profile_file = profile}, real_clock());
  if (!ring) return ring.error();
  const auto current = ring.value()->current();
  if (!current) return "none: " + current.error();
  return current.value().key->credentials.key.access +
         (current.value().notice.empty() ? "" : ", " + current.value().notice.en);
}

}  // namespace

TEST_CASE("A container's key is given to who shows its token") {
  const WithToken home;
  FakeNetwork network;
  network.replies = {http_reply(200, kContainerKey)};
  Container container(kContainerUrl, home.file, {.project = kProject}, network.transport());
  const auto key = container.fetch();
  REQUIRE(key);
  CHECK(key.value().key.access == "AKPOD");
  CHECK(key.value().security_token.reveal() == "st");
  CHECK(key.value().project_id == kProject);
  CHECK(key.value().expires == sys_days(2026y / 11 / 24) + 12h);
  REQUIRE(network.sent.size() == 1);
  CHECK(network.sent[0].method == "POST");
  CHECK(network.sent[0].url == kContainerUrl);
  CHECK(network.sent[0].body == "{}");
  CHECK(network.sent[0].header("Authorization") == "eyJ.a-token");
}

TEST_CASE("The token is read each time, for its platform replaces it") {
  const WithToken home;
  FakeNetwork network;
  network.replies = {http_reply(200, kContainerKey)};
  Container container(kContainerUrl, home.file, {}, network.transport());
  CHECK(container.fetch());
  home.write("token", "eyJ.the-next");
  CHECK(container.fetch());
  CHECK(network.sent.at(1).header("Authorization") == "eyJ.the-next");
}

TEST_CASE("A file that holds no token is named, and nothing is sent") {
  const Home home;
  for (const std::string& text : {std::string(), std::string(" \n"), std::string("a b"),
                                  std::string("a\r\nX: y"), std::string(20000, 'a')}) {
    FakeNetwork network;
    const std::string file = home.write("token", text);
    Container container(kContainerUrl, file, {}, network.transport());
    const auto key = container.fetch();
    REQUIRE_FALSE(key);
    CHECK(contains(key.error(), file));
    CHECK(network.sent.empty());
  }
  FakeNetwork network;
  Container container(kContainerUrl, home.path() + "/none", {}, network.transport());
  CHECK(contains(container.fetch().error(), home.path() + "/none"));
}

TEST_CASE("What a container's service says that is no key may come later, and is not quoted") {
  const WithToken home;
  for (const auto& [reply, said] : std::initializer_list<std::pair<HttpReply, const char*>>{
           {cut_off(HttpReply::End::no_connection, "secret"), "did not respond"},
           {http_reply(403, "secret"), "returned status 403"},
           {http_reply(200, "secret"), "returned no key"},
           {http_reply(200, R"({"credentials":[]})"), "returned no key"},
           {http_reply(200, R"({"credentials":{"accessKeyId":"secret"}})"), "returned no key"},
           {http_reply(
                200,
                R"({"credentials":{"accessKeyId":"a","secretAccessKey":"b","securityToken":"c"}})"),
            "has no expiry time"}}) {
    FakeNetwork network;
    network.replies = {reply};
    Container container(kContainerUrl, home.file, {}, network.transport());
    const auto key = container.fetch();
    REQUIRE_FALSE(key);
    CHECK(key.failure().kind() == Failure::Kind::unavailable);
    CHECK(contains(key.error(), said));
    CHECK_FALSE(contains(key.error(), "secret"));
    CHECK_FALSE(contains(key.error(), "169.254"));
  }
}

TEST_CASE("A key with a value that no key has is none") {
  const auto read = [](const std::string& access) {
    return static_cast<bool>(read_issued_key(
        R"({"credential":{"access":")" + access +
            R"(","secret":"b","securitytoken":"c","expires_at":"2026-11-24T12:00:00Z"}})",
        "x", "y"));
  };
  CHECK(read("AK"));
  CHECK_FALSE(read(""));
  CHECK_FALSE(read("A K"));
  CHECK_FALSE(read(std::string(129, 'A')));
}

TEST_CASE("A container's token is shown by https, or by http near by") {
  for (const char* url : {"https://agent.example/x", "http://169.254.170.1/x?y=z",
                          "http://127.0.0.1:8080/", "http://[::1]/x", "http://localhost/x"}) {
    CAPTURE(url);
    CHECK(check_container_url(url));
  }
  for (const char* url : {"http://agent.example/x", "http://10.0.0.1/x", "http://169.253.0.1/x",
                          "http://169.254.170.1.example/x", "ftp://127.0.0.1/x", "127.0.0.1", ""}) {
    CAPTURE(url);
    CHECK_FALSE(check_container_url(url));
  }
}

TEST_CASE("IAM gives a federated key in two steps, neither of them signed") {
  const WithToken home;
  FakeNetwork network;
  network.replies = {token_reply(), http_reply(201, kIamKey)};
  Federated federated({.idp_id = "my-idp",
                       .id_token_file = home.file,
                       .owner = {.project = kProject},
                       .iam = {{"https", "p.example"}}},
                      {{"https", "iam.example"}}, network.transport());
  const auto key = federated.fetch();
  REQUIRE(key);
  CHECK(key.value().key.access == "AKFED");
  CHECK(key.value().project_id == kProject);
  CHECK(joined(key.value().iam) == "https://p.example");
  REQUIRE(network.sent.size() == 2);
  CHECK(network.sent[0].method == "POST");
  CHECK(network.sent[0].url == "https://iam.example/v3.0/OS-AUTH/id-token/tokens");
  CHECK(network.sent[0].header("X-Idp-Id") == "my-idp");
  CHECK(network.sent[0].body == R"({"auth":{"id_token":{"id":"eyJ.a-token"}}})");
  CHECK(network.sent[1].url == "https://iam.example/v3.0/OS-CREDENTIAL/securitytokens");
  CHECK(
      network.sent[1].body ==
      R"({"auth":{"identity":{"methods":["token"],"token":{"duration_seconds":21600,"id":"SUBJECT"}}}})");
  for (const SentRequest& request : network.sent) {
    CHECK(request.header("Authorization") == "none");
    CHECK(request.header("Content-Type") == "application/json;charset=UTF-8");
  }
}

TEST_CASE("A federated key comes from the next IAM where one is not reached") {
  const WithToken home;
  FakeNetwork network;
  network.respond = [](const SentRequest& request) {
    if (contains(request.url, "one.example")) {
      return cut_off(HttpReply::End::no_connection, "gone");
    }
    return contains(request.url, "id-token") ? token_reply() : http_reply(201, kIamKey);
  };
  Federated federated({.idp_id = "i", .id_token_file = home.file},
                      {{"https", "one.example"}, {"https", "two.example"}}, network.transport());
  CHECK(federated.fetch());
  CHECK(network.sent.size() == 4);
}

TEST_CASE("What IAM says that is no key may come later, and is not quoted") {
  const WithToken home;
  const auto said = [&](std::initializer_list<HttpReply> replies) {
    FakeNetwork network;
    network.replies = replies;
    Federated federated({.idp_id = "i", .id_token_file = home.file}, {{"https", "iam.example"}},
                        network.transport());
    const auto key = federated.fetch();
    REQUIRE_FALSE(key);
    CHECK(key.failure().kind() == Failure::Kind::unavailable);
    CHECK_FALSE(contains(key.error(), "eyJ"));
    return key.error();
  };
  CHECK(said({cut_off(HttpReply::End::unreachable, "")}) == "IAM could not be reached");
  CHECK(said({cut_off(HttpReply::End::untrusted, "")}) == "IAM's certificate is not trusted");
  CHECK(said({http_reply(401, R"({"error_code":"IAM.0001","error_msg":"eyJ"})")}) ==
        "IAM did not accept the identity token (status 401, IAM.0001)");
  CHECK(said({http_reply(201, "{}")}) == "IAM returned no token for the identity token");
  CHECK(said({token_reply(), http_reply(500, "eyJ")}) ==
        "IAM did not accept the identity token (status 500)");
  CHECK(said({token_reply(), http_reply(201, "eyJ")}) == "IAM returned no key");
}

TEST_CASE("Half of what a container or a federation needs is a mistake that names the other half") {
  CHECK(found({{"HC_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/"}}) ==
        "HC_CONTAINER_CREDENTIALS_FULL_URI is set but HC_CONTAINER_AUTHORIZATION_TOKEN_FILE is "
        "not; both are needed");
  CHECK(found({{"HUAWEICLOUD_SDK_ID_TOKEN_FILE", "/x"}}) ==
        "HUAWEICLOUD_SDK_ID_TOKEN_FILE is set but HUAWEICLOUD_SDK_IDP_ID is not; both are needed");
  const Home home;
  const std::string file = home.write("p", "[basic]\nidp_id = x\n");
  CHECK(found({}, file) == file + ", idp_id is set but id_token_file is not; both are needed");
  CHECK(contains(found({{"HC_CONTAINER_CREDENTIALS_FULL_URI", "http://agent.example/"},
                        {"HC_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/x"}}),
                 "HC_CONTAINER_CREDENTIALS_FULL_URI: http is only for"));
  CHECK(contains(found({{"HUAWEICLOUD_SDK_IDP_ID", "x"},
                        {"HUAWEICLOUD_SDK_ID_TOKEN_FILE", "/x"},
                        {"HUAWEICLOUD_SDK_PROJECT_ID", "mine"}}),
                 "HUAWEICLOUD_SDK_PROJECT_ID is not a project ID"));
}

TEST_CASE("A container's key is found over a real connection, and what goes after it is told") {
  const WithToken home;
  LoopbackServer server([](int) {
    const std::string body = R"({"credentials":{"accessKeyId":"AKPOD","secretAccessKey":"s",)"
                             R"("securityToken":"t","expiration":"2999-11-24T12:00:00Z"}})";
    return LoopbackServer::Reaction{
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body};
  });
  Variables variables{{"HC_CONTAINER_CREDENTIALS_FULL_URI", server.url() + "/v1/credentials"},
                      {"HC_CONTAINER_AUTHORIZATION_TOKEN_FILE", home.file}};
  CHECK(found(variables) == "AKPOD");
  const std::string request = server.requests().at(0);
  CHECK(request.starts_with("POST /v1/credentials HTTP/1.1\r\n"));
  CHECK(contains(request, "\r\nAuthorization: eyJ.a-token\r\n"));
  CHECK_FALSE(contains(request, "Expect"));
  variables["HUAWEICLOUD_SDK_IDP_ID"] = "x";
  CHECK(found(variables) ==
        "AKPOD, HUAWEICLOUD_SDK_IDP_ID is set but not used, because a key was found before: "
        "container credentials");
  variables["HUAWEICLOUD_SDK_AK"] = "AKENV";
  variables["HUAWEICLOUD_SDK_SK"] = "SK";
  CHECK(contains(found(variables),
                 "AKENV, HC_CONTAINER_CREDENTIALS_FULL_URI is set but not used, because a key was "
                 "found before: environment variable HUAWEICLOUD_SDK_AK"));
}

}  // namespace issued_keys_test
