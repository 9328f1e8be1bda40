#include "ingest/job_parser.h"

#include <cctype>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "i18n/messages.h"
#include "ingest/timestamp.h"
#include "ingest/vocabulary.h"
#include "unit/catch.h"

namespace job_parser_test {

using namespace jobtree::engine;
using nlohmann::json;

namespace {

std::string read_data(const std::string& name) {
  std::ifstream file(std::string(JOBTREE_TEST_DATA) + "/jobs/" + name, std::ios::binary);
  REQUIRE(file.good());
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

JobTree tree_of(const std::string& bytes) {
  ParsedJob parsed = parse_job(bytes);
  REQUIRE(parsed.error == ParsedJob::Error::none);
  return std::move(parsed.tree);
}

std::string text(const JobTree& tree, Text run) {
  return std::string(tree.view(run));
}

ParsedJob::Error error_of(const std::string& bytes) {
  return parse_job(bytes).error;
}

std::uint32_t deepest(const JobTree& tree) {
  std::uint32_t depth = 0;
  for (const Job& job : tree.jobs)
    depth = std::max(depth, job.depth + 1U);
  return depth;
}

/// A job with a job inside it, and so on.
std::string nested(int levels) {
  std::string bytes;
  for (int i = 0; i < levels; ++i) {
    bytes +=
        R"({"job_id":"j)" + std::to_string(i) + R"(","status":"RUNNING","entities":{"sub_jobs":[)";
  }
  for (int i = 0; i < levels; ++i)
    bytes += "]}}";
  return bytes;
}

void check(const JobTree& tree, const json& expect) {
  const Job& root = tree.root();
  const auto same = [](const std::string& got, const json& wanted) {
    return got == (wanted.is_null()     ? ""
                   : wanted.is_string() ? wanted.get<std::string>()
                                        : wanted.dump());
  };
  CHECK(same(text(tree, root.id), expect["id"]));
  CHECK(same(text(tree, root.type), expect["type"]));
  CHECK(same(text(tree, root.status_text), expect["status"]));
  CHECK(same(std::string(status_word(root.status, Language::en)), expect["state"]));
  CHECK(same(text(tree, root.error_code), expect["error_code"]));
  CHECK(same(text(tree, root.error_text), expect["error_text"]));
  CHECK(root.child_count == expect["children"].get<unsigned>());
  CHECK(deepest(tree) == expect["depth"].get<unsigned>());
  CHECK(tree.jobs.size() == expect["total_nodes"].get<std::size_t>());
  const auto instant = [](const json& iso) {
    return iso.is_null() ? kNoInstant : parse_instant(iso.get<std::string>());
  };
  CHECK(root.begin == instant(expect["begin_iso"]));
  if (is_settled(root.status)) CHECK(root.end == instant(expect["end_iso"]));
  if (!expect.contains("facts")) return;
  for (const auto& [name, value] : expect["facts"].items()) {
    CAPTURE(name);
    const auto* const first = tree.facts.begin() + root.first_fact;
    // Names of their own, as clang 14 has no lambda use the bound ones.
    CHECK(std::any_of(first, first + root.fact_count, [&, &n = name, &v = value](const Fact& fact) {
      return text(tree, fact.name) == n && text(tree, fact.value) == v;
    }));
  }
}

}  // namespace

TEST_CASE("Every recorded answer of a single job is understood") {
  for (const json& entry : json::parse(read_data("index.json"))) {
    const auto file = entry["file"].get<std::string>();
    if (entry["http_status"] != 200 || entry["expect"].is_null()) continue;
    if (entry["expect"]["status"].is_null()) continue;  // lists: below
    DYNAMIC_SECTION(file) {
      check(tree_of(read_data(file)), entry["expect"]);
    }
  }
}

TEST_CASE("The documented answer of an elastic IP batch is read field by field") {
  const JobTree tree = tree_of(read_data("eip-documented.json"));
  REQUIRE(tree.jobs.size() == 1);
  const Job& job = tree.root();
  CHECK(text(tree, job.id) == "ff808082843684110184e155fdb36461");
  CHECK(text(tree, job.type) == "createBatchPublicip");
  CHECK(job.status == Status::succeeded);
  CHECK(job.end - job.begin == 1913);
  CHECK(job.error_code.empty());
  CHECK(job.error_text.empty());
}

TEST_CASE("An empty end of a running job is no end") {
  const JobTree tree = tree_of(read_data("ecs-running-nested-live.json"));
  REQUIRE(tree.jobs.size() == 2);
  CHECK(tree.root().end == kNoInstant);
  CHECK(tree.root().end_text.empty());
  const Job& child = tree.jobs[1];
  CHECK(text(tree, child.type) == "createSingleServer");
  REQUIRE(child.fact_count == 1);
  CHECK(text(tree, tree.facts[child.first_fact].name) == "server_id");
}

TEST_CASE("Some services fill an end while the job runs, and it is not taken for one") {
  const JobTree tree = tree_of(read_data("ddm-running-ended.json"));
  CHECK(tree.root().status == Status::running);
  CHECK(tree.root().end == kNoInstant);
  CHECK(tree.root().progress == 600);
}

TEST_CASE("A list of several jobs becomes children of one made-up job") {
  for (const char* file :
       {"cph-int-list-mixed.json", "ddm-list-3-tobeswitched.json", "esw-list-2-one-failed.json",
        "gaussdb-tasks-failed-completed-epoch.json", "geip-list-2.json", "ges-list-2-camel.json",
        "sdrs-failed-list.json", "workspace-subjobs-list-running.json"}) {
    DYNAMIC_SECTION(file) {
      const ParsedJob parsed = parse_job(read_data(file));
      REQUIRE(parsed.error == ParsedJob::Error::none);
      CHECK(parsed.tree.is_list);
      CHECK(parsed.tree.root().child_count >= 2);
      for (const Job& job : parsed.tree.jobs) {
        if (job.parent != kNoJob) CHECK_FALSE(job.status_text.empty());
      }
    }
  }
}

TEST_CASE("What is known to be a list is one with one job in it, and with none") {
  const ParsedJob one = parse_list(String(R"([{"job_id":"a","status":"SUCCESS"}])"));
  REQUIRE(one.error == ParsedJob::Error::none);
  CHECK(one.tree.is_list);
  REQUIRE(one.tree.root().child_count == 1);
  CHECK(one.tree.view(one.tree.jobs[1].id) == "a");

  const ParsedJob none = parse_list(String("[]"));
  REQUIRE(none.error == ParsedJob::Error::none);
  CHECK(none.tree.is_list);
  CHECK(none.tree.root().child_count == 0);

  CHECK(parse_list(String(R"({"job_id":"a","status":"SUCCESS"})")).error ==
        ParsedJob::Error::no_job);
}

TEST_CASE("A list stands as its jobs stand as a whole") {
  struct Row {
    const char* statuses;  // S succeeded, F failed, C cancelled, K skipped, R running, W waiting, ?
    Status status;
  };
  const Row row = GENERATE(
      Row{"SS", Status::succeeded}, Row{"SF", Status::failed}, Row{"CC", Status::cancelled},
      Row{"CF", Status::failed}, Row{"CS", Status::succeeded}, Row{"CK", Status::cancelled},
      Row{"KK", Status::skipped}, Row{"WW", Status::waiting}, Row{"WK", Status::waiting},
      Row{"WS", Status::running}, Row{"RW", Status::running}, Row{"RF", Status::running},
      Row{"??", Status::unknown}, Row{"?S", Status::running});
  CAPTURE(row.statuses);
  std::string list;
  for (const char* it = row.statuses; *it != 0; ++it) {
    const char* const status = *it == 'S'   ? "SUCCESS"
                               : *it == 'F' ? "FAIL"
                               : *it == 'C' ? "CANCELED"
                               : *it == 'K' ? "SKIPPED"
                               : *it == 'R' ? "RUNNING"
                               : *it == 'W' ? "INIT"
                                            : "SOMETHING";
    list += (list.empty() ? "" : ",") + std::string(R"({"job_id":")") +
            std::to_string(it - row.statuses) + R"(","status":")" + status + "\"}";
  }
  CHECK(tree_of(R"({"jobs":[)" + list + "]}").root().status == row.status);
}

TEST_CASE("A list has ended when all of it has, and failed when any of it has") {
  CHECK(tree_of(read_data("esw-list-2-one-failed.json")).root().status == Status::failed);
  CHECK(tree_of(read_data("geip-list-2.json")).root().status == Status::succeeded);
  CHECK(tree_of(read_data("workspace-subjobs-list-running.json")).root().status == Status::running);
}

TEST_CASE("entities may be an object, an array, null or missing") {
  const auto children = [](const std::string& entities) {
    return tree_of(R"({"job_id":"a","status":"RUNNING")" + entities + "}").root().child_count;
  };
  CHECK(children(R"(,"entities":{"sub_jobs":[{"job_id":"b"},{"job_id":"c"}]})") == 2);
  CHECK(children(R"(,"entities":[{"sub_jobs":[{"job_id":"b"}]},{"sub_jobs":[{"job_id":"c"}]}])") ==
        2);
  CHECK(children(R"(,"entities":{"sub_jobs":{"job_id":"b"}})") == 1);
  CHECK(children(R"(,"entities":[{"resource_id":"r","resource_type":"loadbalancer"}])") == 0);
  CHECK(children(R"(,"entities":{"sub_jobs":null})") == 0);
  CHECK(children(R"(,"entities":{"sub_jobs":["only-an-id", 7, null]})") == 0);
  CHECK(children(R"(,"entities":null)") == 0);
  CHECK(children(R"(,"entities":"text")") == 0);
  CHECK(children("") == 0);
}

TEST_CASE("What is null, empty or missing is absent and fails nothing") {
  const JobTree tree = tree_of(
      R"({"job_id":"a","job_type":null,"status":"","begin_time":null,"end_time":"","error_code":""})");
  const Job& job = tree.root();
  CHECK(job.status == Status::unknown);
  CHECK(job.type.empty());
  CHECK(job.begin == kNoInstant);
  CHECK(job.error_code.empty());
}

TEST_CASE("A status nobody knows is kept as sent and counts as unfinished") {
  const JobTree tree = tree_of(R"({"job_id":"a","status":"REBOOTING_TWICE"})");
  CHECK(tree.root().status == Status::unknown);
  CHECK(text(tree, tree.root().status_text) == "REBOOTING_TWICE");
  CHECK_FALSE(is_settled(tree.root().status));
}

TEST_CASE("Status words are understood in any case and spelling") {
  CHECK(status_of("SUCCESS") == Status::succeeded);
  CHECK(status_of("finish_succ") == Status::succeeded);
  CHECK(status_of("FINISH_ROLLBACK_SUCC") == Status::failed);
  CHECK(status_of("Rolling_Back") == Status::running);
  CHECK(status_of("Canceled") == Status::cancelled);
  CHECK(status_of("") == Status::unknown);
  CHECK(status_of(std::string(100'000, 'a')) == Status::unknown);
}

TEST_CASE("A time that is no time stays text") {
  const JobTree tree = tree_of(read_data("vbs-failed-bad-time.json"));
  CHECK(tree.root().begin == kNoInstant);
  CHECK(text(tree, tree.root().begin_text) == "2016-01-15T01:0807.476Z");
}

TEST_CASE("A time that is read stays as it was sent, too") {
  for (const std::string sent :
       {R"("2022-12-05T08:10:19.951Z")", R"("2022-12-05 08:10:19.951")",
        R"("2022-12-05T16:10:19.951+0800")", R"("2022-12-05T16:10:19.951+08:00")",
        R"("2022-12-05 08:10:19.951 +0000 UTC")", R"("05-Dec-2022 08:10:19:951")",
        R"("1670227819951")"}) {
    std::string bytes = R"({"job_id":"a","status":"SUCCESS")";
    for (const char* name : {"begin_time", "end_time"})
      bytes.append(",\"").append(name).append("\":").append(sent);
    const JobTree tree = tree_of(bytes + "}");
    CAPTURE(sent);
    CHECK(tree.root().begin == 1670227819951);
    CHECK(tree.root().end == 1670227819951);
    CHECK('"' + text(tree, tree.root().begin_text) + '"' == sent);
    CHECK('"' + text(tree, tree.root().end_text) + '"' == sent);
  }
}

TEST_CASE("Leaves are counted for every job above them") {
  const JobTree tree = tree_of(R"({"job_id":"a","status":"RUNNING","entities":{"sub_jobs":[
      {"job_id":"b","status":"RUNNING","entities":{"sub_jobs":[
          {"job_id":"c","status":"SUCCESS"},{"job_id":"d","status":"FAIL"}]}},
      {"job_id":"e","status":"INIT"}]}})");
  const Counts& counts = tree.root().leaves;
  CHECK(count(counts, Status::succeeded) == 1);
  CHECK(count(counts, Status::failed) == 1);
  CHECK(count(counts, Status::waiting) == 1);
  CHECK(count(counts, Status::running) == 0);
  CHECK(total(counts) == 3);
  CHECK(settled(counts) == 2);
}

TEST_CASE("Every job knows where its own object stood in the answer as it was sent") {
  const std::string bytes =
      "\xEF\xBB\xBF"
      R"( {"job_id":"a","status":"RUNNING","n\u00e4me":"\u4e2d\n","sub_jobs":[
          {"job_id":"\u0062","status":"\"","sub_jobs":[ {"job_id":"c"} ] } , {}]} )";
  const JobTree tree = tree_of(bytes);
  REQUIRE(tree.jobs.size() == 4);
  const auto source = [&](std::uint32_t job) {
    return bytes.substr(tree.jobs[job].source.offset, tree.jobs[job].source.size);
  };
  CHECK(source(0) == bytes.substr(4, bytes.size() - 5));
  CHECK(source(1) == R"({"job_id":"\u0062","status":"\"","sub_jobs":[ {"job_id":"c"} ] })");
  CHECK(source(2) == "{}");
  CHECK(source(3) == R"({"job_id":"c"})");
}

