// Alertmanager: the alert, its few labels, and its end.
#include "notify/channels/alertmanager.h"

#include "unit/notify/told.h"

namespace jobtree::notify::alertmanager_test {

using namespace tests;

namespace {

constexpr auto kKind = ChannelKind::alertmanager;

}  // namespace

TEST_CASE("An alert has few labels, so that alerts can be grouped, and ends by itself") {
  const json alerts = body_of(channel_of(kKind), failed_notice());
  REQUIRE(alerts.size() == 1);
  const json& alert = alerts[0];
  CHECK(alert.at("labels") == json{{"alertname", "JobtreeJobFailed"},
                                   {"service", "eip"},
                                   {"region", "cn-north-4"},
                                   {"job_type", "batchCreatePublicips"},
                                   {"severity", "warning"}});
  CHECK(alert.at("annotations").at("summary") == "Failed: Create EIPs (17/20)");
  CHECK(alert.at("annotations").at("job") == failed_notice().address.key());
  CHECK(contains(std::string(alert.at("annotations").at("description")),
                 "VPC.0501: quota exceeded\n"));
  CHECK(alert.at("startsAt") == "2026-11-28T22:28:20.000Z");
  CHECK(alert.at("endsAt") == "2026-11-29T02:30:00.000Z");
  CHECK(alert.at("generatorURL") == failed_notice().link);
}

TEST_CASE("Success is no warning, and a digest is one alert") {
  store::JobRecord record = failed_record();
  record.status = Status::succeeded;
  const json alert = body_of(channel_of(kKind), notice_of(record, settled()))[0];
  CHECK(alert.at("labels").at("alertname") == "JobtreeJobFinished");
  CHECK(alert.at("labels").at("severity") == "info");
  const std::vector<Notice> notices{failed_notice()};
  const json digest = body_of(channel_of(kKind), digest_of(notices, false, ""))[0];
  CHECK(digest.at("labels").at("alertname") == "JobtreeDigest");
  CHECK_FALSE(digest.contains("generatorURL"));
}

TEST_CASE("The path is added to the server's URL, unless it is there") {
  Channel channel = channel_of(kKind);
  for (const char* url : {"https://alerts.example", "https://alerts.example/",
                          "https://alerts.example/api/v2/alerts"}) {
    channel.url = url;
    CHECK(request_of(channel, failed_notice()).url == "https://alerts.example/api/v2/alerts");
  }
}

TEST_CASE("A secret is a token, or with a user a password") {
  Channel channel = channel_of(kKind);
  CHECK(header_of(request_of(channel, failed_notice(), secrets_of({"t0ken"})), "Authorization") ==
        "Bearer t0ken");
  channel.user = "Aladdin";
  CHECK(header_of(request_of(channel, failed_notice(), secrets_of({"open sesame"})),
                  "Authorization") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  CHECK(header_of(request_of(channel, failed_notice()), "Authorization").empty());
}

TEST_CASE("Alertmanager is judged by the status") {
  CHECK(shown(kKind, 200, "").starts_with("delivered"));
  CHECK(shown(kKind, 400, R"("labels: invalid")").starts_with("never"));
  CHECK(shown(kKind, 503, "").starts_with("again"));
}

}  // namespace jobtree::notify::alertmanager_test
