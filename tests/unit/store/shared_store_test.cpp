// A database that several replicas share: a real PostgreSQL, which is killed and comes again.
#include <atomic>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "store/archive.h"
#include "store/postgres/postgres_store.h"
#include "support/postgres_server.h"
#include "support/until.h"
#include "unit/catch.h"
#include "unit/store/observations.h"

namespace shared_store_test {

using namespace jobtree;
using namespace jobtree::store;
using namespace jobtree::testing;
using namespace std::chrono_literals;
using tests::PostgresServer;
using tests::until;

namespace {

std::unique_ptr<Archive> archive_on(const std::string& url) {
  auto archive = open_archive({.folder = "", .database = url, .clock = real_clock()});
  REQUIRE(archive);
  return std::move(archive.value());
}

void flush(Archive& archive) {
  archive.flush(std::chrono::steady_clock::now() + 10s);
}

}  // namespace

TEST_CASE("What one replica has seen the others know, and notice") {
  PostgresServer* const server = PostgresServer::get();
  if (server == nullptr) return;
  const std::string url = server->new_database();
  const auto one = archive_on(url);
  const auto other = archive_on(url);
  REQUIRE(one->state().kind == ArchiveState::Kind::good);
  const std::uint64_t before = other->revision();
  one->observed(observation_of(batch("RUNNING", {"RUNNING"})));
  flush(*one);
  CHECK(other->job(address_of("root")).value());
  CHECK(until([&] { return other->revision() != before; }));
}

TEST_CASE("Of a change that two replicas see at once one is stored") {
  PostgresServer* const server = PostgresServer::get();
  if (server == nullptr) return;
  const std::string url = server->new_database();
  const auto one = archive_on(url);
  const auto other = archive_on(url);
  constexpr int kChanges = 40;
  const auto see_all = [](Archive& archive) {
    std::vector<std::string> statuses(kChanges, "RUNNING");
    for (int i = 0; i < kChanges; ++i) {
      statuses[static_cast<std::size_t>(i)] = "SUCCESS";
      archive.observed(observation_of(batch("RUNNING", statuses), i));
      if (i % 4 == 0) flush(archive);
    }
    flush(archive);
  };
  {
    std::thread first([&] { see_all(*one); });
    std::thread second([&] { see_all(*other); });
    first.join();
    second.join();
  }
  // Each saw them in order; where one had seen the other's next already, it is left out.
  const auto versions = one->versions(address_of("root"));
  REQUIRE(versions);
  CHECK(versions.value().size() <= kChanges);
  std::set<std::size_t> done;
  for (const VersionRecord& version : versions.value()) {
    const auto body = one->body(address_of("root"), version.version).value();
    REQUIRE(body);
    std::size_t ended = 0;
    for (std::size_t at = body->find("SUCCESS"); at != std::string::npos;
         at = body->find("SUCCESS", at + 1))
      ++ended;
    done.insert(ended);
  }
  CHECK(done.size() == versions.value().size());
  CHECK(*done.rbegin() == kChanges);
  CHECK(one->state().dropped == 0);
  CHECK(other->state().dropped == 0);
}

TEST_CASE(
    "What one replica saw before the other's last change turns nothing back, unless it is the "
    "end") {
  PostgresServer* const server = PostgresServer::get();
  if (server == nullptr) return;
  const std::string url = server->new_database();
  const auto one = archive_on(url);
  const auto other = archive_on(url);
  const auto see = [](Archive& archive, const char* status, const char* part, int seconds) {
    archive.observed(observation_of(batch(status, {part}), seconds));
    flush(archive);
  };
  const auto version = [&one] { return one->job(address_of("root")).value()->version; };
  see(*one, "RUNNING", "INIT", 1);
  see(*other, "RUNNING", "SUCCESS", 5);
  see(*one, "RUNNING", "RUNNING", 3);
  see(*one, "RUNNING", "INIT", 4);
  CHECK(version() == 2);
  see(*one, "SUCCESS", "SUCCESS", 4);
  CHECK(version() == 3);
  see(*other, "RUNNING", "SUCCESS", 4);
  CHECK(version() == 3);
  CHECK(one->job(address_of("root")).value()->status == Status::succeeded);
}

TEST_CASE("While the database is away what is seen waits, and nothing of it is lost") {
  PostgresServer* const server = PostgresServer::get();
  if (server == nullptr) return;
  const std::string url = server->new_database();
  const auto archive = archive_on(url);
  archive->observed(observation_of(batch("RUNNING", {"RUNNING", "RUNNING"})));
  flush(*archive);
  server->kill();
  archive->observed(observation_of(batch("RUNNING", {"SUCCESS", "RUNNING"}), 3));
  archive->observed(observation_of(batch("SUCCESS", {"SUCCESS", "SUCCESS"}), 6));
  REQUIRE(until([&] { return archive->state().kind == ArchiveState::Kind::trouble; }));
  CHECK(archive->state().trouble == ArchiveState::Trouble::away);
  CHECK_FALSE(archive->board({}));
  server->start();
  REQUIRE(until([&] { return archive->state().kind == ArchiveState::Kind::good; }));
  flush(*archive);
  CHECK(archive->job(address_of("root")).value()->version == 3);
  CHECK(archive->versions(address_of("root")).value().size() == 3);
}

TEST_CASE("A database that is not there at the start is tried again") {
  PostgresServer* const server = PostgresServer::get();
  if (server == nullptr) return;
  const std::string url = server->new_database();
  server->kill();
  const auto archive = archive_on(url);
  CHECK(archive->state().kind == ArchiveState::Kind::trouble);
  archive->observed(observation_of(batch("RUNNING", {"RUNNING"})));
  server->start();
  REQUIRE(until([&] { return archive->state().kind == ArchiveState::Kind::good; }));
  flush(*archive);
  CHECK(archive->job(address_of("root")).value());
}

TEST_CASE("Replicas that start together make the tables once, and a newer schema is refused") {
  PostgresServer* const server = PostgresServer::get();
  if (server == nullptr) return;
  const std::string url = server->new_database();
  std::vector<std::thread> replicas;
  std::atomic<int> opened = 0;
  for (int i = 0; i < 5; ++i) {
    replicas.emplace_back([&] {
      if (PostgresStore::open(url)) ++opened;
    });
  }
  for (std::thread& replica : replicas)
    replica.join();
  CHECK(opened == 5);
  auto connection = PgConnection::open(url);
  REQUIRE(connection);
  REQUIRE(connection.value().execute("INSERT INTO schema_step(version) VALUES(99)"));
  const auto refused = open_archive({.folder = "", .database = url, .clock = real_clock()});
  REQUIRE_FALSE(refused);
  CHECK(refused.failure().kind() == Failure::Kind::usage);
  CHECK(refused.error().find("schema 99") != std::string::npos);
}

TEST_CASE("A board is read along an index there too") {
  PostgresServer* const server = PostgresServer::get();
  if (server == nullptr) return;
  const std::string url = server->new_database();
  REQUIRE(PostgresStore::open(url));
  auto connection = PgConnection::open(url);
  REQUIRE(connection);
  PgConnection& database = connection.value();
  REQUIRE(database.execute(
      "INSERT INTO job(region, service, project, job_id, type, status, status_text, is_final, "
      "first_seen, last_seen, last_change, begun, version, counts, error_code, error_text, "
      "failed_job, failures, words) SELECT 'r', 's' || i % 3, 'p', i, 't', i % 7, 'x', "
      "(i % 10 <> 0)::int, i, i, i, i, 1, '', '', '', '', '[]', '' FROM generate_series(1, 20000) "
      "i; "
      "ANALYZE job"));
  const auto plan = [&database](const char* rest) {
    const std::string sql = std::string("EXPLAIN SELECT * FROM job ") + rest;
    const auto rows = database.run(sql.c_str());
    REQUIRE(rows);
    std::string text;
    for (int i = 0; i < rows.value().size(); ++i)
      text += std::string(rows.value()[i].text(0)) + "\n";
    return text;
  };
  for (const char* rest :
       {"ORDER BY last_change DESC, id DESC LIMIT 51",
        "WHERE (last_change, id) < (9000, 9000) ORDER BY last_change DESC, id DESC LIMIT 51",
        "WHERE ((is_final = 0 AND forgotten_at IS NULL)) ORDER BY last_change DESC, id DESC LIMIT "
        "51"}) {
    const std::string text = plan(rest);
    INFO(text);
    CHECK(text.find("Index Scan") != std::string::npos);
    CHECK(text.find("Sort") == std::string::npos);
  }
}

}  // namespace shared_store_test