namespace {

/// A job as JSON; times are seconds after ten o'clock.
std::string job(const std::string& id, const std::string& status, int begin = -1, int end = -1,
                const std::string& children = {}) {
  const auto time = [](int second) {
    return "\"2024-01-01T10:00:" + std::string(second < 10 ? "0" : "") + std::to_string(second) +
           "Z\"";
  };
  std::string bytes = R"({"job_id":")" + id + "\"";
  if (!status.empty()) bytes += R"(,"status":")" + status + "\"";
  if (begin >= 0) bytes += R"(,"begin_time":)" + time(begin);
  if (end >= 0) bytes += R"(,"end_time":)" + time(end);
  if (!children.empty()) bytes += R"(,"sub_jobs":[)" + children + "]";
  return bytes + "}";
}

constexpr Instant kTen = 1704103200000;

std::string name(const JobTree& tree, std::uint32_t number) {
  return number == kNoJob ? "none" : text(tree, tree.jobs[number].id);
}

std::string span(const JobTree& tree, std::uint32_t number) {
  const auto second = [](Instant instant) {
    return instant == kNoInstant ? "?" : std::to_string((instant - kTen) / 1000);
  };
  const Span it = tree.span(number);
  return second(it.begin) + " to " + second(it.end);
}

}  // namespace

