// What remembering costs: one change of a job with 1,000 parts, the first page of a board of
// 100,000 jobs, and 250,000 parts that end at once. Beside each change the same bytes go into a
// bare table of SQLite, whole, in the same turn.
//
// Prints one line of JSON for store.js: seconds, bytes, no budgets.
// usage: bench_store FOLDER
#include <sys/resource.h>
#include <time.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/change.h"
#include "store/postgres/postgres_store.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/sqlite_store.h"
#include "support/postgres_server.h"

using namespace jobtree;
using namespace jobtree::store;
using json = nlohmann::ordered_json;

namespace {

constexpr int kParts = 1000;
constexpr int kChanges = 200;
constexpr int kBoardJobs = 100'000;
constexpr int kPages = 50;
constexpr int kManyParts = 249'999;  // with the job itself as many as the engine reads

double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The most this process had in memory so far.
std::size_t peak_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

template <class T>
T sure(Outcome<T> outcome) {
  if (!outcome) {
    std::fprintf(stderr, "bench_store: %s\n", outcome.error().message.c_str());
    std::exit(1);
  }
  return std::move(outcome.value());
}

/// One of the two databases, empty.
struct Place {
  std::string folder;      ///< of SQLite, and of the bare table
  std::string database{};  ///< of PostgreSQL; "": it is SQLite
};

std::unique_ptr<Store> open(const Place& place) {
  if (!place.database.empty()) return std::move(PostgresStore::open(place.database).value());
  std::vector<Bilingual> notices;
  return std::move(SqliteStore::open(place.folder, real_clock(), notices).value());
}

/// As the classic form has it; `ended` of the parts have succeeded.
std::string body_of(int parts, int ended) {
  std::string text = R"({"job_id":"ff808082843684110184e155fdb36461","job_type":"createServer",)"
                     R"("status":")";
  text += ended == parts ? "SUCCESS" : "RUNNING";
  text += R"(","begin_time":"2026-11-24T12:00:00.000Z","end_time":")";
  text += ended == parts ? "2026-11-24T12:09:59.000Z" : "";
  text += R"(","error_code":null,"fail_reason":null,"entities":{"sub_jobs":[)";
  for (int i = 0; i < parts; ++i) {
    const bool has_ended = i < ended;
    std::string id = std::to_string(1'000'000 + i);
    if (i > 0) text += ',';
    text += R"({"job_id":"ff80808284368411018)" + id + R"(0000000","job_type":"create",)" +
            R"("status":")" + (has_ended ? "SUCCESS" : "RUNNING") +
            R"(","begin_time":"2026-11-24T12:00:01.)" + id.substr(4) + R"(Z","end_time":")" +
            (has_ended ? "2026-11-24T12:04:07." + id.substr(4) + "Z" : "") +
            R"(","entities":{"server_id":")" +
            (has_ended ? "bae51750-0089-41a1-9b18-5c777" + id : "") + R"("}})";
  }
  return text + "]}}";
}

