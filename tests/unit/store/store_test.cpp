// What every kind of database does for the archive: one suite for all of them. Where PostgreSQL is
// not installed it runs against SQLite alone.
#include "store/store.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "unit/catch.h"
#include "unit/store/filled.h"

namespace store_test {

using namespace jobtree;
using namespace jobtree::store;
using namespace jobtree::testing;

namespace {

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("A job that was stored comes back as it was, also from a file that is opened again") {
  Filled store;
  Part job = batch_named("a", "FAIL", {"SUCCESS", "FAIL"});
  const Known known = store.write(job);
  store.reopen();
  const JobRecord found = store.job("a");
  const JobRecord& stored = known.record;
  CHECK(found.address == stored.address);
  CHECK(found.type == "createBatch");
  CHECK(found.status == Status::failed);
  CHECK(found.status_text == "FAIL");
  CHECK(found.is_final);
  CHECK(found.begun_at == stored.begun_at);
  CHECK(found.ended_at == stored.ended_at);
  CHECK(found.first_seen == stored.first_seen);
  CHECK(found.last_change == stored.last_change);
  CHECK(found.version == 1);
  CHECK(found.counts == stored.counts);
  CHECK(found.error_code == "VPC.0532");
  CHECK(found.error_text == "No more addresses.");
  CHECK(found.failed_job == "p1");
  REQUIRE(found.failures.size() == 1);
  CHECK(found.failures[0].sub_job == "p1");
  CHECK_FALSE(found.forgotten_at);
  CHECK(found.marks == Marks());
  const auto body = store->body(address_of("a"), 0);
  REQUIRE(body);
  REQUIRE(body.value());
  CHECK(body.value()->body == document(job));
}

TEST_CASE("Nothing is known of a job that was never seen") {
  Filled store;
  CHECK_FALSE(store->job(address_of("a")).value());
  CHECK_FALSE(store->body(address_of("a"), 0).value());
  CHECK(store->versions(address_of("a")).value().empty());
  CHECK(store->events(address_of("a"), "", 10, false).value().json.empty());
  CHECK_FALSE(store->forget(address_of("a"), seen_after(0)).value());
  CHECK(store->confirm({{address_of("a"), seen_after(0)}}));
  CHECK_FALSE(store->job(address_of("a")).value());
}

TEST_CASE("A change that builds on another version than the stored one is a conflict") {
  Filled store;
  const Known first = store.write(batch_named("a", "RUNNING", {"RUNNING"}));
  store.write(batch_named("a", "RUNNING", {"FAIL"}), 3, &first);
  Known after;
  const auto late =
      change_between(&first, observation_of(batch_named("a", "FAIL", {"FAIL"}), 6), after);
  const auto done = store->write(*late);
  REQUIRE_FALSE(done);
  CHECK(done.error().kind == StoreError::Kind::conflict);
  const auto anew =
      change_between(nullptr, observation_of(batch_named("a", "FAIL", {"FAIL"}), 6), after);
  CHECK(store->write(*anew).error().kind == StoreError::Kind::conflict);
  CHECK(store.job("a").version == 2);
  CHECK(store->versions(address_of("a")).value().size() == 2);
}

TEST_CASE("Every version of a job is there to be read, the chain of patches between") {
  Filled store;
  std::vector<std::string> statuses(60, "RUNNING");
  std::vector<std::string> bodies;
  std::optional<Known> known;
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    statuses[i] = "SUCCESS";
    const Part job = batch_named("a", "RUNNING", statuses);
    bodies.push_back(document(job));
    known = store.write(job, static_cast<int>(i), known ? &*known : nullptr);
  }
  const auto versions = store->versions(address_of("a"));
  REQUIRE(versions.value().size() == bodies.size());
  CHECK(versions.value().front().version == 60);
  CHECK(versions.value().front().has_body);
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    INFO(i);
    const auto body = store->body(address_of("a"), static_cast<std::int64_t>(i + 1));
    REQUIRE(body);
    REQUIRE(body.value());
    CHECK(body.value()->body == bodies[i]);
  }
  CHECK_FALSE(store->body(address_of("a"), 61).value());
}