TEST_CASE("A job without times takes those of its children, its own hold") {
  const std::string done = job("b", "SUCCESS", 5, 20) + "," + job("c", "SUCCESS", 3, 9);
  CHECK(span(tree_of(job("a", "SUCCESS", -1, -1, done)), 0) == "3 to 20");
  CHECK(span(tree_of(job("a", "SUCCESS", 4, 10, done)), 0) == "4 to 10");
  CHECK(span(tree_of(job("a", "SUCCESS", 1, -1, done)), 0) == "1 to 20");
  CHECK(span(tree_of(job("a", "FAIL", -1, -1, job("b", "SUCCESS", -1, -1, done))), 0) == "3 to 20");
  CHECK(span(tree_of(job("a", "SUCCESS", -1, -1, job("b", "SUCCESS"))), 0) == "? to ?");
  CHECK(span(tree_of(job("a", "SUCCESS", 1, 2)), 0) == "1 to 2");
}

TEST_CASE("A job that is not settled has no end, however many of its children have") {
  const std::string done = job("b", "SUCCESS", 5, 20);
  CHECK(span(tree_of(job("a", "RUNNING", -1, -1, done)), 0) == "5 to ?");
  CHECK(span(tree_of(job("a", "REBOOTING_TWICE", -1, -1, done)), 0) == "5 to ?");
}

TEST_CASE("A group without a status of its own is over when all in it is") {
  const std::string done = job("b", "SUCCESS", 5, 20);
  CHECK(span(tree_of(job("a", "", -1, -1, done)), 0) == "5 to 20");
  CHECK(span(tree_of(job("a", "", -1, -1, done + "," + job("c", "RUNNING", 7))), 0) == "5 to ?");
}

