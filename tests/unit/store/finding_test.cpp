// What the cloud's own records tell of jobs, remembered.
#include <string>
#include <vector>

#include "store/recording/change_writer.h"
#include "unit/store/filled.h"

namespace finding_test {

using namespace jobtree;
using namespace jobtree::store;
using namespace jobtree::testing;

namespace {

using Ids = std::vector<std::string>;

Sighting sighting(std::string job, int seconds = 0) {
  return {.address = address_of(std::move(job)),
          .finding = {.operation = "createServer",
                      .person = "ops-anna",
                      .resource_id = "5a5a0001",
                      .resource_name = "web-01"},
          .at = seen_after(seconds)};
}

bool found(Filled& store, const Sighting& sighting) {
  ChangeWriter writer;
  const auto done = writer.found(*store, sighting, seen_after(100));
  if (!done) FAIL(done.error().message);
  return done.value();
}

}  // namespace

TEST_CASE("A job that a record tells of is on the board before anybody has read it") {
  Filled store;
  Sighting seen = sighting("a");
  seen.type = "createSingleServer";
  seen.status = Status::failed;
  seen.status_text = "FAIL";
  seen.error_code = "Ecs.0013";
  CHECK(found(store, seen));
  const JobRecord job = store.job("a");
  CHECK(job.version == 0);
  CHECK(job.status == Status::failed);
  CHECK(job.is_final);
  CHECK(job.error_code == "Ecs.0013");
  CHECK(job.finding.person == "ops-anna");
  CHECK(job.finding.resource_name == "web-01");
  CHECK(job.finding.found_at == seen_after(100));
  CHECK(job.last_change == seen_after(0));
  CHECK(store.board({.statuses = {Status::failed}}) == Ids{"a"});
  store.reopen();
  CHECK(store.job("a").finding == job.finding);
}

TEST_CASE("The same record again says nothing new") {
  Filled store;
  CHECK(found(store, sighting("a")));
  CHECK_FALSE(found(store, sighting("a")));
}

TEST_CASE("What is empty in one record comes from another, and what was said first stays") {
  Filled store;
  Sighting end = sighting("a", 10);
  end.finding.person = "";
  Sighting begin = sighting("a");
  begin.finding.resource_id = "";
  begin.finding.resource_name = "other";
  CHECK(found(store, end));
  CHECK(found(store, begin));
  const Finding finding = store.job("a").finding;
  CHECK(finding.person == "ops-anna");
  CHECK(finding.resource_id == "5a5a0001");
  CHECK(finding.resource_name == "web-01");
}

TEST_CASE("Of two records the later one says how the job is, in whatever order they come") {
  Filled store;
  Sighting running = sighting("a");
  running.status = Status::running;
  Sighting ended = sighting("a", 10);
  ended.status = Status::succeeded;
  ended.ended_at = seen_after(9);
  SECTION("as it happened") {
    found(store, running);
    found(store, ended);
  }
  SECTION("the other way about") {
    found(store, ended);
    CHECK_FALSE(found(store, running));
  }
  CHECK(store.job("a").status == Status::succeeded);
  CHECK(store.job("a").ended_at == seen_after(9));
}

TEST_CASE("A job that has ended does not run again because a record says so") {
  Filled store;
  Sighting ended = sighting("a");
  ended.status = Status::failed;
  found(store, ended);
  Sighting running = sighting("a", 10);
  running.status = Status::running;
  CHECK_FALSE(found(store, running));
  CHECK(store.job("a").is_final);
}

TEST_CASE("What the job itself says goes before what a record says of it") {
  Filled store;
  store.write(batch_named("a", "RUNNING", {"RUNNING", "SUCCESS"}));
  Sighting seen = sighting("a", 10);
  seen.type = "createServer";
  seen.status = Status::failed;
  CHECK(found(store, seen));
  const JobRecord job = store.job("a");
  CHECK(job.status == Status::running);
  CHECK(job.type == "createBatch");
  CHECK(job.version == 1);
  CHECK(job.finding.person == "ops-anna");
  CHECK(store->versions(job.address).value().size() == 1);
}

TEST_CASE("What was found stays when the job is read, and is searched for with the rest") {
  Filled store;
  found(store, sighting("a"));
  Known known{.record = store.job("a"), .tree = {}};
  store.write(batch_named("a", "FAIL", {"FAIL"}), 20, &known);
  const JobRecord job = store.job("a");
  CHECK(job.version == 1);
  CHECK(job.type == "createBatch");
  CHECK(job.finding.resource_name == "web-01");
  for (const char* const text : {"WEB-01", "5a5a", "createserver", "createbatch"})
    CHECK(store.board({.text = text}) == Ids{"a"});
}

TEST_CASE("People are found by their name by those who may see them, and by nobody else") {
  Filled store;
  found(store, sighting("a"));
  found(store, {.address = address_of("b"), .finding = {.person = "王小明"}, .at = seen_after(1)});
  CHECK(store.board({.person = "ops-anna", .may_see_people = true}) == Ids{"a"});
  CHECK(store.board({.text = "小明", .may_see_people = true}) == Ids{"b"});
  CHECK(store.board({.text = "anna"}) == Ids{});
  CHECK(store.board({.person = "ops-anna"}) == Ids{});
}

TEST_CASE("A found job that nobody can be asked about is lost, until a record says how it went") {
  Filled store;
  Sighting call = sighting("a");
  call.finding.is_queryable = false;
  found(store, call);
  CHECK(store.job("a").is_lost());
  CHECK(store.board({.state = BoardQuery::State::unfinished}).empty());
  CHECK(store.board({.state = BoardQuery::State::lost}) == Ids{"a"});
  Sighting row = call;
  row.at = seen_after(10);
  row.status = Status::running;
  CHECK(found(store, row));
  CHECK_FALSE(store.job("a").is_lost());
  CHECK(store.board({.state = BoardQuery::State::unfinished}) == Ids{"a"});
}

TEST_CASE("A found job that the cloud knows no longer when it is looked at is lost") {
  Filled store;
  found(store, sighting("a"));
  CHECK(store->forget(address_of("a"), seen_after(50)).value());
  CHECK(store.job("a").is_lost());
  CHECK(store.job("a").forgotten_at == seen_after(50));
}

TEST_CASE("Jobs are found by the name or the id of what was done to it, and counted by it") {
  Filled store;
  found(store, sighting("a"));
  Sighting failed = sighting("b", 5);
  failed.status = Status::failed;
  found(store, failed);
  Sighting nameless = sighting("c", 9);
  nameless.finding.resource_name.clear();
  nameless.finding.resource_id = "5a5a0002";
  nameless.finding.person = "ops-li";
  found(store, nameless);
  found(store, {.address = address_of("d"), .at = seen_after(20)});  // nothing is known of it
  CHECK(store.board({.resource = "web-01"}) == Ids{"b", "a"});
  CHECK(store.board({.resource = "5a5a0001"}) == Ids{"b", "a"});
  CHECK(store.board({.resource = "web"}) == Ids{});

  const auto groups_by = [&store](BoardQuery query) {
    std::vector<std::string> lines;
    const auto page = store->board(query);
    REQUIRE(page);
    CHECK(page.value().jobs.empty());
    for (const JobGroup& group : page.value().groups) {
      lines.push_back(group.value + " " + std::to_string(group.jobs) + " " +
                      std::to_string(group.unfinished) + " " + std::to_string(group.failed));
    }
    return lines;
  };
  using Group = BoardQuery::Group;
  CHECK(groups_by({.group = Group::resource}) ==
        std::vector<std::string>{"5a5a0002 1 1 0", "web-01 2 1 1"});
  CHECK(groups_by({.may_see_people = true, .group = Group::person}) ==
        std::vector<std::string>{"ops-li 1 1 0", "ops-anna 2 1 1"});
  CHECK(groups_by({.group = Group::person}).empty());
  CHECK(groups_by({.group = Group::service}) == std::vector<std::string>{"eip 4 3 1"});
  CHECK(groups_by({.statuses = {Status::failed}, .group = Group::resource}) ==
        std::vector<std::string>{"web-01 1 0 1"});
  CHECK(groups_by({.limit = 1, .group = Group::resource}).size() == 1);
  CHECK(groups_by({.group = Group::service, .scope = BoardQuery::Scope{}}).empty());
}

TEST_CASE("A job that cannot be queried is not taken up again after a start") {
  Filled store;
  Sighting seen = sighting("a");
  seen.finding.is_queryable = false;
  found(store, seen);
  found(store, sighting("b"));
  const auto jobs = store->unfinished(10).value();
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].address.job_id() == "b");
}

TEST_CASE("How far records are read is known after a start") {
  Filled store;
  CHECK_FALSE(store->read_until("traces/cn-north-4").value());
  REQUIRE(store->set_read_until({"traces/cn-north-4", seen_after(5)}));
  REQUIRE(store->set_read_until({"traces/cn-north-4", seen_after(6)}));
  store.reopen();
  CHECK(store->read_until("traces/cn-north-4").value() == seen_after(6));
  CHECK_FALSE(store->read_until("traces/cn-east-3").value());
}

}  // namespace finding_test
