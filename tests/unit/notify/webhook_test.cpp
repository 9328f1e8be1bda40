// A webhook: the event, its signatures, and what a response means.
#include "notify/channels/webhook.h"

#include "base/hex.h"
#include "base/protocol/base64.h"
#include "base/protocol/digest.h"
#include "notify/channels/signature.h"
#include "unit/notify/told.h"

namespace jobtree::notify::webhook_test {

using namespace tests;

namespace {

constexpr auto kKind = ChannelKind::webhook;
constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* kOlder = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

std::string signed_by(const char* secret, const HttpRequest& request) {
  const std::string key = from_base64(std::string_view(secret).substr(6)).value();
  return "v1," + signature(key, header_of(request, "webhook-id") + '.' +
                                    header_of(request, "webhook-timestamp") + '.' + request.body)
                     .value();
}

}  // namespace

TEST_CASE("An event is one of CloudEvents in its structured form") {
  const HttpRequest request = request_of(channel_of(kKind), failed_notice());
  CHECK(header_of(request, "Content-Type") == "application/cloudevents+json; charset=utf-8");
  const json event = json::parse(request.body);
  CHECK(event.at("specversion") == "1.0");
  CHECK(event.at("id") == "evt_" + failed_notice().id);
  CHECK(event.at("source") == kPublicUrl);
  CHECK(event.at("type") == "io.jobtree.job.settled");
  CHECK(event.at("time") == "2026-11-28T22:28:20.000Z");
  CHECK(event.at("subject") == failed_notice().address.key());
  CHECK(event.at("datacontenttype") == "application/json");
  CHECK(event.at("data").at("status") == "failed");
  CHECK(event.at("data").at("url") == failed_notice().link);
}

TEST_CASE("A digest is an event of a kind of its own") {
  const std::vector<Notice> notices{failed_notice()};
  const json event = body_of(channel_of(kKind), digest_of(notices, false, kPublicUrl));
  CHECK(event.at("type") == "io.jobtree.digest");
  CHECK(event.at("data").at("rows").at(0).at("count") == 1);
  CHECK_FALSE(event.contains("subject"));
}

TEST_CASE("The vector of Standard Webhooks holds") {
  const std::string key = from_base64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value();
  CHECK(signature(key, R"(msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314})").value() ==
        "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_CASE("An event is signed with each secret, so that one can take the place of another") {
  const HttpRequest request =
      request_of(channel_of(kKind), failed_notice(), secrets_of({kSecret, kOlder}));
  CHECK(header_of(request, "webhook-id") == "evt_" + failed_notice().id);
  CHECK(header_of(request, "webhook-timestamp") == "1795905000");
  CHECK(header_of(request, "webhook-signature") ==
        signed_by(kSecret, request) + ' ' + signed_by(kOlder, request));
  CHECK(header_of(request_of(channel_of(kKind), failed_notice()), "webhook-signature").empty());
}

TEST_CASE("A later attempt has the same id and body, and a signature of its own time") {
  const auto at = [](const char* time) {
    Notice notice = failed_notice();
    notice.is_repeat = true;
    return request_of(channel_of(kKind), notice, secrets_of({kSecret}), time_at(time));
  };
  const HttpRequest first = at("2026-11-28T22:30:00Z");
  const HttpRequest later = at("2026-11-29T04:30:00Z");
  CHECK(first.body == later.body);
  CHECK(first.body == request_of(channel_of(kKind), failed_notice()).body);
  CHECK(header_of(first, "webhook-id") == header_of(later, "webhook-id"));
  CHECK(header_of(first, "webhook-signature") != header_of(later, "webhook-signature"));
}

TEST_CASE("A secret that is none of the standard is refused before anything is sent") {
  const std::string short_one = "whsec_" + to_base64(std::string(23, 'x'));
  const std::string long_one = "whsec_" + to_base64(std::string(65, 'x'));
  for (const char* secret : {"secret", "whsec_", "whsec_!!!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                             short_one.c_str(), long_one.c_str()}) {
    CAPTURE(secret);
    const auto fault = fault_of(channel_of(kKind), secrets_of({secret}));
    REQUIRE(fault);
    CHECK(contains(fault->message(), "openssl rand"));
    CHECK_FALSE(contains(fault->message(), "MfKQ"));
  }
}

TEST_CASE("The vector of GitHub holds, and such a signature is made where it is wanted") {
  CHECK(to_hex(*HmacSha256("It's a Secret to Everybody")("Hello, World!")) ==
        "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
  Channel channel = channel_of(kKind);
  channel.is_signed_like_github = true;
  const HttpRequest request = request_of(channel, failed_notice(), secrets_of({"any"}));
  CHECK(header_of(request, "X-Hub-Signature-256") ==
        "sha256=" + to_hex(*HmacSha256("any")(request.body)));
  CHECK(header_of(request, "webhook-signature").empty());
  CHECK(fault_of(channel, {}));
}

TEST_CASE("Hostile texts stay in their strings, and a body keeps within 20,000 bytes") {
  std::string quotes(2000, '"');
  store::JobRecord record = failed_record();
  record.failures.assign(20, {.error_code = "A", .error_text = quotes, .count = 1});
  record.error_text = quotes;
  for (const Notice& notice : {hostile_notice(), long_notice(), notice_of(record, settled())}) {
    const HttpRequest request = request_of(channel_of(kKind), notice);
    CHECK(request.body.size() <= 20'000);
    REQUIRE(json::accept(request.body));
    CHECK(json::parse(request.body).at("data").at("error_text") == notice.error_text);
    CHECK(json::parse(request.body).at("data").at("url") == notice.link);
  }
}

TEST_CASE("Any 2xx is a delivery, and 410 the end of the channel") {
  CHECK(shown(kKind, 204, "") == "delivered: Delivered.");
  CHECK(shown(kKind, 202, "<html>").starts_with("delivered"));
  CHECK(shown(kKind, 410, "").starts_with("gone: HTTP 410"));
  CHECK(shown(kKind, 415, "").starts_with("never"));
  CHECK(shown(kKind, 302, "").starts_with("never: HTTP 302: The URL redirects"));
}

}  // namespace jobtree::notify::webhook_test
