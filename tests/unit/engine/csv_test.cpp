#include "output/csv.h"

#include <string>

#include "ingest/job_parser.h"
#include "unit/catch.h"

using namespace jobtree::engine;

namespace {

std::string csv(const std::string& json) {
  ParsedJob parsed = parse_job(json);
  REQUIRE(parsed.error == ParsedJob::Error::none);
  const std::string text(std::string_view(to_csv(parsed.tree)));
  const std::string head =
      "level,id,parent_id,type,status,status_sent,begin,end,seconds,error_code,error_text,"
      "facts\r\n";
  REQUIRE(text.substr(0, head.size()) == head);
  return text.substr(head.size());
}

}  // namespace

TEST_CASE("Every job is a line, each parent before its children") {
  CHECK(
      csv(R"({"job_id":"r","job_type":"batch","status":"RUNNING","sub_jobs":[
          {"job_id":"a","job_type":"one","status":"SUCCESS","begin_time":"2022-12-05T08:10:20.000Z",
           "end_time":"2022-12-05T08:11:22.050Z","sub_jobs":[{"job_id":"a1","status":"SUCCESS"}]},
          {"job_id":"b","job_type":"two","status":"FAIL","error_code":"Ecs.0319","fail_reason":"No capacity",
           "entities":{"server_id":"s1","size":5}}]})") ==
      "1,r,,batch,running,RUNNING,,,,,,\r\n"
      "2,a,r,one,succeeded,SUCCESS,2022-12-05T08:10:20.000Z,2022-12-05T08:11:22.050Z,62.050,,,\r\n"
      "3,a1,a,,succeeded,SUCCESS,,,,,,\r\n"
      "2,b,r,two,failed,FAIL,,,,Ecs.0319,No capacity,server_id: s1; size: 5\r\n");
}

TEST_CASE("Commas, quotes and line ends are quoted (RFC 4180)") {
  CHECK(csv(R"({"job_id":"a,b","status":"FAIL","fail_reason":"said \"no\"\nand left"})") ==
        "1,\"a,b\",,,failed,FAIL,,,,,\"said \"\"no\"\"\nand left\",\r\n");
}

TEST_CASE("What a spreadsheet would run begins with an apostrophe") {
  for (const std::string start : {"=", "+", "-", "@", "\\t", "\\r", "＝", "＋", "－", "＠"}) {
    const std::string line =
        csv(R"({"job_id":"r","status":"FAIL","fail_reason":")" + start + R"(cmd|' /C calc'!A0"})");
    const std::string begin = start == "\\t" ? "\t" : start == "\\r" ? "\r" : start;
    CHECK(line.find("'" + begin + "cmd") != std::string::npos);
  }
  CHECK(csv(R"({"job_id":"r","status":"FAIL","fail_reason":"=1,2"})").find("\"'=1,2\"") !=
        std::string::npos);
}

TEST_CASE("Texts of any script stay as they are") {
  for (const std::string text : {"（配额不足）", "，", "失败＝", "é", "\xEF\xBC\x9E"}) {
    CHECK(csv(R"({"job_id":"r","status":"FAIL","fail_reason":")" + text + "\"}")
              .find("," + text + ",") != std::string::npos);
  }
}

TEST_CASE("Dates of all ages come out as they went in; what is no time, as sent") {
  for (const std::string time :
       {"1970-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "2000-02-29T12:00:00.000Z",
        "2100-03-01T00:00:00.000Z", "2024-12-31T23:59:59.000Z", "yesterday"}) {
    CHECK(csv(R"({"job_id":"r","status":"SUCCESS","begin_time":")" + time + "\"}")
              .find("," + time + ",") != std::string::npos);
  }
}

TEST_CASE("No job is a head alone") {
  CHECK(to_csv(JobTree{}).back() == '\n');
}
