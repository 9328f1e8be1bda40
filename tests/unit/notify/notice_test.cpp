// What is told of a job, and of several in one.
#include "notify/notice.h"

#include "unit/notify/told.h"

namespace jobtree::notify::notice_test {

using namespace tests;

TEST_CASE("An event has one id on every replica and at every attempt") {
  // printf '%s' 'cn-north-4/eip/-/ff80|settled|failed|2026-11-28T22:24:06.000Z' | sha256sum
  CHECK(event_id("cn-north-4/eip/-/ff80", Kind::settled, Status::failed,
                 "2026-11-28T22:24:06.000Z") == "5f187ce8518fb12203323a3bdb246217");
  CHECK(failed_notice().id == failed_notice().id);
  CHECK(failed_notice().id.size() == 32);
}

TEST_CASE("Another kind, status, run or job is another event") {
  const std::string id = failed_notice().id;
  Occasion occasion = settled();
  occasion.kind = Kind::first_failure;
  CHECK(notice_of(failed_record(), occasion).id != id);
  occasion = settled();
  occasion.run = "2";
  CHECK(notice_of(failed_record(), occasion).id != id);
  store::JobRecord record = failed_record();
  record.status = Status::succeeded;
  CHECK(notice_of(record, settled()).id != id);
  record = failed_record();
  record.begun_at = time_at("2026-11-28T22:24:07Z");
  CHECK(notice_of(record, settled()).id != id);
}

TEST_CASE("When it was observed does not make another event of it") {
  Occasion occasion = settled();
  occasion.observed_at = time_at("2026-11-29T22:28:20Z");
  occasion.is_late = true;
  CHECK(notice_of(failed_record(), occasion).id == failed_notice().id);
}

TEST_CASE("A cause of failure is one event for all jobs that have it") {
  Occasion occasion = settled();
  occasion.kind = Kind::group_new;
  occasion.cause = {.code = "VPC.0532", .text = "no free address", .group = "VPC.0532~00000001"};
  store::JobRecord other = failed_record();
  other.address = {"cn-north-4", "eip", "-", "another"};
  other.begun_at = time_at("2026-11-28T20:00:00Z");
  other.status = Status::running;
  const Notice notice = notice_of(failed_record(), occasion);
  CHECK(notice.id == notice_of(other, occasion).id);
  CHECK(notice.error_code == "VPC.0532");
  REQUIRE(notice.causes.size() == 1);
  CHECK(notice.causes[0].group == "VPC.0532~00000001");
  occasion.run = "back on 2026-12-24";
  CHECK(notice_of(failed_record(), occasion).id != notice.id);
  occasion.run = "";
  occasion.cause->group = "VPC.0532~00000002";
  CHECK(notice_of(failed_record(), occasion).id != notice.id);
}

TEST_CASE("A notice has the job's facts, in lines and within bounds") {
  const Notice notice = failed_notice();
  CHECK(notice.type_name.en == "Create EIPs");
  CHECK(notice.project_alias == "prod");
  CHECK(notice.causes.size() == 2);
  CHECK(notice.link ==
        "https://jobs.example/?job=cn-north-4/eip/0f1e2d3c4b5a69788796a5b4c3d2e1f0/"
        "ff80808290a1b2c301990000aaaa0001");
  for (const Notice& bad : {hostile_notice(), long_notice()}) {
    CHECK(bad.causes.size() <= kMostCauses);
    for (const std::string& text : {bad.error_text, bad.label, bad.type, bad.causes[0].text}) {
      CHECK(text.size() <= kLongestNoticeText);
      CHECK(text.find_first_of("\r\n") == std::string::npos);
      CHECK(is_utf8(text));
    }
  }
}

TEST_CASE("A job is called by its label, else its type, else its id") {
  Notice notice = failed_notice();
  CHECK(title_of(notice).zh == notice.type_name.zh);
  notice.type_name = {};
  CHECK(title_of(notice).en == "batchCreatePublicips");
  notice.type = "";
  CHECK(title_of(notice).en == "ff80808290a1b2c301990000aaaa0001");
  notice.label = "release 1.2";
  CHECK(title_of(notice).en == "release 1.2");
}

TEST_CASE("Links begin with the public URL, and there is none without") {
  const cloud::JobAddress address("r", "s", "-", "INSTANCE/TASK");
  CHECK(job_link("https://jobs.example/", address) ==
        "https://jobs.example/?job=r/s/-/INSTANCE/TASK");
  CHECK(job_link("https://jobs.example/sub", address) ==
        "https://jobs.example/sub/?job=r/s/-/INSTANCE/TASK");
  CHECK(job_link("", address).empty());
  CHECK(list_link("https://jobs.example") == "https://jobs.example/#board");
}

TEST_CASE("Several notices become rows by kind, status and error, the largest first") {
  std::vector<Notice> notices(3, failed_notice());
  store::JobRecord record = failed_record();
  record.status = Status::succeeded;
  record.error_code = record.error_text = "";
  for (int i = 0; i < 5; ++i)
    notices.push_back(notice_of(record, settled()));
  notices[1].error_text = "quota of another project exceeded";
  notices[2].observed_at = time_at("2026-11-28T20:00:00Z");
  const Digest digest = digest_of(notices, false, kPublicUrl);
  REQUIRE(digest.rows.size() == 2);
  CHECK(digest.rows[0].status == Status::succeeded);
  CHECK(digest.rows[0].count == 5);
  CHECK(digest.rows[1].code == "VPC.0501");
  CHECK(digest.rows[1].count == 3);
  CHECK(digest.count == 8);
  CHECK(digest.first_at == time_at("2026-11-28T20:00:00Z"));
  CHECK(digest.last_at == time_at("2026-11-28T22:28:20Z"));
  CHECK(digest.link == "https://jobs.example/#board");
}

TEST_CASE("Errors without a code are told apart by their texts") {
  std::vector<Notice> notices(3, failed_notice());
  for (Notice& notice : notices)
    notice.error_code = "";
  notices[2].error_text = "another";
  CHECK(digest_of(notices, false, "").rows.size() == 2);
}

TEST_CASE("A digest has ten rows, counts all, and has the id of what is in it") {
  std::vector<Notice> notices;
  for (int i = 0; i < 1000; ++i) {
    notices.push_back(failed_notice());
    notices.back().error_code = "VPC." + std::to_string(i);
    notices.back().id = std::to_string(i);
  }
  const Digest digest = digest_of(notices, true, "");
  CHECK(digest.rows.size() == kMostRows);
  CHECK(digest.count == 1000);
  CHECK(digest.is_while_away);
  CHECK(digest.id == digest_of(notices, true, "").id);
  notices.pop_back();
  CHECK(digest.id != digest_of(notices, true, "").id);
  CHECK(digest_of({}, false, "").rows.empty());
}

TEST_CASE("Kinds have names, both ways") {
  for (std::size_t i = 0; i < kKinds; ++i) {
    const auto kind = static_cast<Kind>(i);
    CHECK(kind_named(name_of(kind)) == kind);
  }
  CHECK_FALSE(kind_named("Settled"));
}

}  // namespace jobtree::notify::notice_test
