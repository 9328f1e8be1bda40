#include "simulator/vendors/webhook.h"

#include "simulator/script/robots/webhook_secret.h"
#include "simulator/vendors/parts/mac.h"
#include "unit/simulator/vendors/posted.h"

namespace jobtree::simulator::webhook_test {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const Robot kOpen{.vendor = Vendor::webhook, .id = "simulated"};
const Robot kSigned{.vendor = Vendor::webhook, .id = "simulated", .secret = kSecret};
const Headers kEventType{{"Content-Type", "application/cloudevents+json; charset=utf-8"}};

json event() {
  return {{"specversion", "1.0"},
          {"id", "evt_1"},
          {"source", "https://jobs.example/"},
          {"type", "io.jobtree.job.settled"},
          {"time", "2026-11-28T23:00:00Z"},
          {"subject", "cn-north-4/eip/-/ff80"},
          {"datacontenttype", "application/json"},
          {"data", {{"status", "failed"}}}};
}

Receipt sent(const std::string& body, const Robot& robot = kOpen, Headers headers = kEventType,
             WallTime now = kNow) {
  return post(webhook::receive, robot, {.body = body, .headers = std::move(headers), .now = now});
}

Headers signed_headers(const std::string& signatures) {
  Headers headers = kEventType;
  headers.emplace_back("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek");
  headers.emplace_back("webhook-timestamp", "1614265330");
  headers.emplace_back("webhook-signature", signatures);
  return headers;
}

/// What is wrong with an event that has `value` for its `name`.
int status_with(const char* name, const json& value) {
  json changed = event();
  changed[name] = value;
  return sent(changed.dump()).response.status;
}

}  // namespace

TEST_CASE("An event is taken with 204, and shown as its type, its subject and its data") {
  const Receipt receipt = sent(event().dump());
  CHECK(receipt.is_accepted);
  CHECK(receipt.response.status == 204);
  CHECK(receipt.response.body.empty());
  CHECK(receipt.shown.text() ==
        "io.jobtree.job.settled\ncn-north-4/eip/-/ff80\n{\"status\":\"failed\"}");
}

TEST_CASE("The signature of Standard Webhooks is that of id, time and body, within five minutes") {
  // The vector of the specification, whose body is no event: 400 comes after the signature.
  const std::string body = R"({"test": 2432232314})";
  const WallTime then{1614265330s};
  const std::string good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
  const auto status = [&](const std::string& signatures, const std::string& text, WallTime now) {
    return sent(text, kSigned, signed_headers(signatures), now).response.status;
  };
  CHECK(status(good, body, then) == 400);
  CHECK(status(good, body, then + 5min) == 400);
  CHECK(status(good, body, then + 5min + 1ms) == 401);
  CHECK(status(good, body, then - 5min - 1ms) == 401);
  CHECK(status("v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4= " + good, body, then) == 400);
  CHECK(status("v2," + good.substr(3), body, then) == 401);
  CHECK(status(good.substr(3), body, then) == 401);
  CHECK(status(good, R"({"test":2432232314})", then) == 401);
}

TEST_CASE("A receiver with a secret takes nothing unsigned") {
  const Receipt receipt = sent(event().dump(), kSigned);
  CHECK(receipt.response.status == 401);
  CHECK(json::parse(receipt.response.body).at("error") ==
        "webhook-id, webhook-timestamp or webhook-signature is missing");
}

TEST_CASE("A secret of another form is GitHub's") {
  const Robot robot{.vendor = Vendor::webhook, .secret = "It's a Secret to Everybody"};
  const std::string body = "Hello, World!";
  Headers headers = kEventType;
  CHECK(sent(body, robot, headers).response.status == 401);
  headers.emplace_back("X-Hub-Signature-256",
                       "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
  CHECK(sent(body, robot, headers).response.status == 400);
  CHECK(sent("Hello, World", robot, headers).response.status == 401);
}

TEST_CASE("Who is not there is 404, and who has gone is 410") {
  CHECK(post_to_nobody(webhook::receive).response.status == 404);
  const Receipt gone = sent(event().dump(), {.is_gone = true});
  CHECK(gone.response.status == 410);
  CHECK(gone.code == "410");
}

TEST_CASE("Only the media type of CloudEvents is taken, and less than 20 KB") {
  CHECK(sent(event().dump(), kOpen, {{"Content-Type", "application/json"}}).response.status == 415);
  CHECK(sent(event().dump(), kOpen, {}).response.status == 415);
  json large = event();
  large["data"] = std::string(20'000 - event().dump().size() + 17, 'x');
  CHECK(large.dump().size() == 20'000);
  CHECK(sent(large.dump()).response.status == 204);
  CHECK(sent(large.dump() + " ").response.status == 413);
}

TEST_CASE("An event has its four attributes, names of small letters, and times that are some") {
  CHECK(status_with("data", nullptr) == 204);
  CHECK(status_with("partition", "a") == 204);
  for (const char* name : {"id", "source", "type", "specversion"}) {
    CHECK(status_with(name, "") == 400);
    CHECK(status_with(name, 1) == 400);
    json without = event();
    without.erase(name);
    CHECK(sent(without.dump()).response.status == 400);
  }
  CHECK(status_with("specversion", "1.0.2") == 400);
  CHECK(status_with("time", "yesterday") == 400);
  CHECK(status_with("subject", "") == 400);
  CHECK(status_with("webhook_id", "a") == 400);
  CHECK(status_with("jobId", "a") == 400);
  CHECK(status_with("job", json::object()) == 400);
  CHECK(sent(listed(event()).dump()).response.status == 400);
  CHECK(sent("{").response.status == 400);
}

TEST_CASE("A body that is deeper than any event is none") {
  const auto with_levels = [](std::size_t count) {
    std::string body = event().dump();
    const std::string data = R"({"status":"failed"})";
    return body.replace(body.find(data), data.size(), repeated("[", count) + repeated("]", count));
  };
  CHECK(sent(with_levels(60)).response.status == 204);
  CHECK(sent(with_levels(5000)).response.status == 400);
}

TEST_CASE("A webhook's secret is whsec_ and the base64 of 24 to 64 bytes") {
  CHECK(webhook_key(kSecret)->size() == 24);
  CHECK(hmac_base64(*webhook_key(kSecret),
                    R"(msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314})") ==
        "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  CHECK_FALSE(webhook_key("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  CHECK_FALSE(webhook_key("whsec_"));
  CHECK_FALSE(webhook_key("whsec_===="));
  CHECK_FALSE(webhook_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"));
  CHECK_FALSE(webhook_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_"));
  CHECK_FALSE(webhook_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa=="));
}

}  // namespace jobtree::simulator::webhook_test
