// Failures over all jobs, in every kind of database: counted once, found again, muted for a while.
#include "store/failures.h"

#include <string>
#include <vector>

#include "store/archive.h"
#include "store/sql/failure_sql.h"
#include "store/sqlite/schema.h"
#include "support/until.h"
#include "unit/catch.h"
#include "unit/store/filled.h"

namespace failures_test {

using namespace jobtree;
using namespace jobtree::store;
using namespace jobtree::testing;
using namespace std::chrono_literals;

namespace {

constexpr int kDay = 24 * 3600;

/// What ended by then ended in this second.
Observation seen_at_once(const Part& job, int seconds = 0) {
  Observation seen = observation_of(job, seconds);
  const std::string_view end = "2026-11-24T12:00:02.500Z";
  const std::string now = text_of(seen_after(seconds));
  std::string body = *seen.body;
  for (std::size_t at = body.find(end); at != std::string::npos; at = body.find(end, at + 1))
    body.replace(at, end.size(), now);
  seen.body = std::make_shared<const std::string>(std::move(body));
  return seen;
}

/// A store of jobs that are seen as soon as they have failed.
class Watched : public Filled {
 public:
  using Filled::write;
  Known write(const Part& job, int seconds = 0, const Known* before = nullptr) {
    return Filled::write(seen_at_once(job, seconds), before);
  }
};

/// A batch of which all parts failed for this reason.
Part failed(const std::string& id, int parts, const std::string& reason = "No more addresses.",
            const std::string& code = "VPC.0532") {
  Part job =
      batch_named(id, "FAIL", std::vector<std::string>(static_cast<std::size_t>(parts), "FAIL"));
  for (Part& part : job.parts)
    part.code = code, part.reason = reason;
  return job;
}

std::vector<FailureRecord> failures(Watched& store, int seconds, FailureQuery query = {}) {
  query.now = seen_after(seconds);
  const auto page = store->failure_groups(query);
  if (!page) FAIL(page.error().message);
  return page.value().failures;
}

FailureRecord only_one(Watched& store, int seconds, const FailureQuery& query = {}) {
  const auto found = failures(store, seconds, query);
  REQUIRE(found.size() == 1);
  return found[0];
}

void mute(Watched& store, const FailureRecord& failure, std::optional<FailureMute> mute) {
  const auto done =
      store->mute({.service = failure.service, .name = failure.name, .mute = std::move(mute)});
  if (!done) FAIL(done.error().message);
}

Observation in_project(const Part& job, const std::string& project, int seconds = 0,
                       const std::string& service = "eip") {
  Observation seen = seen_at_once(job, seconds);
  seen.address = address_of(job.id, service, project);
  return seen;
}

const std::string kOther = "ffffffffffffffffffffffffffffffff";

}  // namespace

TEST_CASE(
    "A failure that comes for the first time is a new group, with all there is to say of it") {
  Watched store;
  store.write(failed("a", 3), 60);
  const FailureRecord found = only_one(store, 90);
  CHECK(found.service == "eip");
  CHECK(found.code == "VPC.0532");
  CHECK(found.text == "No more addresses.");
  CHECK(found.name == store.job("a").failures[0].group);
  CHECK(found.count == 3);
  CHECK(found.jobs == 1);
  CHECK(found.first_at == seen_after(60));
  CHECK(found.last_at == seen_after(60));
  CHECK_FALSE(found.back_at);
  CHECK_FALSE(found.mute);
  CHECK(found.sample == address_of("a"));
  CHECK(found.part == "p0");
  CHECK(found.is_new(seen_after(90)));
  CHECK_FALSE(found.is_new(seen_after(2 * kDay)));
  std::vector<std::uint64_t> days(kDaysShown, 0);
  days.back() = 3;
  CHECK(found.days == days);
}

TEST_CASE("What failed long before anybody saw it counts for its own day") {
  Watched store;
  Observation late = seen_at_once(failed("a", 2), 0);
  late.at = seen_after(3 * kDay);
  store.Filled::write(late);
  const FailureRecord found = only_one(store, 3 * kDay);
  CHECK(found.first_at == seen_after(0));
  CHECK(found.last_at == seen_after(0));
  CHECK_FALSE(found.is_new(seen_after(3 * kDay)));
  CHECK(found.days[kDaysShown - 4] == 2);
}

TEST_CASE("Of what a job fails with, only what is more than before is counted") {
  Watched store;
  const Known first = store.write(batch_named("a", "RUNNING", {"FAIL", "RUNNING", "RUNNING"}));
  const Known second =
      store.write(batch_named("a", "RUNNING", {"FAIL", "SUCCESS", "RUNNING"}), 3, &first);
  CHECK(only_one(store, 9).count == 1);
  store.write(batch_named("a", "FAIL", {"FAIL", "SUCCESS", "FAIL"}), 6, &second);
  store.write(batch_named("b", "FAIL", {"FAIL"}), 7);
  const FailureRecord found = only_one(store, 9);
  CHECK(found.count == 3);
  CHECK(found.jobs == 2);
  CHECK(found.sample == address_of("b"));
  CHECK(found.last_at == seen_after(7));
}

TEST_CASE("A change that is refused as a conflict counts nothing") {
  Watched store;
  const Known first = store.write(batch_named("a", "RUNNING", {"RUNNING", "RUNNING"}));
  store.write(batch_named("a", "RUNNING", {"FAIL", "RUNNING"}), 3, &first);
  Known after;
  const auto late =
      change_between(&first, seen_at_once(batch_named("a", "FAIL", {"FAIL", "FAIL"}), 6), after);
  REQUIRE(late);
  CHECK(late->failures.size() == 1);
  REQUIRE_FALSE(store->write(*late));
  CHECK(only_one(store, 9).count == 1);
}

TEST_CASE("After a week without it a failure is back again; after less it only goes on") {
  Watched store;
  store.write(failed("a", 1));
  store.write(failed("b", 1), 6 * kDay);
  CHECK_FALSE(only_one(store, 6 * kDay).back_at);
  store.write(failed("c", 1), 13 * kDay);
  const FailureRecord back = only_one(store, 13 * kDay + 60);
  CHECK(back.back_at == seen_after(13 * kDay));
  CHECK(back.first_at == seen_after(0));
  CHECK(back.is_back(seen_after(13 * kDay + 60)));
  CHECK_FALSE(back.is_back(seen_after(15 * kDay)));
  CHECK(back.count == 3);
  std::vector<std::uint64_t> days(kDaysShown, 0);
  days[0] = days[6] = days[13] = 1;
  CHECK(back.days == days);
  // What comes late is counted, and turns nothing about.
  store.write(failed("d", 2), 2 * kDay);
  CHECK(only_one(store, 13 * kDay + 60).back_at == seen_after(13 * kDay));
  CHECK(only_one(store, 13 * kDay + 60).sample == address_of("c"));
  CHECK(only_one(store, 13 * kDay + 60).count == 5);
}

TEST_CASE("Failures are found by what they are, where, and how they stand; the last one first") {
  Watched store;
  store.write(failed("old", 1, "The disk is full.", "Evs.0001"));
  store.write(failed("again", 2), 1);
  store.write(in_project(failed("server", 1, "No capacity left.", "Ecs.0319"), kProject,
                         10 * kDay + 1, "ecs"));
  store.write(failed("back", 1), 10 * kDay);
  const int now = 10 * kDay + 5;
  const auto codes = [&](const FailureQuery& query) {
    std::vector<std::string> codes;
    for (const FailureRecord& failure : failures(store, now, query))
      codes.push_back(failure.code);
    return codes;
  };
  using Codes = std::vector<std::string>;
  CHECK(codes({}) == Codes{"Ecs.0319", "VPC.0532", "Evs.0001"});
  CHECK(codes({.state = FailureQuery::State::fresh}) == Codes{"Ecs.0319"});
  CHECK(codes({.state = FailureQuery::State::back}) == Codes{"VPC.0532"});
  CHECK(codes({.state = FailureQuery::State::muted}).empty());
  CHECK(codes({.service = "ecs"}) == Codes{"Ecs.0319"});
  CHECK(codes({.region = "cn-north-1"}).empty());
  CHECK(codes({.project = kOther}).empty());
  CHECK(codes({.text = "DISK is"}) == Codes{"Evs.0001"});
  CHECK(codes({.text = "vpc.0532~"}) == Codes{"VPC.0532"});
  CHECK(codes({.text = "%"}).empty());
  CHECK(codes({.since = seen_after(kDay)}) == Codes{"Ecs.0319", "VPC.0532"});
  Codes paged;
  FailureQuery query{.limit = 1, .now = seen_after(now)};
  do {
    const auto page = store->failure_groups(query).value();
    REQUIRE(page.failures.size() == 1);
    paged.push_back(page.failures[0].code);
    query.cursor = page.next;
  } while (!query.cursor.empty());
  CHECK(paged == codes({}));
  query.cursor = "x";
  CHECK(store->failure_groups(query).value().failures.empty());
}

TEST_CASE("A failure of several projects is one group, and who may see one of them sees no more") {
  Watched store;
  store.write(in_project(failed("a", 5), kOther, 0));
  store.write(in_project(failed("b", 1), kProject, 9 * kDay));
  store.write(in_project(failed("c", 7), kOther, 9 * kDay + 5));
  const int now = 9 * kDay + 9;
  const FailureRecord all = only_one(store, now);
  CHECK(all.count == 13);
  CHECK(all.jobs == 3);
  CHECK(all.sample.job_id() == "c");
  CHECK(all.is_back(seen_after(now)));
  CHECK(all.days.back() == 8);

  using Scope = BoardQuery::Scope;
  const FailureQuery mine{.scope = Scope{.projects = {kProject}, .services = {}}};
  const FailureRecord found = only_one(store, now, mine);
  CHECK(found.count == 1);
  CHECK(found.jobs == 1);
  CHECK(found.sample == address_of("b"));
  CHECK(found.first_at == seen_after(9 * kDay));
  CHECK(found.last_at == seen_after(9 * kDay));
  CHECK_FALSE(found.back_at);  // there it is new
  CHECK(found.is_new(seen_after(now)));
  CHECK(found.days.back() == 1);
  CHECK(failures(store, now, {.project = kOther, .scope = mine.scope}).empty());
  CHECK(failures(store, now, {.scope = Scope{.projects = {"*"}, .services = {"ecs"}}}).empty());
  CHECK(failures(store, now, {.scope = Scope{}}).empty());
  CHECK(only_one(store, now, {.project = kOther}).count == 12);
}

TEST_CASE("A failure that another project has all the time is not back for who sees both") {
  Watched store;
  for (int day = 0; day <= 9; day += 3)
    store.write(in_project(failed("a" + std::to_string(day), 1), kOther, day * kDay));
  store.write(failed("old", 1));
  store.write(failed("new", 1), 9 * kDay + 5);
  CHECK_FALSE(only_one(store, 9 * kDay + 9).back_at);
  CHECK(only_one(store, 9 * kDay + 9, {.project = kProject}).back_at == seen_after(9 * kDay + 5));
}

TEST_CASE("A failure is muted until a time, and heard again after it") {
  Watched store;
  store.write(failed("a", 1));
  const FailureRecord failure = only_one(store, 1);
  const FailureMute until{.until = seen_after(kDay),
                          .note = "a ticket is open: 申请提升配额",
                          .by = "ops",
                          .at = seen_after(2)};
  mute(store, failure, until);
  store.write(failed("b", 9), 3);
  CHECK(failures(store, 4).empty());
  CHECK(failures(store, 4, {.state = FailureQuery::State::fresh}).empty());
  for (const auto state : {FailureQuery::State::muted, FailureQuery::State::any}) {
    const FailureRecord muted = only_one(store, 4, {.state = state});
    CHECK(muted.count == 10);  // it is counted all the same
    REQUIRE(muted.mute);
    CHECK(muted.mute->until == until.until);
    CHECK_FALSE(muted.mute->remaining);
    CHECK(muted.mute->note == until.note);
    CHECK(muted.mute->by == "ops");
    CHECK(muted.mute->at == until.at);
  }
  CHECK_FALSE(only_one(store, kDay).mute);
  CHECK(failures(store, kDay, {.state = FailureQuery::State::muted}).empty());
}

TEST_CASE("A failure is muted until more have come than were let pass") {
  Watched store;
  store.write(failed("a", 1));
  const FailureRecord failure = only_one(store, 1);
  mute(store, failure, FailureMute{.remaining = 3, .note = "", .by = "", .at = seen_after(2)});
  store.write(failed("b", 2), 3);
  store.write(failed("else", 9, "The disk is full.", "Evs.0001"), 3);
  CHECK(only_one(store, 4, {.state = FailureQuery::State::muted}).mute->remaining == 1);
  store.write(failed("c", 1), 5);
  CHECK(only_one(store, 6, {.state = FailureQuery::State::muted}).mute->remaining == 0);
  store.write(failed("d", 1), 7);
  CHECK(failures(store, 8).size() == 2);
  CHECK(failures(store, 8, {.state = FailureQuery::State::muted}).empty());
}

TEST_CASE("A mute takes the place of another, and can be taken back") {
  Watched store;
  store.write(failed("a", 1));
  const FailureRecord failure = only_one(store, 1);
  mute(store, failure, FailureMute{.remaining = 3, .note = "one", .by = "", .at = seen_after(2)});
  mute(store, failure,
       FailureMute{.until = seen_after(kDay), .note = "two", .by = "", .at = seen_after(3)});
  const auto now = only_one(store, 4, {.state = FailureQuery::State::muted}).mute;
  REQUIRE(now);
  CHECK(now->note == "two");
  CHECK_FALSE(now->remaining);
  mute(store, failure, std::nullopt);
  CHECK_FALSE(only_one(store, 4).mute);
}

TEST_CASE(
    "What is old goes from the failures, a little at a time, and so do mutes that have ended") {
  Watched store;
  store.write(failed("a", 1));
  store.write(failed("b", 1, "The disk is full.", "Evs.0001"));
  const FailureRecord failure = only_one(store, 1, {.text = "VPC"});
  mute(store, failure,
       FailureMute{.until = seen_after(9), .note = "", .by = "", .at = seen_after(2)});
  store.write(failed("c", 1), 300 * kDay);
  const int now = 401 * kDay;
  const auto pruned = store->prune({}, seen_after(now));
  REQUIRE(pruned);
  CHECK_FALSE(pruned.value());
  const FailureRecord left = only_one(store, now);
  CHECK(left.code == "VPC.0532");
  CHECK(left.count == 2);
  // A job that goes takes none of its failures with it.
  CHECK_FALSE(store->job(address_of("c")).value());
  REQUIRE(store->prune({.failures = 24h * 50}, seen_after(now)));
  CHECK(failures(store, now).empty());
}

TEST_CASE("Two observers of one job count a failure once") {
  tests::PostgresServer* const server = tests::PostgresServer::get();
  if (server == nullptr) return;
  const std::string url = server->new_database();
  const auto archive = [&url] {
    auto opened = open_archive({.folder = "", .database = url, .clock = real_clock()});
    REQUIRE(opened);
    return std::move(opened.value());
  };
  const auto one = archive();
  const auto other = archive();
  for (int failing = 1; failing <= 20; ++failing) {
    std::vector<std::string> statuses(20, "RUNNING");
    std::fill_n(statuses.begin(), failing, "FAIL");
    for (Archive* const each : {one.get(), other.get()})
      each->observed(seen_at_once(batch("RUNNING", statuses), failing));
  }
  for (Archive* const each : {one.get(), other.get()})
    each->flush(std::chrono::steady_clock::now() + 10s);
  const auto page = one->failure_groups({.now = seen_after(30)});
  REQUIRE(page);
  REQUIRE(page.value().failures.size() == 1);
  CHECK(page.value().failures[0].count == 20);
  CHECK(page.value().failures[0].jobs == 1);
  // What one of them mutes is muted for both, and the other notices.
  const FailureRecord failure = page.value().failures[0];
  const std::uint64_t before = other->revision();
  REQUIRE(one->set_mute(
      {.service = failure.service,
       .name = failure.name,
       .mute = FailureMute{.remaining = 1, .note = "", .by = "", .at = seen_after(1)}}));
  CHECK(other->failure_groups({.now = seen_after(30)}).value().failures.empty());
  CHECK(tests::until([&] { return other->revision() != before; }));
}

TEST_CASE("An archive stores a mute before it says so, and one without a memory says it cannot") {
  const tests::Home home;
  auto opened = open_archive({.folder = home.path() + "/data", .clock = real_clock()});
  REQUIRE(opened);
  Archive& archive = *opened.value();
  archive.observed(seen_at_once(failed("a", 2)));
  archive.flush(std::chrono::steady_clock::now() + 10s);
  const auto found = archive.failure_groups({.now = seen_after(1)});
  REQUIRE(found);
  REQUIRE(found.value().failures.size() == 1);
  const Muting muting{
      .service = "eip",
      .name = found.value().failures[0].name,
      .mute = FailureMute{.remaining = 5, .note = "", .by = "", .at = seen_after(1)}};
  const std::uint64_t before = archive.revision();
  REQUIRE(archive.set_mute(muting));
  CHECK(archive.revision() > before);
  CHECK(archive.failure_groups({.now = seen_after(1)}).value().failures.empty());
  CHECK_FALSE(no_archive()->set_mute(muting));
  CHECK(no_archive()->failure_groups({}).value().failures.empty());
}

TEST_CASE(
    "The first page of failures is read along an index, in its order, and nothing is sorted") {
  const tests::Home home;
  std::vector<Bilingual> notices;
  const auto store = SqliteStore::open(home.path(), real_clock(), notices);
  REQUIRE(store);
  auto connection = Connection::open(home.path() + "/" + StoreFile::kName, Connection::Mode::read);
  REQUIRE(connection);
  FailureQuery scoped{.service = "eip", .text = "quota"};
  scoped.scope = BoardQuery::Scope{.projects = {kProject}, .services = {"eip"}};
  for (const FailureQuery& query :
       {FailureQuery{}, FailureQuery{.state = FailureQuery::State::back},
        FailureQuery{.state = FailureQuery::State::any, .cursor = "1795521600000000.17"}, scoped}) {
    const auto sql = failure_page_sql(query, kSqliteDialect);
    REQUIRE(sql);
    auto statement = connection.value().prepare("EXPLAIN QUERY PLAN " + sql->text);
    REQUIRE(statement);
    REQUIRE(statement.value().bind(sql->parameters));
    std::string plan;
    while (statement.value().step().value())
      plan.append(statement.value().text(3)).append("\n");
    INFO(plan);
    const char* const index = query.service.empty() ? "failure_by_last" : "failure_by_service";
    CHECK(plan.find(std::string("lead USING INDEX ") + index) != std::string::npos);
    CHECK(plan.find("SCAN seen") == std::string::npos);
    CHECK(plan.find("TEMP B-TREE") == std::string::npos);
  }
}

TEST_CASE("The first page of failures is read along an index there too") {
  tests::PostgresServer* const server = tests::PostgresServer::get();
  if (server == nullptr) return;
  const std::string url = server->new_database();
  REQUIRE(PostgresStore::open(url));
  auto connection = PgConnection::open(url);
  REQUIRE(connection);
  PgConnection& database = connection.value();
  REQUIRE(database.execute(
      "INSERT INTO failure_group(region, service, project, name, code, text, job_id, part, "
      "first_at, last_at, count, jobs, words) SELECT 'r', 's' || i % 3, 'p' || i % 4, 'n' || i / "
      "4, "
      "'c', 't', i, '', i, i, 1, 1, '' FROM generate_series(1, 10000) i; ANALYZE failure_group"));
  const FailureQuery query{.now = seen_after(0)};
  const auto sql = failure_page_sql(query, kPostgresDialect);
  REQUIRE(sql);
  const auto rows = database.run(("EXPLAIN " + sql->text).c_str(), sql->parameters);
  REQUIRE(rows);
  std::string plan;
  for (int i = 0; i < rows.value().size(); ++i)
    plan.append(rows.value()[i].text(0)).append("\n");
  INFO(plan);
  CHECK(plan.find("failure_by_last") != std::string::npos);
  CHECK(plan.find("Sort") == std::string::npos);
}

TEST_CASE("A file from before failures were counted over all jobs counts those it remembers") {
  const tests::Home home;
  const std::string failures =
      R"([{"error_code":"VPC.0532","error_text":"No more addresses.","sub_job":"p1","count":2,)"
      R"("group":"VPC.0532~12345678"},{"error_code":null,"error_text":"old","count":1}])";
  const auto job = [&](const char* id, int seconds, const std::string& json) {
    return std::string(
               "INSERT INTO job(region, service, project, job_id, type, status, status_text, "
               "is_final, first_seen, last_seen, last_change, begun, version, counts, error_code, "
               "error_text, failed_job, failures, words) VALUES('cn-north-4', 'eip', 'p', '") +
           id + "', 't', 3, 'FAIL', 1, 0, 0, " + std::to_string(micros(seen_after(seconds))) +
           ", 0, 1, '', '', '', '', '" + json + "', '');";
  };
  const std::string jobs =
      job("a", 0, failures) + job("b", 2 * kDay, failures) + job("c", kDay, failures);
  const auto check = [](Store& store) {
    const auto page = store.failure_groups({.now = seen_after(2 * kDay)});
    REQUIRE(page);
    REQUIRE(page.value().failures.size() == 1);
    const FailureRecord& found = page.value().failures[0];
    CHECK(found.name == "VPC.0532~12345678");
    CHECK(found.code == "VPC.0532");
    CHECK(found.text == "No more addresses.");
    CHECK(found.count == 6);
    CHECK(found.jobs == 3);
    CHECK(found.first_at == seen_after(0));
    CHECK(found.last_at == seen_after(2 * kDay));
    CHECK(found.sample.job_id() == "b");
    CHECK(found.part == "p1");
    CHECK(found.days[kDaysShown - 1] == 2);
    CHECK(found.days[kDaysShown - 3] == 2);
  };
  {
    auto older = StoreFile::open(home.path(), std::span(kSchemaSteps).first(1), real_clock());
    REQUIRE(older);
    REQUIRE(older.value().writer().execute((jobs + job("d", 0, "no JSON")).c_str()));
  }
  std::vector<Bilingual> notices;
  const auto store = SqliteStore::open(home.path(), real_clock(), notices);
  REQUIRE(store);
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].en.find(".v1 is a copy from before") != std::string::npos);
  check(*store.value());

  tests::PostgresServer* const server = tests::PostgresServer::get();
  if (server == nullptr) return;
  const std::string url = server->new_database();
  REQUIRE(PostgresStore::open(url));
  {
    auto connection = PgConnection::open(url);
    REQUIRE(connection);
    REQUIRE(
        connection.value().execute((jobs + "DROP TABLE failure_mute, failure_day, failure_group, "
                                           "reading, poll_turn, outbox, outbox_channel, share, "
                                           "share_change; ALTER TABLE job DROP COLUMN "
                                           "facts, DROP COLUMN operation, "
                                           "DROP COLUMN person, DROP COLUMN resource_id, DROP "
                                           "COLUMN resource_name, DROP COLUMN found_at, DROP "
                                           "COLUMN is_queryable; "
                                           "DELETE FROM schema_step WHERE version >= 3")
                                       .c_str()));
  }
  const auto shared = PostgresStore::open(url);
  if (!shared) FAIL(shared.error());
  check(*shared.value());
}

}  // namespace failures_test