TEST_CASE("Events come in order or the newest first, a page at a time") {
  Filled store;
  const Known first = store.write(batch_named("a", "RUNNING", {"RUNNING", "RUNNING"}));
  const Known second = store.write(batch_named("a", "RUNNING", {"SUCCESS", "RUNNING"}), 3, &first);
  store.write(batch_named("a", "FAIL", {"SUCCESS", "FAIL"}), 6, &second);
  const auto all = [&store](bool newest_first, std::size_t limit) {
    std::vector<std::string> events;
    std::string cursor;
    do {
      const auto page = store->events(address_of("a"), cursor, limit, newest_first);
      REQUIRE(page);
      for (const auto& event : nlohmann::json::parse("[" + page.value().json + "]")) {
        events.push_back(
            (event["sub_job"].is_null() ? "job" : event["sub_job"].get<std::string>()) + " " +
            event["to"].get<std::string>());
      }
      cursor = page.value().next;
    } while (!cursor.empty());
    return events;
  };
  const Ids in_order = {"job running",  "p0 running", "p1 running",
                        "p0 succeeded", "job failed", "p1 failed"};
  CHECK(all(false, 100) == in_order);
  CHECK(all(false, 1) == in_order);
  const Ids turned(in_order.rbegin(), in_order.rend());
  CHECK(all(true, 100) == turned);
  CHECK(all(true, 1) == turned);
  CHECK(store->events(address_of("a"), "nonsense", 10, false).value().json.empty());
}

TEST_CASE("Events whose texts have braces and quotes can be turned about") {
  Filled store;
  Part job = batch_named("a", "FAIL", {"FAIL", "SUCCESS"});
  job.parts[0].reason = R"(a \"}{\" in it)";
  store.write(job);
  const auto page = store->events(address_of("a"), "", 10, true);
  const auto events = nlohmann::json::parse("[" + page.value().json + "]");
  REQUIRE(events.size() == 3);
  CHECK(events[1]["error_text"] == "a \"}{\" in it");
}

TEST_CASE("The board has what changed last first, a page at a time, each job once") {
  Filled store;
  for (int i = 0; i < 7; ++i)
    store.write(batch_named("j" + std::to_string(i), "RUNNING", {"RUNNING"}), i / 2);
  CHECK(store.board() == Ids{"j6", "j5", "j4", "j3", "j2", "j1", "j0"});
  Ids paged;
  BoardQuery query;
  query.limit = 2;
  do {
    const auto page = store->board(query).value();
    CHECK(page.jobs.size() <= 2);
    for (const JobRecord& job : page.jobs)
      paged.push_back(job.address.job_id());
    query.cursor = page.next;
  } while (!query.cursor.empty());
  CHECK(paged == store.board());
  query.cursor = "x";
  CHECK(store.board(query).empty());
}

