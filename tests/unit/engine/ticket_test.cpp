// A job that failed, for a ticket and for scripts.
#include "output/ticket.h"

#include <string>

#include <nlohmann/json.hpp>

#include "ingest/job_parser.h"
#include "output/failed_ids.h"
#include "unit/catch.h"

namespace ticket_test {

using namespace jobtree::engine;

namespace {

JobTree parse(const std::string& json) {
  ParsedJob parsed = parse_job(json);
  REQUIRE(parsed.error == ParsedJob::Error::none);
  return std::move(parsed.tree);
}

const char* const kBatch =
    R"({"job_id":"r1","job_type":"batch","status":"FAIL","begin_time":"2026-11-29T22:28:18Z",
        "end_time":"2026-11-29T22:30:52Z","sub_jobs":[
  {"job_id":"a","job_type":"create","status":"FAIL","error_code":"VPC.0521","fail_reason":"used 3 of `2`",
   "end_time":"2026-11-29T22:29:00Z","entities":{"eip_id":"e1","zone":"z1"}},
  {"job_id":"b","job_type":"create","status":"FAIL","error_code":"VPC.0521","fail_reason":"used 4 of `2`",
   "end_time":"2026-11-29T22:30:00Z","entities":{"zone":"z1"}},
  {"job_id":"c","job_type":"create","status":"FAIL","error_code":"VPC.0532","fail_reason":"none\n# left",
   "entities":{"eip_id":"e3","zone":"z2"}},
  {"job_id":"d","job_type":"create","status":"SUCCESS","entities":{"eip_id":"e4","zone":"z2"}}]})";

std::string ticket(const JobTree& tree, Language language, std::string_view group = {}) {
  Array<Explained> explained;
  explained.push_back({"The quota is used up.", "Request more."});
  String out;
  put_ticket(out, {.tree = tree,
                   .language = language,
                   .service = "eip",
                   .region = "cn-north-4",
                   .project = "-",
                   .job_id = "r1",
                   .link = "https://jobs.example/?job=r1",
                   .request_id = "request-1",
                   .group = group,
                   .zone_minutes = 480,
                   .explained = explained});
  return std::string(std::string_view(out));
}

std::string ids(const JobTree& tree, FailedIds form, std::string_view group = {}) {
  return std::string(std::string_view(failed_ids(tree, group, form)));
}

}  // namespace

TEST_CASE("A ticket says what the job is, when it ran, and why it failed, by cause") {
  const JobTree tree = parse(kBatch);
  CHECK(ticket(tree, Language::en) ==
        "### `batch`: failed\n"
        "\n"
        "- Job ID: `r1`\n"
        "- Service, region, project: `eip` · `cn-north-4`\n"
        "- Started: 2026-11-30 06:28:18 UTC+08:00\n"
        "- Finished: 2026-11-30 06:30:52 UTC+08:00\n"
        "- Duration: 2m 34s\n"
        "- Sub-jobs: 1 succeeded, 3 failed\n"
        "- Request ID of the query that returned this, not of the failed call: `request-1`\n"
        "- Link: <https://jobs.example/?job=r1>\n"
        "\n"
        "Why it failed, by cause:\n"
        "\n"
        "1. 2 × `VPC.0521` `` used 3 of `2` ``\n"
        "   - Meaning: The quota is used up.\n"
        "   - What to do: Request more.\n"
        "   - Failed: 2026-11-30 06:29:00 UTC+08:00 to 2026-11-30 06:30:00 UTC+08:00\n"
        "   - For example: Create `create` `a` `zone z1 · e1`\n"
        "   - In common: `zone` `z1`; of those that succeeded 0 of 1 have it\n"
        "2. 1 × `VPC.0532` `none # left`\n"
        "   - For example: Create `create` `c` `zone z2 · e3`\n");
}

TEST_CASE("A ticket is in the reader's language, and of one group where that is wanted") {
  const JobTree tree = parse(kBatch);
  const std::string text = ticket(tree, Language::zh, "VPC.0521");
  CHECK(text.find("### `batch`：失败\n") == 0);
  CHECK(text.find("失败原因（按原因分组）：\n\n1. 2 × `VPC.0521`") != std::string::npos);
  CHECK(text.find("VPC.0532") == std::string::npos);
}

TEST_CASE("A job without failures, times and parts makes a ticket, too") {
  const JobTree tree = parse(R"({"job_id":"r","status":"SUCCESS"})");
  const Array<Explained> none;
  String out;
  put_ticket(out, {.tree = tree, .explained = none});
  CHECK(out == "### `r`: succeeded\n\n- Job ID: `r`\n");
}

TEST_CASE("What failed is listed by its own ids, by those of its resources, and as JSON") {
  const JobTree tree = parse(kBatch);
  CHECK(ids(tree, FailedIds::jobs) == "a\nb\nc\n");
  CHECK(ids(tree, FailedIds::jobs, "VPC.0532") == "c\n");
  CHECK(ids(tree, FailedIds::resources) == "e1\ne3\n");
  const auto json = nlohmann::json::parse(ids(tree, FailedIds::json));
  REQUIRE(json.size() == 3);
  CHECK(json[2]["job_id"] == "c");
  CHECK(json[2]["error_text"] == "none\n# left");
  CHECK(json[2]["facts"] == nlohmann::json{{"eip_id", "e3"}, {"zone", "z2"}});
  CHECK(ids(parse(R"({"job_id":"r","status":"SUCCESS"})"), FailedIds::json) == "[]\n");
}

}  // namespace ticket_test
