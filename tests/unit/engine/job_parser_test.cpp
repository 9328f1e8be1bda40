#include "job_parser.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "instant.h"
#include "text.h"
#include "unit/catch.h"

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

JobTree tree_of(std::string bytes) {
  ParsedJob parsed = parse_job(std::move(bytes));
  REQUIRE(parsed.error == ParsedJob::Error::none);
  return std::move(parsed.tree);
}

std::string text(const JobTree& tree, Text run) {
  return std::string(tree.view(run));
}

ParsedJob::Error error_of(std::string bytes) {
  return parse_job(std::move(bytes)).error;
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
      CHECK(parsed.is_list);
      CHECK(parsed.tree.root().child_count >= 2);
      for (const Job& job : parsed.tree.jobs) {
        if (job.parent != kNoJob) CHECK_FALSE(job.status_text.empty());
      }
    }
  }
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

TEST_CASE("The likely root failure is the first in time with nothing failed below it") {
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
        std::string("{\"job_id\":\"\xFF\xFE\"}"),
        std::string("{\"job_id\":\"a\nb\"}"), std::string(R"({"job_id":01})"),
        std::string(R"({"job_id":NaN})")}) {
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
  const Problem problem = parse_problem(
      R"({"type":"about:blank","status":401,"code":"APIGW.0301","request_id":"r1","retry_after":5})");
  CHECK(problem.code == "APIGW.0301");
  CHECK(problem.request_id == "r1");
  CHECK(parse_problem("<html>").code.empty());
  CHECK(parse_problem(R"(["code"])").code.empty());
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
