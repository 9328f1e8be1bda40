#include "model/error_groups.h"

#include <string>
#include <vector>

#include "ingest/job_parser.h"
#include "unit/catch.h"

using namespace jobtree::engine;

namespace {

/// "code: reason x count", the largest group first.
std::vector<std::string> groups(const std::string& json, ErrorsBy by) {
  const ParsedJob parsed = parse_job(json);
  REQUIRE(parsed.error == ParsedJob::Error::none);
  std::vector<std::string> out;
  for (const ErrorGroup& group : error_groups(parsed.tree, by)) {
    const Job& job = parsed.tree.jobs[group.job];
    out.push_back(std::string(parsed.tree.view(job.error_code)) + ": " +
                  std::string(parsed.tree.view(job.error_text)) + " x " +
                  std::to_string(group.count));
  }
  return out;
}

std::string failed(const std::string& code, const std::string& reason) {
  return R"({"job_id":"x","status":"FAIL","error_code":")" + code + R"(","fail_reason":")" +
         reason + "\"}";
}

std::string batch(const std::vector<std::string>& children) {
  std::string json = R"({"job_id":"r","status":"FAIL","error_code":"Top","sub_jobs":[)";
  for (std::size_t i = 0; i < children.size(); ++i) {
    json += (i == 0 ? "" : ",") + children[i];
  }
  return json + "]}";
}

}  // namespace

TEST_CASE("Failures are counted by error, the most frequent first, and of equals the first") {
  const auto json = batch({failed("A", "one"), failed("B", "two"), failed("B", "two"),
                           failed("C", "three"), R"({"job_id":"s","status":"SUCCESS"})"});
  CHECK(groups(json, ErrorsBy::code_and_reason) ==
        std::vector<std::string>{"B: two x 2", "A: one x 1", "C: three x 1"});
}

TEST_CASE("A job that failed for a part of it is no failure of its own") {
  CHECK(groups(batch({failed("A", "one")}), ErrorsBy::code).size() == 1);
}

TEST_CASE("By code, reasons do not matter, except where there is no code") {
  const auto json =
      batch({failed("A", "one"), failed("A", "two"), failed("", "three"), failed("", "four")});
  CHECK(groups(json, ErrorsBy::code) ==
        std::vector<std::string>{"A: one x 2", ": three x 1", ": four x 1"});
  CHECK(groups(json, ErrorsBy::code_and_reason).size() == 4);
}

TEST_CASE("Reasons that differ only in ids, addresses, times and numbers are one") {
  const auto json =
      batch({failed("A", "10.0.0.7 is taken, 3 left"), failed("A", "10.0.0.8 is taken, 2 left"),
             failed("A", "no room in cn-north-4a"), failed("A", "no room in cn-north-4b")});
  CHECK(groups(json, ErrorsBy::code_and_reason) ==
        std::vector<std::string>{"A: 10.0.0.7 is taken, 3 left x 2",
                                 "A: no room in cn-north-4a x 1", "A: no room in cn-north-4b x 1"});
}

TEST_CASE("Reasons that name different things of the job are one, unless it is a kind of things") {
  const auto on = [](const std::string& fact, const std::string& value) {
    return R"({"job_id":"x","status":"FAIL","entities":{")" + fact + R"(":")" + value +
           R"("},"fail_reason":"cannot use )" + value + "\"}";
  };
  CHECK(groups(batch({on("server_name", "ecs-web-one"), on("server_name", "ecs-web-two")}),
               ErrorsBy::code)
            .size() == 1);
  CHECK(
      groups(batch({on("flavor_name", "s6-large"), on("flavor_name", "s6-small")}), ErrorsBy::code)
          .size() == 2);
}

TEST_CASE("More kinds of error than a list can explain are left out, and those told stay counted") {
  std::vector<std::string> children;
  children.reserve(101);
  for (int i = 0; i < 100; ++i) {
    children.push_back(failed("E" + std::to_string(i), ""));
  }
  children.push_back(failed("E0", ""));
  const auto found = groups(batch(children), ErrorsBy::code);
  CHECK(found.size() == kMostErrorGroups);
  CHECK(found.front() == "E0:  x 2");
}
