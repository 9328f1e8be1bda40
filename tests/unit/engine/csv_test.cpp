#include "output/csv.h"

#include <string>

#include "ingest/job_parser.h"
#include "unit/catch.h"

namespace csv_test {

using namespace jobtree::engine;

namespace {

std::string table(const std::string& json) {
  const ParsedJob parsed = parse_job(json);
  REQUIRE(parsed.error == ParsedJob::Error::none);
  return std::string(std::string_view(to_csv(parsed.tree)));
}

const std::string kHead =
    "level,id,parent_id,type,status,status_sent,begin,end,seconds,error_code,error_text,"
    "error_group";

/// Without the head, of jobs that have no facts.
std::string csv(const std::string& json) {
  const std::string text = table(json);
  const std::string head = kHead + "\r\n";
  REQUIRE(text.substr(0, head.size()) == head);
  return text.substr(head.size());
}

}  // namespace

TEST_CASE(
    "Every job is a line, each parent before its children, and every name of a fact a column") {
  CHECK(table(R"({"job_id":"r","job_type":"batch","status":"RUNNING","sub_jobs":[
          {"job_id":"a","job_type":"one","status":"SUCCESS","begin_time":"2022-12-05T08:10:20.000Z",
           "end_time":"2022-12-05T08:11:22.050Z","sub_jobs":[{"job_id":"a1","status":"SUCCESS","entities":{"zone":"z, 1"}}]},
          {"job_id":"b","job_type":"two","status":"FAIL","error_code":"Ecs.0319","fail_reason":"No capacity",
           "entities":{"server_id":"s1","size":5}}]})") ==
        kHead +
            ",server_id,size,zone\r\n"
            "1,r,,batch,running,RUNNING,,,,,,,,,\r\n"
            "2,a,r,one,succeeded,SUCCESS,2022-12-05T08:10:20.000Z,2022-12-05T08:11:22.050Z,62.050,,"
            ",,,,\r\n"
            "3,a1,a,,succeeded,SUCCESS,,,,,,,,,\"z, 1\"\r\n"
            "2,b,r,two,failed,FAIL,,,,Ecs.0319,No capacity,Ecs.0319~61b0e975,s1,5,\r\n");
}

TEST_CASE("A fact that is called as another column has a column of another name") {
  CHECK(table(R"({"job_id":"r","status":"SUCCESS","entities":{"seconds":1,"zone":"z"}})")
            .find(",fact_seconds,zone\r\n") != std::string::npos);
}

TEST_CASE("Names of facts beyond the first hundred share a column") {
  std::string json = R"({"job_id":"r","status":"RUNNING","sub_jobs":[)";
  for (int i = 0; i < 102; ++i) {
    json += std::string(i == 0 ? "" : ",") + R"({"job_id":"c","status":"SUCCESS","entities":{"f)" +
            std::to_string(i) + "\":\"v\"}}";
  }
  const std::string text = table(json + "]}");
  CHECK(text.find(",f98,f99,facts\r\n") != std::string::npos);
  CHECK(text.find(",f101: v\r\n") != std::string::npos);
}

TEST_CASE("Commas, quotes and line ends are quoted (RFC 4180)") {
  CHECK(csv(R"({"job_id":"a,b","status":"FAIL","fail_reason":"said \"no\"\nand left"})") ==
        "1,\"a,b\",,,failed,FAIL,,,,,\"said \"\"no\"\"\nand left\",~e996d661\r\n");
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

}  // namespace csv_test