TEST_CASE("The board shows what was asked for") {
  Filled store;
  const Known a = store.write(batch_named("a", "RUNNING", {"RUNNING"}), 0);
  store.write(batch_named("b", "FAIL", {"FAIL"}), 1);
  store.write(batch_named("c", "SUCCESS", {"SUCCESS"}), 2);
  Observation other = observation_of(batch_named("d", "RUNNING", {"INIT"}), 3);
  other.address = address_of("d", "ecs", "ffffffffffffffffffffffffffffffff");
  store.write(other);
  REQUIRE(store->forget(other.address, seen_after(4)).value());
  CHECK_FALSE(store->forget(other.address, seen_after(5)).value());
  REQUIRE(store->mark(address_of("b"), {.label = "Night BUILD", .links = {}}, seen_after(5)));

  CHECK(store.board({.state = BoardQuery::State::unfinished}) == Ids{"a"});
  CHECK(store.board({.state = BoardQuery::State::ended}) == Ids{"c", "b"});
  CHECK(store.board({.state = BoardQuery::State::lost}) == Ids{"d"});
  CHECK(store.board({.statuses = {Status::failed, Status::succeeded}}) == Ids{"c", "b"});
  CHECK(store.board({.state = BoardQuery::State::lost, .statuses = {Status::failed}}) ==
        Ids{"d", "b"});
  CHECK(store.board({.service = "ecs"}) == Ids{"d"});
  CHECK(store.board({.region = "cn-north-1"}).empty());
  CHECK(store.board({.type = "createBatch", .since = seen_after(1), .until = seen_after(3)}) ==
        Ids{"c", "b"});
  CHECK(store.board({.text = "vpc.0532"}) == Ids{"b"});
  CHECK(store.board({.text = "night build"}) == Ids{"b"});
  CHECK(store.board({.text = "%"}).empty());
  CHECK(store.board({.label = "Night BUILD"}) == Ids{"b"});
  CHECK(store.board({.order = BoardQuery::Order::begun}).size() == 4);
  CHECK(store.job("a").address == a.record.address);

  // The type as it is shown, in either language.
  store.write(Part{.id = "e", .type = "createPublicip", .status = "RUNNING"}, 6);
  CHECK(store.board({.text = "create eip"}) == Ids{"e"});
  CHECK(store.board({.text = "弹性公网ip"}) == Ids{"e"});
}

TEST_CASE("What ended lately is not what was seen lately: a job may be opened long after its end") {
  Filled store;
  store.write(batch_named("a", "FAIL", {"FAIL"}), 3 * 24 * 3600);
  CHECK(store.board({.since = seen_after(24 * 3600)}) == Ids{"a"});
  CHECK(store.board({.ended_since = seen_after(24 * 3600)}) == Ids{});
  CHECK(store.board({.ended_since = seen_after(-3600)}) == Ids{"a"});
}

TEST_CASE("A job is found by each error it has, not by the first alone") {
  Filled store;
  Part job = batch_named("a", "FAIL", {"FAIL", "FAIL"});
  job.parts[0].code = "VPC.0503";
  job.parts[1].code = "VPC.0532";
  store.write(job);
  CHECK(store.board({.text = "vpc.0503"}) == Ids{"a"});
  CHECK(store.board({.text = "vpc.0532"}) == Ids{"a"});
}

TEST_CASE("A job is found by a whole ID, name or address of any of its parts") {
  Filled store;
  const auto write = [&](const std::string& id, const std::string& part, const Known* before) {
    Observation seen = observation_of(batch_named(id, "RUNNING", {}));
    seen.body = std::make_shared<const std::string>(
        R"({"job_id":")" + id +
        R"(","status":"RUNNING","entities":{"order_id":"CS2611302110ABCDE",)" +
        R"("sub_jobs":[{"job_id":"part-of-)" + id + R"(","status":"RUNNING","entities":)" + part +
        "}]}}");
    return store.write(seen, before);
  };
  const Known first = write("a", R"({"publicip_id":"0c5f"})", nullptr);
  write("b", R"({"publicip_id":"1d6a","public_ip_address":"192.0.2.18"})", nullptr);
  CHECK(store.board({.text = "192.0.2.18"}) == Ids{"b"});
  CHECK(store.board({.text = " 192.0.2.18 "}) == Ids{"b"});
  CHECK(store.board({.text = "192.0.2.1"}) == Ids{});  // another address
  CHECK(store.board({.text = "PART-OF-a"}) == Ids{"a"});
  CHECK(store.board({.text = "cs2611302110abcde"}).size() == 2);
  CHECK(store.board({.text = "0c5f", .scope = BoardQuery::Scope{.projects = {"other"}}}) == Ids{});
  // What a part is given while it runs.
  write("a", R"({"publicip_id":"0c5f","public_ip_address":"192.0.2.19"})", &first);
  CHECK(store.board({.text = "192.0.2.19"}) == Ids{"a"});
}

