// What a page is told of finding, and the policies it needs.
#include "discovery/finding_json.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "discovery/trackers.h"
#include "unit/discovery/found.h"

namespace finding_json_test {

namespace {

using namespace jobtree;
using namespace jobtree::discovery;  // NOLINT(google-build-using-namespace)
using nlohmann::json;

TEST_CASE("What a page is told names the permission of each list") {
  const Finding finding{.mode = Mode::all,
                        .readings = {{.region = "cn-north-4",
                                      .list = "rds",
                                      .service = "rds",
                                      .state = Reading::State::denied,
                                      .detail = {"The key lacks it", "缺少"}},
                                     {.region = "cn-north-4", .list = "swr", .service = "swr"}}};
  const json told = json::parse(json_of(finding, tests::catalogue().lists()));
  CHECK(told.at("mode") == "all");
  CHECK(told.at("people") == true);
  const json& rds = told.at("readings").at(0);
  CHECK(rds.at("state") == "denied");
  CHECK(rds.at("permission") == "rds:task:list");
  CHECK(rds.at("identity_permission") == "rds:task:listAll");
  CHECK(rds.at("detail").at("zh") == "缺少");
  const json& swr = told.at("readings").at(1);
  CHECK(swr.at("permission").is_null());
  CHECK(swr.at("detail").is_null());
  CHECK(swr.at("read_at").is_null());
}

TEST_CASE("The policies allow the documented actions, each once, and nothing else") {
  const json told = json::parse(json_of({}, tests::catalogue().lists()));
  CHECK(told.at("policy") ==
        json{{"Version", "1.1"},
             {"Statement",
              {{{"Effect", "Allow"},
                {"Action",
                 {"cts:trace:list", "cts:tracker:list", "rds:task:list", "gaussdb:instance:list",
                  "nosql:task:list", "dds:task:list", "cce:job:list", "cbr:tasks:list"}}}}}});
  CHECK(told.at("identity_policy").at("Version") == "5.0");
  for (const auto& action : told.at("identity_policy").at("Statement").at(0).at("Action")) {
    const auto text = action.get<std::string>();
    CHECK((text.find(":list") != std::string::npos));
  }
}

TEST_CASE("CTS records while a tracker for management events is enabled") {
  CHECK(is_recording(R"({"trackers":[{"tracker_type":"system","status":"enabled"}]})") == true);
  CHECK(
      is_recording(
          R"({"trackers":[{"tracker_type":"data","status":"enabled"},{"tracker_type":"system","status":"disabled"}]})") ==
      false);
  CHECK(is_recording(R"({"trackers":[]})") == false);
  for (const char* none : {"", "{}", "[]", R"({"trackers":null})", R"({"trackers":[)"}) {
    CAPTURE(none);
    CHECK(is_recording(none) == std::nullopt);
  }
}

}  // namespace

}  // namespace finding_json_test