Observation observation_of(std::string body, int second) {
  return {.address = {"cn-north-4", "ecs", "0605767cc80010f42f1ec00bc0e6b7a8",
                      "ff808082843684110184e155fdb36461"},
          .body = std::make_shared<const std::string>(std::move(body)),
          .at = Time(std::chrono::seconds(1'795'521'600 + second))};
}

json changes(const Place& place) {
  const auto store = open(place);
  std::filesystem::create_directories(place.folder);
  Connection bare = sure(Connection::open(place.folder + "/bare.db", Connection::Mode::write));
  sure(
      bare.execute("PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
                   "CREATE TABLE body(at INTEGER, data BLOB)"));
  json ours = json::array();
  json whole = json::array();
  json wall = json::array();
  std::optional<Known> known;
  for (int i = 0; i < kChanges; ++i) {
    const Observation seen = observation_of(body_of(kParts, i), i);
    const double begin = cpu_seconds();
    const double begin_wall = wall_seconds();
    Known after;
    const auto change = change_between(known ? &*known : nullptr, seen, after);
    sure(store->write(*change));
    known = std::move(after);
    const double end = cpu_seconds();
    wall.push_back(wall_seconds() - begin_wall);
    Statement insert = sure(bare.prepare("INSERT INTO body VALUES(?1, ?2)"));
    sure(insert.bind(
        {std::int64_t{i}, std::as_bytes(std::span(seen.body->data(), seen.body->size()))}));
    sure(insert.run());
    whole.push_back(cpu_seconds() - end);
    // The first one is all new.
    if (i > 0) ours.push_back(end - begin);
  }
  return {{"cpu", ours},
          {"bare_cpu", whole},
          {"wall", wall},
          {"body_bytes", body_of(kParts, 1).size()},
          {"store_bytes", store->bytes()},
          {"bare_bytes",
           sure(bare.number("PRAGMA page_count")) * sure(bare.number("PRAGMA page_size"))}};
}

/// Jobs like those of weeks, made by the database itself.
void fill_board(const Place& place) {
  static_cast<void>(open(place));  // which makes the tables
  const std::string count = std::to_string(kBoardJobs);
  const std::string columns =
      "INSERT INTO job(region, service, project, job_id, type, status, status_text, is_final, "
      "begun_at, ended_at, first_seen, last_seen, last_change, begun, version, counts, error_code, "
      "error_text, failed_job, failures, words) "
      "SELECT 'cn-north-4', CASE i % 3 WHEN 0 THEN 'eip' WHEN 1 THEN 'ecs' ELSE 'evs' END, "
      "'0605767cc80010f42f1ec00bc0e6b7a8', 'ff80808284368411000000000' || (1000000 + i), "
      "'createServer', CASE WHEN i % 20 = 0 THEN 3 WHEN i % 1000 = 7 THEN 1 ELSE 2 END, 'X', "
      "CASE WHEN i % 1000 = 7 THEN 0 ELSE 1 END, i * 6000000, i * 6000000 + 90000000, i * 6000000, "
      "i * 6000000 + 90000000, i * 6000000 + 90000000, i * 6000000, 5, '0 0 20 0 0 0 0', '', '', "
      "'', '[]', 'ff80808284368411000000000' || (1000000 + i) || 'createserver' FROM ";
  if (!place.database.empty()) {
    PgConnection database = sure(PgConnection::open(place.database));
    sure(database.execute(
        (columns + "generate_series(1::bigint, " + count + ") i; ANALYZE").c_str()));
    return;
  }
  Connection writer = sure(Connection::open(place.folder + "/jobtree.db", Connection::Mode::write));
  const std::string numbers =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + count + ") ";
  sure(writer.execute((numbers + columns + "n").c_str()));
}

json board(const Place& place) {
  fill_board(place);
  const auto store = open(place);
  json figures = json::object();
  const auto time = [&store, &figures](const char* name, const BoardQuery& query) {
    json seconds = json::array();
    std::size_t rows = 0;
    for (int i = 0; i < kPages; ++i) {
      const double begin = wall_seconds();
      rows = sure(store->board(query)).jobs.size();
      seconds.push_back(wall_seconds() - begin);
    }
    figures[name] = {{"seconds", seconds}, {"rows", rows}};
  };
  time("all", {});
  time("failed", {.statuses = {Status::failed}});
  time("unfinished", {.state = BoardQuery::State::unfinished});
  time("one service", {.service = "evs"});
  time("a text that is nowhere", {.text = "nowhere"});
  BoardQuery later;
  later.cursor = std::to_string(std::int64_t{6'000'000} * (kBoardJobs / 2)) + ".1";
  time("a page in the middle", later);
  return figures;
}

json many_parts(const Place& place) {
  const auto store = open(place);
  const Observation running = observation_of(body_of(kManyParts, 0), 0);
  const Observation ended = observation_of(body_of(kManyParts, kManyParts), 60);
  Known before;
  const auto first = change_between(nullptr, running, before);
  sure(store->write(*first));
  const std::size_t peak_before = peak_bytes();
  const double begin = cpu_seconds();
  Known after;
  const auto change = change_between(&before, ended, after);
  sure(store->write(*change));
  return {{"cpu", cpu_seconds() - begin},
          {"body_bytes", ended.body->size()},
          {"store_bytes", store->bytes()},
          {"peak_before", peak_before},
          {"peak", peak_bytes()}};
}

/// Ten thousand jobs over a week in scaled time, pruned every ten minutes of it: what the store
/// and this process take at the end of each day.
json week(const Place& place) {
  constexpr int kJobs = 10'000;
  constexpr std::int64_t kSeconds = std::int64_t{7} * 24 * 3600;
  Retention retention;
  retention.jobs = std::chrono::days(2);
  retention.bodies = std::chrono::days(1);
  retention.versions = std::chrono::hours(2);
  const auto store = open(place);
  json days = json::array();
  std::int64_t pruned_at = 0;
  for (int i = 0; i < kJobs; ++i) {
    const std::int64_t second = kSeconds * i / kJobs;
    std::optional<Known> known;
    for (const int ended : {7, 20}) {
      std::string body = body_of(20, ended);
      const std::string id = std::to_string(10'000'000 + i);
      body.replace(body.find("ff808082843684110184e155fdb36461") + 24, 8, id);
      Observation seen = observation_of(std::move(body), static_cast<int>(second) + ended);
      seen.address = {"cn-north-4", "ecs", seen.address.project_id(),
                      "ff808082843684110184e155" + id};
      Known after;
      const auto change = change_between(known ? &*known : nullptr, seen, after);
      sure(store->write(*change));
      known = std::move(after);
    }
    if (second - pruned_at > 600) {
      pruned_at = second;
      while (sure(store->prune(retention, Time(std::chrono::seconds(1'795'521'600 + second))))) {
      }
    }
    if ((i + 1) % (kJobs / 7) == 0) {
      days.push_back({{"store_bytes", store->bytes()}, {"peak", peak_bytes()}});
    }
  }
  return days;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: bench_store FOLDER\n");
    return 2;
  }
  const std::string folder = arguments[1];
  auto* const server = tests::PostgresServer::get();
  json report = json::object();
  for (const bool is_shared : {false, true}) {
    if (is_shared && server == nullptr) continue;
    const std::string name = is_shared ? "PostgreSQL" : "SQLite";
    const auto place = [&](const char* what) {
      return Place{folder + "/" + name + "-" + what, is_shared ? server->new_database() : ""};
    };
    report[name] = {{"week", week(place("week"))},
                    {"change", changes(place("change"))},
                    {"board", board(place("board"))},
                    {"many", many_parts(place("many"))}};
  }
  std::printf("%s\n", report.dump().c_str());
}