TEST_CASE("A scope lets nothing through that is not in it") {
  Filled store;
  store.write(batch_named("a", "RUNNING", {"RUNNING"}));
  Observation other = observation_of(batch_named("b", "RUNNING", {"INIT"}));
  other.address = address_of("b", "ecs", "ffffffffffffffffffffffffffffffff");
  store.write(other);
  using Scope = BoardQuery::Scope;
  CHECK(store.board({.scope = Scope{.projects = {kProject}, .services = {}}}) == Ids{"a"});
  CHECK(store.board({.scope = Scope{.projects = {"*"}, .services = {"ecs"}}}) == Ids{"b"});
  CHECK(store.board({.scope = Scope{.projects = {kProject}, .services = {"ecs"}}}).empty());
  CHECK(store.board({.scope = Scope{}}).empty());
  CHECK(store
            .board({.project = "ffffffffffffffffffffffffffffffff",
                    .scope = Scope{.projects = {kProject}, .services = {}}})
            .empty());
}

TEST_CASE("A job is found under - for its project, where its id says which it is") {
  Filled store;
  store.write(batch_named("a", "RUNNING", {"RUNNING"}));
  const auto found = store->job(address_of("a", "eip", "-"));
  REQUIRE(found.value());
  CHECK(found.value()->address == address_of("a"));
  CHECK_FALSE(store->job(address_of("a", "ecs", "-")).value());
}

TEST_CASE(
    "A job that the cloud forgot is lost only when nobody saw it end; seen again it is back") {
  Filled store;
  const Known running = store.write(batch_named("a", "RUNNING", {"RUNNING"}));
  store.write(batch_named("b", "SUCCESS", {"SUCCESS"}));
  REQUIRE(store->forget(address_of("a"), seen_after(9)).value());
  REQUIRE(store->forget(address_of("b"), seen_after(9)).value());
  CHECK(store.job("a").is_lost());
  CHECK(store.job("a").status == Status::running);
  CHECK_FALSE(store.job("b").is_lost());
  CHECK(store.job("b").forgotten_at == seen_after(9));
  CHECK(store.job("a").last_change == seen_after(9));  // nobody will ever know: that is news
  CHECK(store.job("b").last_change == seen_after(0));
  CHECK(store->unfinished(10).value().empty());
  store.write(batch_named("a", "SUCCESS", {"SUCCESS"}), 12, &running);
  CHECK_FALSE(store.job("a").forgotten_at);
}

TEST_CASE("What is not finished comes with the one first that was not seen for longest") {
  Filled store;
  store.write(batch_named("a", "RUNNING", {"RUNNING"}), 0);
  store.write(batch_named("b", "RUNNING", {"RUNNING"}), 1);
  store.write(batch_named("c", "SUCCESS", {"SUCCESS"}), 2);
  REQUIRE(store->confirm({{address_of("a"), seen_after(7)}}));
  REQUIRE(store->confirm({{address_of("a"), seen_after(3)}}));  // came late
  CHECK(store.job("a").last_seen == seen_after(7));
  CHECK(store.job("a").last_change == seen_after(0));
  const auto jobs = store->unfinished(10).value();
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0].address.job_id() == "b");
  CHECK(store->unfinished(1).value().size() == 1);
}