TEST_CASE("The longest leaf may be one that still runs") {
  const JobTree tree =
      tree_of(job("a", "RUNNING", 0, -1,
                  job("b", "SUCCESS", 0, 4) + "," + job("c", "SUCCESS", 2, 12) + "," +
                      job("group", "RUNNING", 0, -1,
                          job("late", "RUNNING", 9) + "," + job("early", "RUNNING", 8)) +
                      "," + job("d", "INIT")));
  CHECK(name(tree, tree.longest(0, kTen + 15'000)) == "c");
  CHECK(name(tree, tree.longest(0, kTen + 18'000)) == "c");
  CHECK(name(tree, tree.longest(0, kTen + 18'001)) == "early");
  CHECK(name(tree, tree.longest(1, kTen)) == "b");
  CHECK(name(tree, tree.longest(3, kTen)) == "early");
  CHECK(name(tree, tree.longest(4, kTen)) == "none");
}

TEST_CASE("Of leaves that took equally long the first is the longest") {
  const JobTree tree = tree_of(
      job("a", "SUCCESS", 0, 20, job("b", "SUCCESS", 0, 5) + "," + job("c", "FAIL", 5, 10)));
  CHECK(name(tree, tree.longest(0, kTen)) == "b");
}

TEST_CASE("The first failure is the first in time with nothing failed below it") {
  const auto root_failure = [](const std::string& children) {
    const JobTree tree = tree_of(job("a", "FAIL", 0, 40, children));
    return name(tree, tree.root_failure);
  };
  CHECK(root_failure(job("b", "FAIL", 1, 30) + "," + job("c", "FAIL", 2, 20)) == "c");
  CHECK(root_failure(job("b", "FAIL", 1, 10, job("c", "FAIL", 2, 20)) + "," +
                     job("d", "FAIL", 1, 25)) == "c");
  CHECK(root_failure(job("b", "FAIL", 1, 10, job("c", "SUCCESS", 2, 9)) + "," +
                     job("d", "FAIL", 1, 25)) == "b");
  CHECK(root_failure(job("b", "SUCCESS", 1, 10, job("c", "FAIL", 2, 20))) == "c");
  CHECK(root_failure(job("b", "FAIL", 9) + "," + job("c", "FAIL", 8)) == "c");
  CHECK(root_failure(job("b", "FAIL") + "," + job("c", "FAIL", 8)) == "c");
  CHECK(root_failure(job("b", "SUCCESS", -1, -1, job("deep", "FAIL")) + "," + job("c", "FAIL")) ==
        "deep");
  CHECK(root_failure(job("b", "SUCCESS") + "," + job("c", "CANCEL")) == "a");
  CHECK(tree_of(job("a", "RUNNING", 0, -1, job("b", "CANCEL"))).root_failure == kNoJob);
}

TEST_CASE("A failure is known of all jobs above it, though they say they went well") {
  const JobTree tree =
      tree_of(job("a", "SUCCESS", 0, 9,
                  job("b", "SUCCESS", 0, 9, job("c", "FAIL", 0, 9, job("d", "SUCCESS"))) + "," +
                      job("e", "SUCCESS")));
  CHECK(tree.jobs[0].failed_below);
  CHECK(tree.jobs[1].failed_below);
  CHECK_FALSE(tree.jobs[2].failed_below);
  CHECK_FALSE(tree.jobs[3].failed_below);
  CHECK(tree.root().status == Status::succeeded);
}

TEST_CASE("The texts of an error at both levels are both kept, once each") {
  const JobTree tree = tree_of(
      R"({"job_id":"a","status":"FAIL","error_code":"Ecs.0005","fail_reason":"outer",
          "entities":{"errorcode_message":"inner","error_msg":"outer"}})");
  CHECK(text(tree, tree.root().error_text) == "outer / inner");
}

TEST_CASE("A job is found in whatever an answer wraps it in") {
  const std::string job = R"({"id":"x","status":"RUNNING","name":"n"})";
  for (const std::string& bytes :
       {job, R"({"job":)" + job + "}", R"({"request_id":"r","job":)" + job + "}",
        R"({"data":)" + job + "}", R"({"operation_log":)" + job + "}", R"({"jobs":[)" + job + "]}",
        R"({"jobs":[)" + job + R"(],"total_count":1})", R"({"items":[)" + job + "]}",
        "[" + job + "]", R"({"data":{"job":)" + job + "}}", R"({"Job":)" + job + "}",
        R"({"result":)" + job + "}"}) {
    DYNAMIC_SECTION(bytes) {
      const JobTree tree = tree_of(bytes);
      CHECK(tree.jobs.size() == 1);
      CHECK(text(tree, tree.root().id) == "x");
      CHECK(text(tree, tree.root().type) == "n");
      CHECK(tree.root().status == Status::running);
      const Text source = tree.root().source;
      CHECK(bytes.substr(source.offset, source.size) == job);
    }
  }
}

TEST_CASE("Children are found wherever a service puts them, and those of several places together") {
  const auto children = [](const std::string& members) {
    const JobTree tree = tree_of(R"({"job_id":"a","status":"RUNNING",)" + members + "}");
    std::string ids;
    for (std::uint32_t i = 1; i < tree.jobs.size(); ++i)
      ids += text(tree, tree.jobs[i].id);
    return ids;
  };
  const std::string list = R"([{"job_id":"b"},{"job_id":"c"}])";
  CHECK(children(R"("entities":{"sub_jobs":)" + list + "}") == "bc");
  CHECK(children(R"("entities":{"sub_jobs_result":)" + list + R"(,"sub_jobs_list":["b","c"]})") ==
        "bc");
  CHECK(children(R"("sub_jobs":)" + list) == "bc");
  CHECK(children(R"("spec":{"subJobs":)" + list + "}") == "bc");
  CHECK(children(R"("tasks":)" + list) == "bc");
  CHECK(children(R"("SUB_JOBS":)" + list) == "bc");
  CHECK(children(R"("entities":[{"job_id":"b","status":"INIT"},{"resource_id":"r"}])") == "b");
  CHECK(children(R"("entities":{"sub_jobs":[{"job_id":"b"}]},"sub_jobs":[{"job_id":"c"}])") ==
        "bc");
  CHECK(children(R"("others":)" + list) == "");
}

TEST_CASE("A status is a word or a number, under any of its names") {
  const auto status = [](const std::string& members) {
    const JobTree tree = tree_of(R"({"job_id":"a",)" + members + "}");
    return tree.root().status;
  };
  CHECK(status(R"("status":"Success")") == Status::succeeded);
  CHECK(status(R"("EXECUTION_STATUS":"SUCCEEDED")") == Status::succeeded);
  CHECK(status(R"("job_status":"running")") == Status::running);
  CHECK(status(R"("task_status":"WAITING")") == Status::waiting);
  CHECK(status(R"("status":{"phase":"Initializing"})") == Status::waiting);
  CHECK(status(R"("status":{"phase":"Failed","reason":"r"})") == Status::failed);
  // Cloud phones, and Workspace's other numbers under another name.
  const std::string phone = R"("begin_time":"2019-04-26T07:00:00Z","status":)";
  CHECK(status(phone + "1") == Status::running);
  CHECK(status(phone + "2") == Status::succeeded);
  CHECK(status(phone + "-1") == Status::failed);
  CHECK(status(R"("job_status":0)") == Status::failed);
  CHECK(status(R"("job_status":1)") == Status::succeeded);
  CHECK(status(R"("job_status":2)") == Status::running);
  CHECK(status(R"("job_status":3)") == Status::waiting);
  for (const char* odd : {"7", "1.0", "true", "null", "[1]", "\"\"", "\"PAUSED\""})
    CHECK(status(R"("status":)" + std::string(odd)) == Status::unknown);
}

TEST_CASE("A number is a status only where the shape says whose") {
  for (const char* members :
       {R"("status":2)", R"("status":1,"create_time":1524189990635)",
        R"("status":2,"job_name":"J","begin_time":"2019-04-26T07:00:00Z")",
        R"("status":2,"task_type":"object","begin_time":"2019-04-26T07:00:00Z")"}) {
    CAPTURE(members);
    CHECK(tree_of(R"({"job_id":"a",)" + std::string(members) + "}").root().status ==
          Status::unknown);
  }
  CHECK(tree_of(R"({"id":"a","status":2,"begin_time":"2019-04-26T07:00:00Z"})").root().status ==
        Status::unknown);
}

TEST_CASE("A number that is no known status is shown as it was sent") {
  const JobTree tree = tree_of(R"({"job_id":"a","status":42})");
  CHECK(text(tree, tree.root().status_text) == "42");
  CHECK(tree.root().leaves[static_cast<std::size_t>(Status::unknown)] == 1);
  CHECK(settled(tree.root().leaves) == 0);
}

TEST_CASE("Every status that services are known to send has its class") {
  const auto all = [](Status status, const std::vector<std::string>& words) {
    for (const std::string& word : words) {
      CAPTURE(word);
      CHECK(status_of(word) == status);
      std::string lower = word;
      for (char& c : lower)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      CHECK(status_of(lower) == status);
    }
  };
  all(Status::succeeded,
      {"SUCCESS", "SUCCEEDED", "COMPLETE", "COMPLETED", "FINISHED", "FINISH_SUCC"});
  all(Status::failed, {"FAIL", "FAILED", "ERROR", "TIMEOUT", "ROLLBACK_FAIL",
                       "FINISH_ROLLBACK_SUCC", "ROLLBACK_SUCCESS"});
  all(Status::cancelled, {"STOP", "CANCEL", "CANCELED", "CANCELLED"});
  all(Status::skipped, {"SKIPPED"});
  all(Status::waiting, {"INIT", "INITIALIZING", "WAITING", "PENDING", "WAIT_TO_SCHEDULE",
                        "DELAY_SCHEDULED", "PENDING_PAYMENT", "PENDING_UPGRADE_CONFIRM"});
  all(Status::running, {"RUNNING", "EXECUTING", "UPGRADING", "ROLLBACKING", "ROLLING_BACK"});
}

TEST_CASE("A time is read under any of its names, as text or as a number") {
  const auto times = [](const std::string& members) {
    const JobTree tree = tree_of(R"({"job_id":"a","status":"SUCCESS",)" + members + "}");
    return std::pair(tree.root().begin, tree.root().end);
  };
  const std::string begin = R"(":"2024-01-01T10:00:00Z",")";
  const std::string end = R"(":"2024-01-01T10:00:09Z")";
  const std::pair<Instant, Instant> both{kTen, kTen + 9000};
  for (const auto& [begins, ends] :
       std::vector<std::pair<std::string, std::string>>{{"begin_time", "end_time"},
                                                        {"created", "ended"},
                                                        {"created_time", "end_time"},
                                                        {"created_at", "finished_at"},
                                                        {"started_at", "ended_at"},
                                                        {"start_time", "end_time"},
                                                        {"startTime", "endTime"},
                                                        {"START_TIME", "END_TIME"},
                                                        {"created_at", "updated_at"}}) {
    CAPTURE(begins, ends);
    CHECK(times(std::string("\"").append(begins).append(begin).append(ends).append(end)) == both);
  }
  CHECK(times(R"("metadata":{"creationTimestamp)" + begin + "updateTimestamp" + end + "}") == both);
  CHECK(times(R"("begin_time":1704103200000,"end_time":1704103209000)") == both);
  CHECK(times(R"("begin_time":"1704103200000","end_time":"1704103209")") == both);
  CHECK(times(R"("created_at)" + begin + R"(started_at":"","ended_at":null,"end_time)" + end) ==
        both);
}

TEST_CASE("Each job of many has its own times, however alike they are written") {
  // Of one second in other minutes, days and zones; of other fractions; and some that are no time.
  const std::vector<std::string> forms{
      "2024-01-01T10:00:09Z",
      "2024-01-01T10:01:09Z",
      "2024-01-02T10:00:09Z",
      "2024-01-01T10:00:09.5Z",
      "2024-01-01T10:00:09+0800",
      "2024-01-01 10:00:09",
      "2024-01-01T10:00:9xZ",
      "04-Jun-2015 18:11:09:586",
      "1704103209000",
      "2024-01-01T10:00:09.5\u4e2d",
      "\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d",
  };
  std::string sub_jobs;
  std::vector<std::string> sent;
  for (int round = 0; round < 3; ++round) {
    for (const std::string& form : forms) {
      sent.push_back(json::parse('"' + form + '"').get<std::string>());
      sub_jobs += std::string(sub_jobs.empty() ? "" : ",") +
                  R"({"status":"SUCCESS","begin_time":")" + form + R"(","end_time":")" +
                  forms[(sent.size() * 7) % forms.size()] + R"("})";
    }
  }
  const JobTree tree =
      tree_of(R"({"job_id":"a","status":"SUCCESS","entities":{"sub_jobs":[)" + sub_jobs + "]}}");
  REQUIRE(tree.jobs.size() == sent.size() + 1);
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const Job& job = tree.jobs[i + 1];
    CAPTURE(sent[i]);
    CHECK(text(tree, job.begin_text) == sent[i]);
    CHECK(job.begin == parse_instant(sent[i]));
    CHECK(job.end == parse_instant(text(tree, job.end_text)));
  }
}

TEST_CASE("An answer stays as it came, and texts with escapes are right however many there are") {
  std::string bytes = R"({"job_id":"a","status":"RUNNING","entities":{"sub_jobs":[)";
  for (int i = 0; i < 500; ++i) {
    const std::string number = std::to_string(i);
    bytes.append(i == 0 ? "" : ",")
        .append(R"({"job_\u0069d":"\u4efb\u52a1\n)")
        .append(number)
        .append(R"(","status":"F\u0041IL","begin_time":"2024-01-01\u005410:00:09Z",)")
        .append(R"("fail_reason":"\"plain\" )")
        .append(number)
        .append(R"(","entities":{"error_message":"other )")
        .append(number)
        .append(R"("}})");
  }
  bytes += "]}}";
  const JobTree tree = tree_of(bytes);
  CHECK(std::string_view(tree.bytes) == bytes);
  REQUIRE(tree.jobs.size() == 501);
  for (int i = 0; i < 500; ++i) {
    const Job& job = tree.jobs[i + 1];
    const std::string number = std::to_string(i);
    CHECK(text(tree, job.id) == "\xE4\xBB\xBB\xE5\x8A\xA1\n" + number);
    CHECK(job.status == Status::failed);
    CHECK(text(tree, job.status_text) == "FAIL");
    CHECK(job.begin == kTen + 9000);
    std::string error = "\"plain\" ";
    error.append(number).append(" / other ").append(number);
    CHECK(text(tree, job.error_text) == error);
    CHECK(bytes.substr(job.source.offset, 15) == R"({"job_\u0069d":)");
  }
}

TEST_CASE("Progress is a percentage as text or number, a ratio, or nothing") {
  const auto progress = [](const std::string& members) {
    return tree_of(R"({"job_id":"a","status":"RUNNING",)" + members + "}").root().progress;
  };
  CHECK(progress(R"("progress":"60%")") == 600);
  CHECK(progress(R"("progress":"60")") == 600);
  CHECK(progress(R"("progress":60)") == 600);
  CHECK(progress(R"("process":"12.5 %")") == 125);
  CHECK(progress(R"("job_progress":100)") == 1000);
  CHECK(progress(R"("entities":{"process_percent":0.25})") == 250);
  CHECK(progress(R"("entities":{"process_percent":1})") == 1000);
  CHECK(progress(R"("entities":{"progress":7})") == 70);
  CHECK(progress(R"("extra_info":{"common":{"progress":33}})") == 330);
  CHECK(progress(R"("progress":250)") == 1000);
  for (const char* none : {"\"\"", "null", "\"half\"", "-1", "\"1.2.3\"", "1e2", "[50]"})
    CHECK(progress(R"("progress":)" + std::string(none)) == -1);
}

TEST_CASE("What is left in entities, and a few names beside it, are the facts of a job") {
  const auto facts = [](const std::string& members) {
    const JobTree tree = tree_of(R"({"job_id":"a","status":"RUNNING",)" + members + "}");
    std::string all;
    for (std::uint32_t i = 0; i < tree.root().fact_count; ++i) {
      const Fact& fact = tree.facts[tree.root().first_fact + i];
      all += text(tree, fact.name) + "=" + text(tree, fact.value) + ";";
    }
    return all;
  };
  CHECK(facts(R"("entities":{"server_id":"s","size":40,"nic_id":"","none":null,"deep":{"x":1}})") ==
        "server_id=s;size=40;");
  CHECK(facts(R"("entities":[{"resource_id":"r","resource_type":"loadbalancer"}])") ==
        "resource_id=r;resource_type=loadbalancer;");
  CHECK(facts(R"("instance_id":"i","phone_id":"p","unrelated":"u")") ==
        "instance_id=i;phone_id=p;");
  CHECK(facts(R"("spec":{"type":"Scale","resourceName":"c","resourceID":"d"})") ==
        "resourceName=c;resourceID=d;");
  CHECK(facts(R"("entities":{"sub_jobs_total":3,"sub_jobs":[]})") == "");
  std::string many = R"("entities":{"f0":0)";
  for (int i = 1; i < 20; ++i)
    many += ",\"f" + std::to_string(i) + "\":0";
  CHECK(facts(many + "}") == "f0=0;f1=0;f2=0;f3=0;f4=0;f5=0;f6=0;f7=0;");
}

TEST_CASE("An error's code and text are found under any of their names") {
  const auto error = [](const std::string& members) {
    const JobTree tree = tree_of(R"({"job_id":"a","status":"FAIL",)" + members + "}");
    return text(tree, tree.root().error_code) + "|" + text(tree, tree.root().error_text);
  };
  CHECK(error(R"("error_code":"E","fail_reason":"f")") == "E|f");
  CHECK(error(R"("error_code":"E","error_msg":"f")") == "E|f");
  CHECK(error(R"("error_code":"E","error_message":"f")") == "E|f");
  CHECK(error(R"("job_error_code":"E","fail_reason":"f")") == "E|f");
  CHECK(error(R"("failed_code":"E","failed_detail":"f")") == "E|f");
  CHECK(error(R"("error_info":{"code":"E","message":"f"})") == "E|f");
  CHECK(error(R"("entities":{"error_code":"E","errorcode_message":"f"})") == "E|f");
  CHECK(error(R"("entities":{"error_code":"E","error":"f"})") == "E|f");
  CHECK(error(R"("message":"only of a failed job")") == "|only of a failed job");
  const JobTree nested = tree_of(R"({"job_id":"a","status":{"phase":"Failed","reason":"f"}})");
  CHECK(text(nested, nested.root().error_text) == "f");
  const JobTree fine = tree_of(R"({"job_id":"a","status":"SUCCESS","message":"all well"})");
  CHECK(fine.root().error_text.empty());
}

TEST_CASE("Both levels of a failure keep their own code and text") {
  const JobTree tree =
      tree_of(R"({"job_id":"a","status":"FAIL","error_code":"Outer","fail_reason":"o",
      "entities":{"sub_jobs":[{"job_id":"b","status":"FAIL","error_code":"Inner","fail_reason":"i"}]}})");
  CHECK(text(tree, tree.jobs[0].error_code) == "Outer");
  CHECK(text(tree, tree.jobs[0].error_text) == "o");
  CHECK(text(tree, tree.jobs[1].error_code) == "Inner");
  CHECK(text(tree, tree.jobs[1].error_text) == "i");
  CHECK(name(tree, tree.root_failure) == "b");
}

TEST_CASE("Of members with one name the last that says something counts; no child is lost") {
  const JobTree tree = tree_of(R"({"job_id":"a","status":"RUNNING","status":"FAIL","status":null,
      "sub_jobs":[{"job_id":"b"}],"sub_jobs":[{"job_id":"c"}]})");
  CHECK(tree.root().status == Status::failed);
  CHECK(tree.root().child_count == 2);
}

