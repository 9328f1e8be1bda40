#include "model/error_groups.h"

#include <string>
#include <vector>

#include "ingest/job_parser.h"
#include "model/error_facets.h"
#include "unit/catch.h"

namespace error_groups_test {

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

TEST_CASE("Of more kinds of error than a list can explain the most frequent are told") {
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

TEST_CASE("What is frequent is told although it came after many other kinds of error") {
  std::vector<std::string> children;
  for (int i = 0; i < 100; ++i)
    children.push_back(failed("E" + std::to_string(i), ""));
  for (int i = 0; i < 3; ++i)
    children.push_back(failed("late", ""));
  CHECK(groups(batch(children), ErrorsBy::code_and_reason).front() == "late:  x 3");
}

TEST_CASE("A group says when the first and the last of it failed") {
  const auto at = [](const std::string& end) {
    return R"({"job_id":"x","status":"FAIL","error_code":"A","end_time":")" + end + "\"}";
  };
  const ParsedJob parsed = parse_job(
      batch({at("1970-01-01T00:00:03Z"), at("1970-01-01T00:00:01Z"), failed("A", ""), at("")}));
  const auto found = error_groups(parsed.tree, ErrorsBy::code);
  REQUIRE(found.size() == 1);
  CHECK(found[0].count == 4);
  CHECK(found[0].first == 1000);
  CHECK(found[0].last == 3000);
}

TEST_CASE("The name of a group is the same in every response, and tells errors apart") {
  const auto name = [](const std::string& code, const std::string& reason) {
    const ParsedJob parsed = parse_job(batch({failed(code, reason)}));
    String out;
    put_group_name(out, parsed.tree, error_groups(parsed.tree, ErrorsBy::code_and_reason).front());
    return std::string(std::string_view(out));
  };
  CHECK(name("VPC.0521", "used 11 of 10") == "VPC.0521~e9002132");
  CHECK(name("VPC.0521", "used 12 of 10") == name("VPC.0521", "used 11 of 10"));
  CHECK(name("VPC.0521", "no quota") != name("VPC.0521", "used 11 of 10"));
  CHECK(name("", "used 11 of 10").front() == '~');
}

TEST_CASE("An error is in the group of its name, and in that of its code") {
  const std::uint64_t key = 0x1C9E03B700000001;
  CHECK(is_in_group("VPC.0521", key, "VPC.0521~1c9e03b7"));
  CHECK(is_in_group("VPC.0521", key, "VPC.0521"));
  CHECK(is_in_group("", key, "~1c9e03b7"));
  for (const char* other : {"VPC.0521~1c9e03b8", "VPC.0521~", "VPC.0521~1c9e03b7a", "VPC.05", ""})
    CHECK_FALSE(is_in_group("VPC.0521", key, other));
  CHECK_FALSE(is_in_group("VPC.0521", 0, "VPC.0521"));
}

namespace {

/// "group: name value succeeded/of"
std::vector<std::string> facets(const std::vector<std::string>& children) {
  const ParsedJob parsed = parse_job(batch(children));
  const JobTree& tree = parsed.tree;
  const auto keys = error_keys(tree, ErrorsBy::code_and_reason);
  const auto all = error_groups(tree, keys);
  std::vector<std::string> out;
  for (const Facet& facet : error_facets(tree, keys, all)) {
    out.push_back(std::string(tree.view(tree.jobs[all[facet.group].job].error_code)) + ": " +
                  std::string(tree.view(facet.name)) + " " + std::string(tree.view(facet.value)) +
                  " " + std::to_string(facet.succeeded) + "/" + std::to_string(facet.of));
  }
  return out;
}

std::string in_zone(const std::string& zone, const std::string& code, const std::string& more = "",
                    const std::string& type = "create") {
  return R"({"job_id":"x","job_type":")" + type + R"(","status":")" +
         (code.empty() ? "SUCCESS" : "FAIL") + R"(","error_code":")" + code +
         R"(","entities":{"zone":")" + zone + "\"" + more + "}}";
}

}  // namespace

TEST_CASE("What all of a group have and few that succeeded is told, with how many of these") {
  CHECK(facets({in_zone("a", "E"), in_zone("a", "E", R"(,"size":1)"), in_zone("a", ""),
                in_zone("b", ""), in_zone("b", ""), in_zone("b", "", "", "other")}) ==
        std::vector<std::string>{"E: zone a 1/3"});
}

TEST_CASE("The type is compared with that of all that succeeded") {
  CHECK(facets({in_zone("a", "E", "", "attach"), in_zone("b", "E", "", "attach"), in_zone("c", ""),
                in_zone("c", "")}) == std::vector<std::string>{"E:  attach 0/2"});
}

TEST_CASE("Nothing is told of one failure, without a success, or of what succeeded has as often") {
  CHECK(facets({in_zone("a", "E"), in_zone("b", "")}).empty());
  CHECK(facets({in_zone("a", "E"), in_zone("a", "E")}).empty());
  CHECK(facets({in_zone("a", "E"), in_zone("a", "E"), in_zone("a", ""), in_zone("a", ""),
                in_zone("b", "")})
            .empty());
}

}  // namespace error_groups_test
