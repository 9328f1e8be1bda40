// Samples that were cut and changed at random: something comes out, or a failure, and all that
// comes out keeps its bounds.
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "cloud/ids.h"
#include "discovery/json_pieces.h"
#include "unit/catch.h"
#include "unit/discovery/found.h"

namespace damaged_test {

namespace {

using namespace jobtree;
using namespace jobtree::discovery;  // NOLINT(google-build-using-namespace)
using namespace jobtree::tests;      // NOLINT(google-build-using-namespace)
using nlohmann::json;

bool is_utf8(const std::string& text) {
  return json::accept(json(text).dump(-1, ' ', false, json::error_handler_t::ignore)) &&
         json(text).dump(-1, ' ', false, json::error_handler_t::ignore) ==
             json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Counts what is wrong, so that a million good values are no million assertions.
std::size_t flaws(const std::vector<FoundJob>& jobs) {
  std::size_t count = 0;
  for (const FoundJob& job : jobs) {
    const auto is_line = [](const std::string& text, std::size_t most) {
      return text.size() <= most && is_utf8(text) && text.find('\n') == std::string::npos;
    };
    const bool is_good =
        cloud::is_job_id(job.address.job_id()) && job.address.key().size() < 300 &&
        (!job.is_queryable || catalogue().is_valid(job.address)) &&
        is_line(job.service_type, kLongestName) && is_line(job.resource_type, kLongestName) &&
        is_line(job.operation, kLongestName) && is_line(job.type, kLongestWord) &&
        is_line(job.status_text, kLongestWord) && is_line(job.user, kLongestName) &&
        is_line(job.resource_id, kLongestName) && is_line(job.resource_name, kLongestName) &&
        is_line(job.error_code, kLongestWord) && is_line(job.error_text, kLongestError) &&
        job.sub_jobs.size() <= 2 * kMostSubJobs &&
        job.status.has_value() == !job.status_text.empty() &&
        (job.body.empty() || (job.body.size() <= kLargestBody && json::accept(job.body)));
    if (!is_good) ++count;
  }
  return count;
}

/// Reads it in each of the ways there are; how much of what came out is not as it has to be.
std::size_t flaws_of(const std::string& body) {
  std::size_t count = 0;
  if (auto page = read_traces(origin(), body)) {
    std::vector<FoundJob> jobs = join(page.value().jobs);
    name_submitters(jobs, page.value().submissions);
    count += flaws(page.value().jobs) + flaws(jobs);
  }
  for (const char* list : {"rds", "gaussdb", "elb", "cce", "cbr"}) {
    const ListQuery query{.list = &list_named(list), .place = {}, .read_at = {}};
    if (auto page = read_list(origin(), query, body)) count += flaws(page.value().jobs);
  }
  return count;
}

std::vector<std::string> samples() {
  std::vector<std::string> all;
  const json index = json::parse(file_of_tests("traces/index.json"));
  for (const json& sample : index.at("samples")) {
    all.push_back(file_of_tests("traces/" + sample.at("file").get<std::string>()));
  }
  return all;
}

std::string damaged(std::string text, std::mt19937& random) {
  constexpr std::string_view kBytes = "\"\\{}[]:,0 \n\xff\xe7u";
  const auto below = [&](std::size_t end) { return end == 0 ? 0 : random() % end; };
  for (std::size_t times = 1 + below(4); times > 0 && !text.empty(); --times) {
    const std::size_t at = below(text.size());
    switch (below(5)) {
      case 0:
        text.resize(at);
        break;
      case 1:
        text[at] = kBytes[below(kBytes.size())];
        break;
      case 2:
        text.erase(at, below(40));
        break;
      case 3:
        text.insert(at, 1, kBytes[below(kBytes.size())]);
        break;
      default:
        text.insert(at, text.substr(below(text.size()), below(200)));
    }
  }
  return text;
}

TEST_CASE("Samples cut anywhere give no nonsense") {
  std::size_t found = 0;
  for (const std::string& sample : samples()) {
    for (std::size_t length = 0; length < sample.size(); length += 13)
      found += flaws_of(sample.substr(0, length));
  }
  CHECK(found == 0);
}

TEST_CASE("Samples changed at random give no nonsense") {
  std::mt19937 random(20261126);  // NOLINT(cert-msc51-cpp): the same each time
  std::size_t found = 0;
  for (const std::string& sample : samples()) {
    for (int i = 0; i < 150; ++i)
      found += flaws_of(damaged(sample, random));
  }
  CHECK(found == 0);
}

TEST_CASE("A response changed at random spoils no other trace") {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same each time
  const json first = json::parse(file_of_tests("traces/10-failed-with-sub-job.json"));
  const std::string response = first["traces"][0]["response"].get<std::string>();
  const json good = trace_with({{"job_id", "ff80"}}, {{"trace_id", "last"}});
  std::size_t found = 0;
  std::size_t kept = 0;
  constexpr std::size_t kTimes = 1000;
  for (std::size_t i = 0; i < kTimes; ++i) {
    json trace = first["traces"][0];
    // As JSON the damage is inside the string, bytes that are no UTF-8 too.
    trace["response"] = "@";
    std::string quoted =
        json(damaged(response, random)).dump(-1, ' ', false, json::error_handler_t::replace);
    std::string page = page_of({trace, good});
    page.replace(page.find("\"@\""), 3, quoted);
    const auto read = read_traces(origin(), page);
    REQUIRE(read);
    found += flaws(read.value().jobs);
    if (!read.value().jobs.empty() && read.value().jobs.back().trace_id == "last") ++kept;
  }
  CHECK(found == 0);
  CHECK(kept == kTimes);
}

}  // namespace

}  // namespace damaged_test