TEST_CASE("A hundred thousand sub-jobs are a tree like any other, and more is refused") {
  std::string bytes = R"({"job_id":"p","status":"RUNNING","entities":{"sub_jobs":[)";
  constexpr int kMany = 100'000;
  for (int i = 0; i < kMany; ++i) {
    bytes +=
        (i == 0 ? R"({"job_id":"j)" : R"(,{"job_id":"j)") + std::to_string(i) +
        R"(","status":"SUCCESS","begin_time":"2024-01-01T10:00:00Z","entities":{"server_id":"s"}})";
  }
  bytes += "]}}";
  const JobTree tree = tree_of(bytes);
  CHECK(tree.jobs.size() == kMany + 1);
  CHECK(tree.jobs.capacity() == kMany + 1);
  CHECK(count(tree.root().leaves, Status::succeeded) == kMany);
  CHECK(text(tree, tree.jobs.back().id) == "j99999");
  CHECK(tree.find(tree.jobs.back().key) == kMany);
  CHECK(sizeof(Job) <= 144);
}

TEST_CASE("An error code of zero is no error") {
  CHECK(tree_of(R"({"job_id":"a","status":"SUCCESS","error_code":"0"})").root().error_code.empty());
  CHECK(tree_of(R"({"job_id":"a","status":"SUCCESS","error_code":0})").root().error_code.empty());
  const JobTree tree = tree_of(R"({"job_id":"a","status":"FAIL","error_code":7})");
  CHECK(text(tree, tree.root().error_code) == "7");
}