TEST_CASE("Marks stay through changes, and a job can be marked before it is seen") {
  Filled store;
  const Marks marks{.label = "nightly",
                    .links = {"https://ci.example.com/7"},
                    .is_followed = true,
                    .is_example = false};
  REQUIRE(store->mark(address_of("a"), marks, seen_after(0)));
  JobRecord job = store.job("a");
  CHECK(job.version == 0);
  CHECK(job.marks == marks);
  CHECK(store->unfinished(10).value().size() == 1);
  Known known{.record = job, .tree = {}};
  store.write(batch_named("a", "RUNNING", {"RUNNING"}), 3, &known);
  job = store.job("a");
  CHECK(job.version == 1);
  CHECK(job.type == "createBatch");
  CHECK(job.marks == marks);
  CHECK(store.board({.only_followed = true}) == Ids{"a"});
}

TEST_CASE("Of each kind of job the last fifty durations are known") {
  Filled store;
  for (int i = 0; i < 60; ++i)
    store.write(batch_named("j" + std::to_string(i), "SUCCESS", {"SUCCESS"}), i);
  CHECK(store->durations("eip", "createBatch", 0).value() == std::vector<double>(50, 2.5));
  CHECK(store->durations("eip", "createBatch", 1).value().empty());
  CHECK(store->durations("ecs", "createBatch", 0).value().empty());
}

TEST_CASE("What is old goes: bodies between, then bodies, then jobs; never what is not finished") {
  using namespace std::chrono_literals;
  Filled store;
  std::vector<std::string> statuses(40, "RUNNING");
  Known known = store.write(batch_named("ended", "RUNNING", statuses));
  statuses[0] = "SUCCESS";
  known = store.write(batch_named("ended", "RUNNING", statuses), 1, &known);
  store.write(batch_named("ended", "SUCCESS", std::vector<std::string>(40, "SUCCESS")), 2, &known);
  known = store.write(batch_named("open", "RUNNING", std::vector<std::string>(40, "RUNNING")));
  store.write(batch_named("open", "RUNNING", statuses), 1, &known);
  store.write(batch_named("pinned", "SUCCESS", {"SUCCESS"}));
  REQUIRE(store->mark(address_of("pinned"), {.label = "", .links = {}, .is_followed = true},
                      seen_after(2)));
  const Retention retention;
  const auto prune = [&](Time now) {
    for (;;) {
      const auto more = store->prune(retention, now);
      REQUIRE(more);
      if (!more.value()) return;
    }
  };
  const auto bodies = [&store](const std::string& id) {
    std::size_t count = 0;
    const auto versions = store->versions(address_of(id));
    for (const VersionRecord& version : versions.value())
      count += version.has_body ? 1 : 0;
    return count;
  };
  prune(seen_after(0) + 23h);
  CHECK(bodies("ended") == 3);
  prune(seen_after(0) + 25h);
  CHECK(bodies("ended") == 1);
  CHECK(store->body(address_of("ended"), 3).value());
  CHECK_FALSE(store->body(address_of("ended"), 1).value());
  CHECK(store->body(address_of("open"), 2).value());
  prune(seen_after(0) + 31 * 24h);
  CHECK(bodies("ended") == 0);
  CHECK(store.job("ended").version == 3);
  CHECK(bodies("open") == 2);
  CHECK(bodies("pinned") == 1);
  prune(seen_after(0) + 91 * 24h);
  CHECK_FALSE(store->job(address_of("ended")).value());
  CHECK(store->events(address_of("ended"), "", 10, false).value().json.empty());
  CHECK(store->job(address_of("open")).value());
  CHECK(store->job(address_of("pinned")).value());
}

TEST_CASE("What is too much goes, the oldest first, down to the limit") {
  Filled store;
  for (int i = 0; i < 90; ++i) {
    store.write(
        batch_named("j" + std::to_string(i), "SUCCESS", std::vector<std::string>(400, "SUCCESS")),
        i);
  }
  Retention retention;
  retention.size = 180'000;  // tables that are empty take some
  CHECK(store->bytes() > retention.size);
  for (;;) {
    const auto more = store->prune(retention, seen_after(100));
    REQUIRE(more);
    if (!more.value()) break;
  }
  CHECK(store->bytes() <= retention.size);
}

}  // namespace store_test
