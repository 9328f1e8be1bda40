// Everything that can be sent to find jobs, written out.
#include "cloud/where/lists.h"

#include <set>
#include <string>
#include <vector>

#include "cloud/where/catalogue.h"
#include "support/home.h"
#include "unit/catch.h"

namespace lists_test {

namespace {

using namespace jobtree;
using namespace jobtree::cloud;  // NOLINT(google-build-using-namespace)
using namespace jobtree::tests;  // NOLINT(google-build-using-namespace)

constexpr const char* kProject = "0605767cc80010f42f1ec00bc0e6b7a8";

Catalogue catalogue(const CatalogueOptions& options = {}) {
  auto made = Catalogue::make(options);
  REQUIRE(made);
  return std::move(made.value());
}

const List& list_named(const Catalogue& from, std::string_view name) {
  for (const List& list : from.lists()) {
    if (list.name == name) return list;
  }
  FAIL("no list " << name);
  return from.lists().front();
}

/// From 2026-11-26 02:10:05.120 to a day later.
ListWindow window() {
  const UtcTime from = parse_iso_time("2026-11-26T02:10:05.120Z").value();
  return {.from = from, .to = from + std::chrono::hours(24)};
}

std::string text_of(const std::optional<Target>& target) {
  if (!target) return "refused";
  return target->path + (target->query.empty() ? "" : "?" + target->query);
}

std::string sent(std::string_view list, const ListPlace& place = {}) {
  const Catalogue all = catalogue();
  return text_of(target_of(list_named(all, list), kProject, window(), place));
}

TEST_CASE("What is sent to find jobs is this, and nothing else") {
  const std::string p = kProject;
  const std::set<std::string> expected{
      // The ends do not count at CTS, so they are a millisecond further out.
      "cts GET /v3/" + p +
          "/traces?from=1795659005119&limit=200&to=1795745405121&trace_type=system",
      "rds GET /v3/" + p +
          "/tasklist?end_time=1795745405120&limit=50&offset=0&start_time=1795659005120",
      "gaussdb GET /v3/" + p +
          "/tasks?end_time=1795745405120&limit=100&offset=0&start_time=1795659005120",
      "taurusdb GET /v3/" + p +
          "/immediate-jobs?end_time=2026-11-27T02%3A10%3A05Z&limit=50&offset=0&start_time=2026-11-"
          "26T02%3A10%3A05Z",
      "geminidb GET /v3/" + p +
          "/jobs?end_time=2026-11-27T02%3A10%3A05%2B0000&limit=50&offset=0&start_time=2026-11-"
          "26T02%3A10%3A05%2B0000",
      "dds GET /v3.1/" + p +
          "/jobs?end_time=2026-11-27T02%3A10%3A05%2B0000&limit=100&offset=0&start_time=2026-11-"
          "26T02%3A10%3A05%2B0000",
      "ddm GET /v3/" + p +
          "/jobs?end_time=1795745405120&limit=128&offset=0&start_time=1795659005120",
      "cts GET /v3/" + p + "/trackers",
      "elb GET /v3/" + p + "/elb/jobs?limit=2000",
      "cce GET /api/v2/projects/" + p + "/jobs",
      "cbr GET /v3/" + p +
          "/operation-logs?end_time=2026-11-27T02%3A10%3A05Z&limit=100&offset=0&start_time=2026-11-"
          "26T02%3A10%3A05Z",
      "dcs GET /v2/" + p +
          "/tasks?end_time=20261127021005&limit=100&offset=0&start_time=20261126021005",
      "sdrs GET /v1/" + p + "/task-center/failure-jobs?limit=100&offset=0",
      "swr GET /v2/" + p + "/jobs?limit=100&offset=0",
  };
  const Catalogue all = catalogue();
  std::set<std::string> found;
  for (const List& list : all.lists()) {
    found.insert(list.service + " GET " + text_of(target_of(list, kProject, window())));
  }
  CHECK(found == expected);
  CHECK(all.lists().size() == expected.size());
}

TEST_CASE("A page further on differs in nothing but its place") {
  CHECK(sent("rds", {.offset = 150}).find("&offset=150&") != std::string::npos);
  CHECK(sent("elb", {.marker = "e1b00001-0000-4000-8000-000000000001"}) ==
        std::string("/v3/") + kProject +
            "/elb/jobs?limit=2000&marker=e1b00001-0000-4000-8000-000000000001");
  CHECK(sent("traces", {.marker = "5eed"}).find("&next=5eed&to=") != std::string::npos);
  // A marker is the cloud's, but it stays the value of one parameter.
  CHECK(sent("traces", {.marker = "a&user=b#?/+%"}).find("&next=a%26user%3Db%23%3F%2F%2B%25&") !=
        std::string::npos);
}

TEST_CASE("What is no request of a list is not made") {
  const Catalogue all = catalogue();
  const List& rds = list_named(all, "rds");
  for (const char* project : {"", "-", "0605767CC80010F42F1EC00BC0E6B7A8", "../../v3/auth/tokens",
                              "0605767cc80010f42f1ec00bc0e6b7a8/x"}) {
    CHECK_FALSE(target_of(rds, project, window()));
  }
  CHECK_FALSE(target_of(rds, kProject, {.from = window().to, .to = window().from}));
  CHECK_FALSE(target_of(rds, kProject, window(), {.marker = "a"}));
  CHECK_FALSE(target_of(rds, kProject, window(), {.offset = 100'000'000}));
  CHECK_FALSE(target_of(list_named(all, "elb"), kProject, window(), {.offset = 1}));
  CHECK_FALSE(target_of(list_named(all, "cce"), kProject, window(), {.offset = 1}));
  CHECK_FALSE(target_of(list_named(all, "elb"), kProject, window(), {.marker = "a b"}));
  CHECK_FALSE(target_of(list_named(all, "elb"), kProject, window(), {.marker = "a\r\nHost: b"}));
  CHECK_FALSE(
      target_of(list_named(all, "elb"), kProject, window(), {.marker = std::string(600, 'a')}));
  List unknown = rds;
  unknown.parameters = {{"x", "{job_id}"}};
  CHECK_FALSE(target_of(unknown, kProject, window()));
}

TEST_CASE("Every list has a service, a host, and a name of its own") {
  const Catalogue all = catalogue();
  const std::set<std::string> windowless{"cce", "elb", "sdrs", "swr", "trackers"};
  std::set<std::string> names;
  for (const List& list : all.lists()) {
    CAPTURE(list.name);
    CHECK(names.insert(list.name).second);
    CHECK((list.service == "cts" || all.find_service(list.service) != nullptr));
    CHECK(list.path.find("{project_id}") != std::string::npos);
    CHECK(list.has_window() == !windowless.contains(list.name));
    for (const std::string& region : all.regions()) {
      const auto origins = all.list_origins(list, region);
      REQUIRE(origins);
      CHECK(origins.value().front().scheme == "https");
    }
  }
  const auto host = [&](const char* list, const char* region) {
    return joined(all.list_origins(list_named(all, list), region).value());
  };
  CHECK(host("traces", "cn-north-4") ==
        "https://cts.cn-north-4.myhuaweicloud.com,https://cts.cn-north-4.myhuaweicloud.cn");
  CHECK(host("traces", "eu-west-101") == "https://cts.eu-west-101.myhuaweicloud.eu");
  CHECK(host("gaussdb", "cn-north-4") == "https://gaussdb-opengauss.cn-north-4.myhuaweicloud.com");
  CHECK(host("swr", "cn-north-4") == "https://swr-api.cn-north-4.myhuaweicloud.com");
}

TEST_CASE("CTS is where an operator says, and has no jobs") {
  const auto host = [](const CatalogueOptions& options) {
    const Catalogue all = catalogue(options);
    return joined(all.list_origins(list_named(all, "traces"), "cn-north-4").value());
  };
  CHECK(host({.endpoints = {"cts=https://cts.example.com"}}) == "https://cts.example.com");
  CHECK(host({.endpoints = {"*=https://cloud.example.com"}}) == "https://cloud.example.com");
  const Variables variables{{"HUAWEICLOUD_SDK_REGION_CTS_CN_NORTH_4", "https://a.example"}};
  CHECK(host({.environment = environment_of(variables)}) == "https://a.example");
  const Catalogue all = catalogue();
  CHECK(all.find_service("cts") == nullptr);
  CHECK_FALSE(all.is_valid({"cn-north-4", "cts", kProject, "ff808082843684110184e155fdb36461"}));
}

}  // namespace

}  // namespace lists_test
