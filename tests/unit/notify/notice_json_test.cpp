// What the outbox stores comes back, and what it does not understand does not come out as something
// else.
#include "notify/notice_json.h"

#include "unit/notify/told.h"

namespace jobtree::notify::notice_json_test {

using namespace tests;

TEST_CASE("A notice comes back as it was stored") {
  for (Notice notice : {failed_notice(), hostile_notice(), long_notice(),
                        test_notice(time_at("2026-11-28T22:28:20Z"), kPublicUrl)}) {
    notice.is_repeat = notice.is_late = true;
    const std::string payload = payload_of(notice);
    const auto content = content_of(payload);
    REQUIRE(content);
    REQUIRE(std::holds_alternative<Notice>(*content));
    CHECK(payload_of(*content) == payload);
    CHECK(std::get<Notice>(*content).is_repeat);
    CHECK(std::get<Notice>(*content).address == notice.address);
    CHECK(payload.size() < kLargestPayload);
  }
}

TEST_CASE("A digest comes back as it was stored") {
  const std::vector<Notice> notices{failed_notice(), long_notice(), hostile_notice()};
  const std::string payload = payload_of(digest_of(notices, true, kPublicUrl));
  const auto content = content_of(payload);
  REQUIRE(content);
  REQUIRE(std::holds_alternative<Digest>(*content));
  CHECK(payload_of(*content) == payload);
  CHECK(std::get<Digest>(*content).is_while_away);
}

TEST_CASE("Programs are told a notice by one schema") {
  const json told = json::parse(json_of(failed_notice()).dump());
  CHECK(told.at("schema") == 1);
  CHECK(told.at("kind") == "settled");
  CHECK(told.at("status") == "failed");
  CHECK(told.at("counts").at("total") == 20);
  CHECK(told.at("counts").at("failed") == 3);
  CHECK(told.at("causes").at(0).at("count") == 2);
  CHECK(told.at("begun_at") == "2026-11-28T22:24:06.000Z");
  CHECK(told.at("observed_at") == "2026-11-28T22:28:20.000Z");
  CHECK(told.at("late") == false);
  CHECK(told.at("label").is_null());
  CHECK_FALSE(told.contains("repeat"));
}

TEST_CASE("What is no payload of ours is none") {
  for (const std::string text :
       {"", "{", "[]", "null", "1", "{}", R"({"schema":1})", R"({"schema":2,"kind":"settled"})",
        R"({"schema":1,"kind":"else"})", R"({"schema":1,"kind":7})",
        R"({"schema":"1","kind":"settled"})"}) {
    CAPTURE(text);
    CHECK_FALSE(content_of(text));
  }
  CHECK_FALSE(content_of(std::string(kLargestPayload + 1, ' ')));
  CHECK_FALSE(content_of(std::string(60'000, '[')));
}

TEST_CASE("Members that are missing or of another type are as if nothing were known") {
  const auto content = content_of(
      R"({"schema":1,"kind":"settled","status":[],"counts":"x","causes":[1,null,{"count":-1}],)"
      R"("begun_at":"yesterday","late":1,"url":{},"name":7,"region":null})");
  REQUIRE(content);
  const auto& notice = std::get<Notice>(*content);
  CHECK(notice.status == Status::unknown);
  CHECK_FALSE(notice.begun_at);
  CHECK_FALSE(notice.is_late);
  CHECK(notice.link.empty());
  REQUIRE(notice.causes.size() == 3);
  CHECK(notice.causes[2].count == 0);
}

TEST_CASE("Counts beyond 32 bits and lists beyond ours are cut") {
  std::string causes;
  for (int i = 0; i < 100; ++i)
    causes += (i == 0 ? "" : ",") + std::string(R"({"count":99999999999})");
  const auto content = content_of(R"({"schema":1,"kind":"settled","causes":[)" + causes + "]}");
  REQUIRE(content);
  const auto& notice = std::get<Notice>(*content);
  CHECK(notice.causes.size() == kMostCauses);
  CHECK(notice.causes[0].count == 4294967295);
}

}  // namespace jobtree::notify::notice_json_test