TEST_CASE("A job keeps its key when its siblings change places") {
  const auto job = [](const std::string& id) {
    return R"({"job_id":")" + id + R"(","status":"INIT"})";
  };
  const auto parent = [](const std::string& jobs) {
    return R"({"job_id":"p","status":"RUNNING","sub_jobs":[)" + jobs + "]}";
  };
  const JobTree before = tree_of(parent(job("x") + "," + job("y")));
  const JobTree after = tree_of(parent(job("y") + "," + job("new") + "," + job("x")));
  CHECK(before.jobs[1].key == after.jobs[3].key);
  CHECK(before.jobs[2].key == after.jobs[1].key);
  CHECK(after.find(before.jobs[1].key) == 3);
}

TEST_CASE(
    "What keys the ids of an answer have can be foreseen by nobody without the watch's seed") {
  const std::string answer =
      R"({"job_id":"p","status":"RUNNING","sub_jobs":[{"job_id":"x","status":"INIT"},{"status":"INIT"}]})";
  const JobTree here = parse_job(answer, 1).tree;
  const JobTree again = parse_job(answer, 1).tree;
  const JobTree elsewhere = parse_job(answer, 2).tree;
  for (std::uint32_t i = 0; i < here.jobs.size(); ++i) {
    CHECK(here.jobs[i].key == again.jobs[i].key);
    CHECK(elsewhere.find(here.jobs[i].key) == kNoJob);
  }
}

