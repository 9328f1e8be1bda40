#include "simulator/cloud/records/traces.h"

#include <set>

#include "unit/simulator/trace_cloud.h"

namespace traces_test {

using namespace jobtree::simulator::traces_testing;
using namespace jobtree::simulator;
using namespace std::chrono_literals;

TEST_CASE("The pages of a list join without a gap, and no marker is an id that was shown") {
  const Cloud cloud = demo();
  const auto all = cloud.week();
  REQUIRE(all.size() > 20);
  std::vector<std::string> ids;
  std::string next;
  const std::string window = "&from=" + written(kNow - 170h, TimeForm::epoch) +
                             "&to=" + written(kNow + 1ms, TimeForm::epoch);
  for (int page = 0; page < 100; ++page) {
    const json body =
        json::parse(cloud.get("/traces?trace_type=system&limit=7" + window + next, kNow).body);
    std::set<std::string> shown;
    for (const json& trace : body.at("traces"))
      ids.push_back(*shown.insert(trace.at("trace_id").get<std::string>()).first);
    const json& marker = body.at("meta_data").at("marker");
    if (marker.is_null()) break;
    CHECK(shown.count(marker.get<std::string>()) == 0);
    next = "&next=" + marker.get<std::string>();
  }
  REQUIRE(ids.size() == all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i].at("trace_id") == ids[i]);
    if (i > 0) CHECK(time_of(all[i]) <= time_of(all[i - 1]));
  }
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == ids.size());
}

TEST_CASE("Without a window the list is of the last hour, and never reaches back a week") {
  const Cloud cloud = demo();
  const json body = json::parse(cloud.get("/traces?trace_type=system&limit=200").body);
  CHECK(body.at("traces").size() > 5);
  CHECK(body.at("traces").size() < cloud.week().size());
  for (const json& trace : body.at("traces"))
    CHECK(time_of(trace) > epoch(kNow - 1h));
  CHECK(json::parse(cloud.get("/traces?trace_type=system").body).at("traces").size() == 10);
  CHECK(cloud.week("", kNow + 300h).empty());
}

TEST_CASE("Both ends of a window are left out") {
  const Cloud cloud = demo();
  const std::int64_t time = time_of(cloud.week().at(0));
  const auto count = [&](std::int64_t from, std::int64_t to) {
    return json::parse(cloud
                           .get("/traces?trace_type=system&from=" + std::to_string(from) +
                                "&to=" + std::to_string(to))
                           .body)
        .at("traces")
        .size();
  };
  CHECK(count(time - 1, time + 1) == 1);
  CHECK(count(time, time + 1) == 0);
  CHECK(count(time - 1, time) == 0);
}

TEST_CASE("Filters are exact") {
  const Cloud cloud = demo();
  for (const json& trace : cloud.week("&user=%E6%9D%8E%E6%96%87%E9%9D%99"))
    CHECK(trace.at("user").at("name") == "李文静");
  CHECK(cloud.week("&user=%E6%9D%8E%E6%96%87%E9%9D%99").size() > 3);
  CHECK(cloud.week("&user=%E6%9D%8E").empty());
  CHECK(cloud.week("&service_type=cce").empty());
  CHECK(cloud.week("&service_type=CCE&resource_type=cluster&trace_name=createCluster").size() >= 2);
  CHECK(cloud.week("&service_type=SFS%20Turbo").size() == 1);
  for (const json& trace : cloud.week("&trace_rating=warning"))
    CHECK(trace.at("trace_rating") == "warning");
  const std::string id = cloud.week().at(3).at("trace_id");
  CHECK(cloud.week("&user=nobody&trace_id=" + id).size() == 1);
}

TEST_CASE("A region's host has the traces of that region, another service's host none at all") {
  const Cloud cloud = Cloud::of(R"({"traces": {"others": "none"}, "jobs": [
    {"service": "rds", "job_id": "r", "region": "cn-south-1", "document": {"job": {"id": "r"}}}]})");
  CHECK(cloud.week("", kNow, "cts.cn-south-1.myhuaweicloud.com").size() == 1);
  CHECK(cloud.week("", kNow, "cts.cn-north-4.myhuaweicloud.com").empty());
  CHECK_FALSE(find_traces({.method = "GET",
                           .target = "/v3/p/traces",
                           .headers = {{"host", "rds.cn-north-4.myhuaweicloud.com"}},
                           .body = {}}));
}

TEST_CASE("What cannot be a query is refused in the service's own words") {
  const Cloud cloud = demo();
  for (const char* query :
       {"", "?trace_type=all", "?trace_type=system&from=1795659047956",
        "?trace_type=system&to=1795659047956", "?trace_type=system&from=1795659047&to=1795659048",
        "?trace_type=system&from=1795659047957&to=1795659047956", "?trace_type=system&limit=0",
        "?trace_type=system&limit=201", "?trace_type=system&limit=x", "?trace_type=system&limit=",
        "?trace_type=system&next=5eed0001-cafe-11f1-8000-000000000001"}) {
    INFO(query);
    const Response response = cloud.get(std::string("/traces") + query);
    CHECK(response.status == 400);
    CHECK(json::parse(response.body).at("error_code") == "CTS.0300");
  }
  CHECK(json::parse(cloud.get("/traces?trace_type=data").body).at("traces").empty());
}

TEST_CASE("Another project's traces are not permitted") {
  const Cloud cloud = demo();
  const Traces traces(1, 1, {}, kNow);
  const Request request{.method = "GET", .target = "/v3/p/traces", .headers = {}, .body = {}};
  const Response response =
      traces.respond(*find_traces(request), request, "r", demo_account(), cloud.book, kNow);
  CHECK(response.status == 403);
  CHECK(json::parse(response.body).at("error_code") == "CTS.0002");
}

TEST_CASE("A disabled tracker has no traces and says so, none is not even listed") {
  const auto status = [](Tracker tracker) {
    const Cloud cloud(demo_jobs(), {.tracker = tracker});
    const json trackers = json::parse(cloud.get("/trackers").body).at("trackers");
    CHECK(cloud.week().empty() == (tracker != Tracker::enabled));
    return trackers.empty() ? std::string("none") : trackers.at(0).at("status").get<std::string>();
  };
  CHECK(status(Tracker::enabled) == "enabled");
  CHECK(status(Tracker::disabled) == "disabled");
  CHECK(status(Tracker::none) == "none");
}

TEST_CASE("The same seed gives the same traces") {
  CHECK(demo().week() == demo().week());
}

}  // namespace traces_test
