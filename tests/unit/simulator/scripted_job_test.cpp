// What the pretend cloud's jobs do from their begin to their end.
#include "simulator/script/scripted_job.h"

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "simulator/cloud/job_routes.h"
#include "simulator/script/built_in/built_in_jobs.h"
#include "simulator/script/built_in/documents.h"
#include "unit/catch.h"

namespace scripted_job_test {

namespace {

using namespace std::chrono_literals;
using jobtree::simulator::batch_job;
using jobtree::simulator::BatchOrder;
using jobtree::simulator::built_in_jobs;
using jobtree::simulator::check_order;
using jobtree::simulator::kMaxBatch;
using jobtree::simulator::Milliseconds;
using jobtree::simulator::ScriptedJob;
using jobtree::simulator::WallTime;
using nlohmann::json;

constexpr std::uint64_t kSeed = 1;
const WallTime kBegan = std::chrono::sys_days(std::chrono::year_month_day(
                            std::chrono::year(2026), std::chrono::month(3), std::chrono::day(9))) +
                        8h + 10min + 19s + 951ms;

std::string read(const std::string& name) {
  std::ifstream file(std::string(JOBTREE_TEST_DATA "/jobs/") + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

ScriptedJob built_in(const std::string& title) {
  static const std::vector<ScriptedJob> all = built_in_jobs(kSeed, 1);
  for (const ScriptedJob& scripted : all) {
    if (scripted.job.title_en == title) return scripted;
  }
  throw std::runtime_error("no job is called " + title);
}

json at(const ScriptedJob& scripted, Milliseconds elapsed) {
  return json::parse(scripted.course->document(kBegan, elapsed));
}
json ended(const ScriptedJob& scripted) {
  return at(scripted, scripted.course->length());
}

const json& children(const json& job) {
  static const json none = json::array();
  const json& entities = job.at("entities");
  return entities.contains("sub_jobs") ? entities.at("sub_jobs") : none;
}

int depth(const json& job) {
  int deepest = 0;
  for (const json& child : children(job))
    deepest = std::max(deepest, depth(child));
  return deepest + 1;
}

template <class Visit>
void each(const json& job, const Visit& visit) {
  visit(job);
  for (const json& child : children(job))
    each(child, visit);
}

int count(const json& job, const std::string& status) {
  int found = 0;
  for (const json& child : children(job))
    found += child.at("status") == status ? 1 : 0;
  return found;
}

int rank(const std::string& status) {
  if (status == "INIT") return 0;
  if (status == "RUNNING") return 1;
  REQUIRE((status == "SUCCESS" || status == "FAIL"));
  return 2;
}

const std::vector<std::string> kMoving = {"20 elastic IPs", "20 elastic IPs, 4 fail",
                                          "4 servers, three levels deep",
                                          "4 servers, 2 fail deep down"};

}  // namespace

TEST_CASE("The same seed gives the same bytes at every instant, another seed others") {
  const auto first = built_in_jobs(7, 1);
  const auto again = built_in_jobs(7, 1);
  const auto other = built_in_jobs(8, 1);
  REQUIRE(first.size() == again.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    INFO(first[i].job.title_en);
    const bool moves = first[i].course->length() > 0ms;
    CHECK(first[i].job.job_id == again[i].job.job_id);
    CHECK((first[i].job.job_id != other[i].job.job_id) == moves);
    for (const Milliseconds elapsed : {0ms, 1000ms, 9000ms, 31000ms, 200000ms}) {
      const std::string bytes = first[i].course->document(kBegan, elapsed);
      CHECK(bytes == again[i].course->document(kBegan, elapsed));
      CHECK((bytes != other[i].course->document(kBegan, elapsed)) == moves);
    }
  }
}

TEST_CASE("The documented jobs are given out byte for byte") {
  CHECK(built_in("The documented example (ended)").course->document(kBegan, 5s) ==
        read("eip-documented.json"));
  CHECK(built_in("The documented example (ended)").job.job_id ==
        "ff808082843684110184e155fdb36461");
  CHECK(built_in("A server that keeps running").course->document(kBegan, 5s) ==
        read("ecs-running-nested-live.json"));
  CHECK(built_in("A server that keeps running").job.job_id == "ff8080827e7810fb017f06338a731328");
}

TEST_CASE("Every listed job is found in its document by the id it is listed under") {
  std::set<std::string> places;
  for (const ScriptedJob& scripted : built_in_jobs(kSeed, 1)) {
    INFO(scripted.job.title_en);
    const std::string bytes = scripted.course->document(kBegan, 3s);
    CHECK(json::accept(bytes));
    const std::string& ids = scripted.job.job_id;
    CHECK(bytes.find(ids.substr(ids.rfind('/') + 1)) != std::string::npos);
    CHECK_FALSE(scripted.job.title_zh.empty());
    for (const auto& place : jobtree::simulator::job_routes()) {
      if (place.service != scripted.job.service) continue;
      CHECK(places.insert(path_of(place, "p", "d", scripted.job.job_id)).second);
    }
    if (!jobtree::simulator::is_classic(scripted.job.service)) continue;
    CHECK(json::parse(bytes).at("job_id") == scripted.job.job_id);
    CHECK(scripted.job.job_id.size() == 32);
    CHECK(scripted.job.job_id.find_first_not_of("0123456789abcdef") == std::string::npos);
  }
}

TEST_CASE("There is a job of every service") {
  std::set<std::string_view> services;
  const auto all = built_in_jobs(kSeed, 1);
  for (const ScriptedJob& scripted : all)
    services.insert(scripted.job.service);
  for (const std::string_view service : jobtree::simulator::service_names()) {
    INFO(service);
    CHECK(services.count(service) == 1);
  }
}

TEST_CASE("What is built in of recorded answers is what was recorded") {
  int recorded = 0;
  for (const auto& [name, bytes] : jobtree::simulator::documents()) {
    const std::string file = read(std::string(name));
    if (file.empty()) continue;
    INFO(name);
    CHECK(bytes == file);
    ++recorded;
  }
  CHECK(recorded == 28);
}

TEST_CASE("A status only ever moves forward and a job that was listed stays listed") {
  for (const std::string& title : kMoving) {
    INFO(title);
    const ScriptedJob scripted = built_in(title);
    std::map<std::string, int> seen;
    for (Milliseconds now = 0ms; now <= scripted.course->length() + 1s; now += 97ms) {
      std::map<std::string, int> current;
      each(at(scripted, now),
           [&](const json& job) { current[job.at("job_id")] = rank(job.at("status")); });
      for (const auto& [id, status] : seen) {
        REQUIRE(current.count(id) == 1);
        REQUIRE(current[id] >= status);
      }
      seen = std::move(current);
    }
    for (const auto& [id, status] : seen)
      CHECK(status == 2);
  }
}

TEST_CASE("The fields of a job agree with its status") {
  for (const std::string& title : kMoving) {
    INFO(title);
    const ScriptedJob scripted = built_in(title);
    for (Milliseconds now = 0ms; now <= scripted.course->length(); now += 501ms) {
      each(at(scripted, now), [&](const json& job) {
        const std::string status = job.at("status");
        CHECK(job.at("begin_time").get<std::string>().empty() == (status == "INIT"));
        CHECK(job.at("end_time").get<std::string>().empty() == (rank(status) < 2));
        CHECK(job.at("error_code").is_null() == (status != "FAIL"));
        CHECK(job.at("fail_reason").is_null() == (status != "FAIL"));
        if (rank(status) == 2) CHECK(job.at("begin_time") <= job.at("end_time"));
        for (const json& child : children(job)) {
          if (rank(status) == 2) CHECK(child.at("end_time") <= job.at("end_time"));
          if (child.at("status") == "FAIL" && rank(status) == 2) CHECK(status == "FAIL");
        }
      });
    }
  }
}

TEST_CASE("Times are the wall clock's, written as the cloud writes them") {
  const json job = ended(built_in("20 elastic IPs"));
  CHECK(job.at("begin_time") == "2026-03-09T08:10:20.201Z");  // a quarter of a second in INIT
  const std::string end = job.at("end_time");
  CHECK(end.size() == 24);
  CHECK(end.substr(0, 14) == "2026-03-09T08:");
}

TEST_CASE("Twenty elastic IPs take about half a minute, a few at a time, each in its own time") {
  const ScriptedJob scripted = built_in("20 elastic IPs");
  CHECK(scripted.course->length() > 24s);
  CHECK(scripted.course->length() < 36s);
  int most = 0;
  for (Milliseconds now = 0ms; now < scripted.course->length(); now += 100ms) {
    const json job = at(scripted, now);
    CHECK(children(job).size() == 20);
    most = std::max(most, count(job, "RUNNING"));
  }
  CHECK(most == 4);

  const json job = ended(scripted);
  CHECK(job.at("status") == "SUCCESS");
  CHECK(job.at("job_type") == "createBatchPublicip");
  CHECK(count(job, "SUCCESS") == 20);
  std::set<std::string> ends;
  std::set<std::string> addresses;
  for (const json& child : children(job)) {
    CHECK(child.at("job_type") == "createPublicip");
    CHECK(child.at("entities").at("publicip_id").get<std::string>().size() == 36);
    const std::string address = child.at("entities").at("public_ip_address");
    CHECK(address.substr(0, 10) == "203.0.113.");
    addresses.insert(address);
    ends.insert(child.at("end_time"));
  }
  CHECK(addresses.size() == 20);
  CHECK(ends.size() > 15);
}

TEST_CASE("In a batch with failures exactly those ordered fail and the batch says how many") {
  const json job = ended(built_in("20 elastic IPs, 4 fail"));
  CHECK(job.at("status") == "FAIL");
  CHECK(count(job, "FAIL") == 4);
  CHECK(count(job, "SUCCESS") == 16);
  CHECK(job.at("error_code").get<std::string>().substr(0, 4) == "VPC.");
  CHECK(job.at("fail_reason").get<std::string>().find("4 of 20 sub jobs failed") == 0);
  for (const json& child : children(job)) {
    if (child.at("status") != "FAIL") continue;
    CHECK(child.at("error_code").get<std::string>().substr(0, 4) == "VPC.");
    CHECK_FALSE(child.at("fail_reason").get<std::string>().empty());
    CHECK_FALSE(child.at("entities").contains("public_ip_address"));
  }
}

TEST_CASE("Servers are three levels deep and take 25 to 40 seconds") {
  const ScriptedJob good = built_in("4 servers, three levels deep");
  CHECK(good.course->length() > 25s);
  CHECK(good.course->length() < 40s);
  const json job = ended(good);
  CHECK(depth(job) == 3);
  CHECK(job.at("status") == "SUCCESS");
  CHECK(job.at("entities").at("sub_jobs_total") == 4);
  for (const json& server : children(job)) {
    CHECK(server.at("job_type") == "createSingleServer");
    CHECK(server.at("entities").contains("server_id"));
    CHECK(count(server, "SUCCESS") == 6);
  }
  CHECK(depth(at(good, 700ms)) >= 2);

  const json bad = ended(built_in("4 servers, 2 fail deep down"));
  CHECK(bad.at("status") == "FAIL");
  CHECK(count(bad, "FAIL") == 2);
  std::set<std::string> codes;
  each(bad, [&](const json& node) {
    if (node.at("status") == "FAIL") codes.insert(node.at("error_code").get<std::string>());
  });
  CHECK(codes == std::set<std::string>{"EVS.2024", "Ecs.0319"});
}

TEST_CASE("Ten thousand elastic IPs take two to three minutes, dozens at a time") {
  const ScriptedJob scripted = built_in("10,000 elastic IPs, 36 fail");
  CHECK(scripted.course->length() > 120s);
  CHECK(scripted.course->length() < 180s);
  const json middle = at(scripted, 60s);
  CHECK(children(middle).size() == 10000);
  CHECK(count(middle, "RUNNING") > 20);
  CHECK(count(middle, "INIT") > 1000);
  CHECK(count(middle, "SUCCESS") > 1000);

  const json job = ended(scripted);
  CHECK(count(job, "FAIL") == 36);
  CHECK(count(job, "SUCCESS") == 9964);
  std::set<std::string> ids;
  std::set<std::string> addresses;
  for (const json& child : children(job)) {
    ids.insert(child.at("job_id"));
    if (child.at("status") == "SUCCESS") {
      addresses.insert(child.at("entities").at("public_ip_address"));
    }
  }
  CHECK(ids.size() == 10000);
  CHECK(addresses.size() == 9964);
}

TEST_CASE("The largest batch ends whole, in a document that is taken") {
  const ScriptedJob scripted = batch_job(kSeed, 1, 1, {kMaxBatch, 100});
  const std::string text = scripted.course->document(kBegan, scripted.course->length());
  CHECK(text.size() < std::size_t{64} << 20);
  const json job = json::parse(text);
  std::set<std::string> ids;
  std::set<std::string> addresses;
  for (const json& child : children(job)) {
    ids.insert(child.at("job_id"));
    if (child.at("status") == "SUCCESS") {
      addresses.insert(child.at("entities").at("public_ip_address"));
    }
  }
  CHECK(ids.size() == kMaxBatch);
  CHECK(addresses.size() == kMaxBatch - 100);
}

TEST_CASE("Speed divides every duration") {
  const auto slow = built_in_jobs(kSeed, 1);
  const auto fast = built_in_jobs(kSeed, 10);
  for (std::size_t i = 0; i < slow.size(); ++i) {
    CHECK(slow[i].job.job_id == fast[i].job.job_id);
    CHECK(fast[i].course->length() == slow[i].course->length() / 10);
  }
}

TEST_CASE("Any batch in range ends with the failures it was ordered with") {
  for (const BatchOrder order : {BatchOrder{1, 0}, BatchOrder{1, 1}, BatchOrder{3, 2},
                                 BatchOrder{21, 21}, BatchOrder{1000, 7}}) {
    INFO(order.count << ", " << order.failing);
    CHECK(check_order(order).empty());
    const ScriptedJob scripted = batch_job(kSeed, 1, 5, order);
    const json job = ended(scripted);
    CHECK(static_cast<int>(scripted.course->size()) == order.count);
    CHECK(static_cast<int>(children(job).size()) == order.count);
    CHECK(count(job, "FAIL") == order.failing);
    CHECK(job.at("status") == (order.failing > 0 ? "FAIL" : "SUCCESS"));
  }
}

TEST_CASE("An order out of range is refused with the range") {
  CHECK(check_order({0, 0}) == "count must be 1 to 100000, not 0");
  CHECK(check_order({100001, 0}) == "count must be 1 to 100000, not 100001");
  CHECK(check_order({5, 6}) == "failing must be 0 to count (5), not 6");
  CHECK(check_order({5, -1}) == "failing must be 0 to count (5), not -1");
}

TEST_CASE("The awkward jobs hold what a viewer must survive, and are JSON all the same") {
  const json odd = at(built_in("Odd statuses and fields"), 0ms);
  CHECK(odd.at("status") == "PENDING_PAYMENT");
  bool has_array = false;
  bool has_null = false;
  for (const json& child : children(odd)) {
    has_array = has_array || (child.contains("entities") && child.at("entities").is_array());
    has_null = has_null || (child.contains("status") && child.at("status").is_null());
  }
  CHECK(has_array);
  CHECK(has_null);
  const json hostile = at(built_in("Hostile and very long texts"), 0ms);
  CHECK(hostile.dump().find("<img src=x onerror=") != std::string::npos);
  CHECK(children(hostile).at(0).at("fail_reason").get<std::string>().size() > 1500);
}

}  // namespace scripted_job_test