TEST_CASE("Jobs that share an id, or have none, still have keys of their own") {
  const JobTree tree = tree_of(R"({"job_id":"p","status":"RUNNING","sub_jobs":[
      {"job_id":"x","status":"INIT"},{"job_id":"x","status":"INIT"},{"status":"INIT"},{"status":"INIT"}]})");
  for (std::uint32_t i = 0; i < tree.jobs.size(); ++i)
    CHECK(tree.find(tree.jobs[i].key) == i);
}

TEST_CASE("A thousand levels of sub-jobs are a tree like any other") {
  const JobTree tree = tree_of(nested(1000));
  CHECK(tree.jobs.size() == 1000);
  CHECK(deepest(tree) == 1000);
}

TEST_CASE("Nesting without end is refused, not crashed on") {
  CHECK(error_of(nested(10'000)) == ParsedJob::Error::too_large);
  CHECK(error_of(std::string(5'000'000, '[')) == ParsedJob::Error::too_large);
  std::string objects;
  for (int i = 0; i < 1'000'000; ++i)
    objects += R"({"a":)";
  CHECK(error_of(objects) == ParsedJob::Error::too_large);
}

TEST_CASE("More jobs than can be shown are refused, not cut") {
  std::string bytes = R"({"job_id":"p","status":"RUNNING","sub_jobs":[{})";
  for (std::uint32_t i = 0; i < kMaxJobs; ++i)
    bytes += ",{}";
  CHECK(error_of(bytes + "]}") == ParsedJob::Error::too_large);
}

TEST_CASE("An answer that is no job says so") {
  for (const char* bytes : {"{}", "[]", "null", "7", "\"text\"", "true", R"({"a":{"b":[1,2,{}]}})",
                            R"({"error_code":"X","error_msg":"y"})", R"([1,2])", R"([[],[]])"}) {
    DYNAMIC_SECTION(bytes) {
      CHECK(error_of(bytes) == ParsedJob::Error::no_job);
    }
  }
}

TEST_CASE("A text that is not JSON says so") {
  const std::string good = R"({"job_id":"a","status":"RUNNING"})";
  for (const std::string& bytes :
       {std::string(), std::string(" "), good.substr(0, good.size() - 1), good + "x", good + good,
        good + std::string(1, '\0') + "hidden", R"({"job_id":"a",})" + std::string(),
        std::string("{'job_id':'a'}"), std::string("<html></html>"),
        std::string("{\"job_id\":\"\xFF\xFE\"}"), std::string("{\"job_id\":\"a\nb\"}"),
        std::string(R"({"job_id":01})"), std::string(R"({"job_id":NaN})")}) {
    DYNAMIC_SECTION(bytes) {
      CHECK(error_of(bytes) == ParsedJob::Error::not_json);
    }
  }
  CHECK(error_of(read_data("cce-trailing-comma-not-json.json")) == ParsedJob::Error::not_json);
  CHECK(error_of(read_data("error-502-html.html")) == ParsedJob::Error::not_json);
}

TEST_CASE("A byte order mark before the text is passed over") {
  const JobTree tree = tree_of("\xEF\xBB\xBF{\"job_id\":\"a\",\"status\":\"INIT\"}");
  CHECK(text(tree, tree.root().id) == "a");
}

TEST_CASE("Any cut of a good answer is an error and never a crash") {
  const std::string whole = read_data("ecs-success-nested.json");
  const std::size_t end = whole.find_last_of('}');
  for (std::size_t size = 0; size <= end; ++size) {
    CHECK(error_of(whole.substr(0, size)) != ParsedJob::Error::none);
  }
}

TEST_CASE("A text that ends within a character is refused, and nothing behind it is read") {
  for (const char* begin : {"\xF0", "\xF0\x9F", "\xF0\x9F\x98", "\xE4", "\xE4\xB8", "\xC3"}) {
    // A buffer of just this size, so that a byte too many is seen by the address sanitizer.
    std::string bytes = std::string(R"({"job_id":"a string longer than the small one )") + begin;
    bytes.shrink_to_fit();
    CHECK(error_of(bytes) == ParsedJob::Error::not_json);
  }
}

TEST_CASE("Escapes are decoded and the text that looks like HTML stays what it is") {
  const JobTree tree =
      tree_of(R"({"job_id":"a","status":"FAIL","fail_reason":"<b>\u4e2d\ud83d\ude00\"</b>"})");
  CHECK(text(tree, tree.root().error_text) == "<b>中😀\"</b>");
}

TEST_CASE("A problem document gives its code") {
  const auto code_of = [](std::string_view text) {
    return std::string(std::string_view(code_of_problem(text)));
  };
  CHECK(code_of(R"({"type":"about:blank","status":401,"code":"APIGW.0301","retry_after":5})") ==
        "APIGW.0301");
  CHECK(code_of("<html>").empty());
  CHECK(code_of(R"(["code"])").empty());
  CHECK(code_of(R"({"code":5})").empty());
}

TEST_CASE("Times are read in every form that answers use") {
  constexpr Instant kTenPastEight = 1670227819951;
  CHECK(parse_instant("2022-12-05T08:10:19.951Z") == kTenPastEight);
  CHECK(parse_instant("2022-12-05T08:10:19.951672389Z") == kTenPastEight);
  CHECK(parse_instant("2022-12-05 08:10:19.951") == kTenPastEight);
  CHECK(parse_instant("2022-12-05T16:10:19.951+0800") == kTenPastEight);
  CHECK(parse_instant("2022-12-05T16:10:19.951+08:00") == kTenPastEight);
  CHECK(parse_instant("2022-12-05T03:10:19.951-05:00") == kTenPastEight);
  CHECK(parse_instant("2022-12-05 08:10:19.951 +0000 UTC") == kTenPastEight);
  CHECK(parse_instant("1670227819951") == kTenPastEight);
  CHECK(parse_instant("1670227819") == kTenPastEight - 951);
  CHECK(parse_instant("04-Jun-2015 18:11:06:586") == 1433441466586);
  CHECK(parse_instant("2024-02-29T00:00:00Z") == 1709164800000);
  for (const char* bad :
       {"", " ", "now", "2022-13-05T08:10:19Z", "2023-02-29T00:00:00Z", "2022-12-05T24:10:19Z",
        "2022-12-05", "2022-12-05T08:10:19.Z", "2022-12-05T08:10:19ZZ", "12345", "99999999999999",
        "-1670227819951", "0000-01-01T00:00:00Z", "2022-12-05T08:10:19+99:00"}) {
    DYNAMIC_SECTION(bad) {
      CHECK(parse_instant(bad) == kNoInstant);
    }
  }
}

}  // namespace job_parser_test
