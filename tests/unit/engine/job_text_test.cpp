#include "output/job_text.h"

#include <string>
#include <string_view>

#include "ingest/job_parser.h"
#include "unit/catch.h"
#include "unit/engine/text_of.h"

namespace job_text_test {

using namespace jobtree::engine;

namespace {

/// The words of job `number` of an answer.
std::string words(void (*put)(String&, const Subject&), std::string_view json,
                  std::uint32_t number = 0, Language language = Language::en, double now = 0) {
  const ParsedJob parsed = parse_job(json);
  REQUIRE(parsed.error == ParsedJob::Error::none);
  return text_of(put, Subject{parsed.tree, number, language, now});
}

constexpr std::string_view kFailed = R"({"job_id":"j1","job_type":"attachVolume","status":"FAIL",
  "begin_time":"2026-11-24T12:00:00Z","end_time":"2026-11-24T12:02:03Z","error_code":"Ecs.0319",
  "fail_reason":"no capacity","entities":{"server_id":"s1","size":10,"name":"web"}})";

}  // namespace

TEST_CASE("A job is called by the name of its type, else by the type as sent, else by its id") {
  CHECK(words(put_name, kFailed) == "Attach volume");
  CHECK(words(put_name, kFailed, 0, Language::zh) == "挂载云硬盘");
  CHECK(words(put_sent_name, kFailed) == "attachVolume");
  CHECK(words(put_name, R"({"job_id":"j1","job_type":"attachMoon","status":"RUNNING"})") ==
        "attachMoon");
  CHECK(words(put_name, R"({"job_id":"j1","status":"RUNNING"})") == "j1");
}

TEST_CASE("The made-up root of a list is called by how many there are, and nobody below it") {
  const char* const list = R"([{"job_id":"a","status":"RUNNING"},{"job_id":"b","status":"INIT"}])";
  CHECK(words(put_name, list) == "2 jobs");
  CHECK(words(put_name, list, 0, Language::zh) == "共 2 个任务");
  CHECK(words(put_name, list, 1) == "a");
}

TEST_CASE("A status we do not know is said as it was sent, and none by our word") {
  CHECK(words(put_status, R"({"job_id":"j","status":"Frobnicating"})") == "Frobnicating");
  CHECK(words(put_status, R"({"job_id":"j","status":""})") == "unknown");
  CHECK(words(put_status, kFailed, 0, Language::zh) == "失败");
}

TEST_CASE("An error is its code and its reason, either of which may be missing") {
  CHECK(words(put_error, kFailed) == "Ecs.0319  no capacity");
  CHECK(words(put_error, R"({"job_id":"j","status":"FAIL","error_code":"E.1"})") == "E.1");
  CHECK(words(put_error, R"({"job_id":"j","status":"FAIL","fail_reason":"why"})") == "why");
  CHECK(words(put_error, R"({"job_id":"j","status":"SUCCESS"})").empty());
}

TEST_CASE("A running job has taken the time until now, an ended one what it took") {
  CHECK(words(put_time_taken, kFailed) == "2m 03s");
  const char* const running =
      R"({"job_id":"j","status":"RUNNING","begin_time":"2026-11-24T12:00:00Z"})";
  CHECK(words(put_time_taken, running, 0, Language::en, 1'795'521'605'500) == "5s");
  CHECK(words(put_time_taken, R"({"job_id":"j","status":"RUNNING"})").empty());
}

TEST_CASE("Progress is how many below are done, else what the job says while it goes on") {
  const auto progress = [](const std::string& more) {
    return words(put_progress, R"({"job_id":"j",)" + more + "}");
  };
  CHECK(progress(R"("status":"RUNNING","progress":"60%")") == "60%");
  CHECK(progress(R"("status":"RUNNING","progress":60)") == "60%");
  CHECK(progress(R"("status":"RUNNING","progress":0)") == "0%");
  CHECK(progress(R"("status":"RUNNING")").empty());
  CHECK(progress(R"("status":"SUCCESS","progress":"60%")").empty());
  const std::string below =
      R"(,"sub_jobs":[{"status":"SUCCESS"},{"status":"FAIL"},{"status":"ODD"},{"status":"INIT"}])";
  CHECK(progress(R"("status":"RUNNING","progress":"60%")" + below) == "2 of 4 done");
}

TEST_CASE("Of the facts a line has three, names first and ids last, and a list all") {
  CHECK(words(put_facts_line, kFailed) == "web · size 10 · s1");
  CHECK(words(put_facts_list, kFailed) == "server_id: s1\nsize: 10\nname: web");
}

TEST_CASE("A line labels a fact only where its value does not say what it is") {
  const auto line = [](const std::string& entities) {
    return words(put_facts_line, R"({"job_id":"j","entities":{)" + entities + "}}");
  };
  CHECK(line(R"("publicip_id":"3b6d","public_ip_address":"203.0.113.7")") == "203.0.113.7 · 3b6d");
  CHECK(line(R"("resourceID":"d","resourceName":"c")") == "c · d");
  CHECK(line(R"("paid":"yes","valid":"no","id":"7")") == "paid yes · valid no · 7");
  CHECK(line(R"("private_ip":"10.0.0.8","size":40,"mode":"x")") == "10.0.0.8 · size 40 · mode x");
}

TEST_CASE("A row's accessible name has all that the row shows, and leaves out what there is not") {
  CHECK(words(put_label, kFailed) ==
        "Attach volume, failed, 2m 03s, web · size 10 · s1, Ecs.0319  no capacity, first failure");
  CHECK(words(put_label, kFailed, 0, Language::zh) ==
        "挂载云硬盘，失败，2 分 03 秒，web · size 10 · s1，Ecs.0319  no capacity，首个失败");
  CHECK(words(put_label, R"({"job_id":"j","status":"INIT","progress":"40%"})") ==
        "j, waiting, 40%");
}

TEST_CASE(
    "A running clock is not part of the accessible name, or it would be read out each second") {
  const char* const running =
      R"({"job_id":"j","status":"RUNNING","begin_time":"2026-11-24T12:00:00Z"})";
  CHECK(words(put_label, running, 0, Language::en, 1'795'521'605'500) == "j, running");
}

TEST_CASE("A row that is shown for a match below it says so to those who listen") {
  const ParsedJob parsed = parse_job(R"({"job_id":"j","status":"RUNNING"})");
  Subject subject{parsed.tree, 0};
  subject.is_on_the_way = true;
  CHECK(text_of(put_label, subject) == "j, running, contains matches");
}

}  // namespace job_text_test
