#include "store/postgres/postgres_store.h"

#include <algorithm>
#include <utility>

#include "store/body_codec.h"
#include "store/postgres/schema.h"
#include "store/record_json.h"
#include "store/sql/board_sql.h"
#include "store/sql/job_row.h"
#include "store/sql/stored_parts.h"

namespace jobtree::store {
namespace {

constexpr std::size_t kMostIdle = 4;
constexpr std::int64_t kMostDurations = 50;  // of one kind of job
constexpr std::int64_t kMostRows = 500;      // that go in one step
constexpr std::int64_t kMostJobs = 100;
constexpr std::int64_t kOldestServer = 130000;  // as server_version_num has it

std::span<const std::byte> as_bytes(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string_view text(const std::string& value) {
  return value;
}

std::int64_t flag(bool value) {
  return value ? 1 : 0;
}

/// The one number that a statement gives.
Outcome<std::int64_t> number(PgConnection& connection, const char* sql) {
  const auto rows = connection.run(sql);
  if (!rows) return rows.error();
  return rows.value().size() == 0 ? 0 : rows.value()[0].integer(0);
}

Outcome<Done> run(PgConnection& connection, const char* sql,
                  std::initializer_list<Parameter> parameters) {
  const auto rows = connection.run(sql, parameters);
  if (!rows) return rows.error();
  return Done();
}

/// Other replicas are to notice.
Outcome<Done> grow_revision(PgConnection& connection) {
  return run(connection, "UPDATE revision SET number = number + 1", {});
}

/// See SqliteStore's.
Outcome<std::int64_t> write_job(PgConnection& connection, const JobRecord& job) {
  const std::string counts = text_of(job.counts);
  const std::string failures = text_of(json_of(job.failures));
  const std::string links = text_of_links(job.marks.links);
  const std::string words = words_of(job);
  const auto rows = connection.run(
      R"sql(
INSERT INTO job(region, service, project, job_id, type, status, status_text, is_final, begun_at,
  ended_at, first_seen, last_seen, last_change, begun, version, counts, error_code, error_text,
  failed_job, failures, forgotten_at, label, links, is_followed, is_example, words)
VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
  $21, $22, $23, $24, $25, $26)
ON CONFLICT(region, service, project, job_id) DO UPDATE SET
  type = excluded.type, status = excluded.status, status_text = excluded.status_text,
  is_final = excluded.is_final, begun_at = excluded.begun_at, ended_at = excluded.ended_at,
  last_seen = greatest(job.last_seen, excluded.last_seen), last_change = excluded.last_change,
  begun = excluded.begun, version = excluded.version, counts = excluded.counts,
  error_code = excluded.error_code, error_text = excluded.error_text,
  failed_job = excluded.failed_job, failures = excluded.failures, forgotten_at = NULL,
  words = excluded.words
WHERE job.version = excluded.version - 1
RETURNING id)sql",
      {text(job.address.region()),
       text(job.address.service()),
       text(job.address.project_id()),
       text(job.address.job_id()),
       text(job.type),
       static_cast<std::int64_t>(job.status),
       text(job.status_text),
       flag(job.is_final),
       micros_or_null(job.begun_at),
       micros_or_null(job.ended_at),
       micros(job.first_seen),
       micros(job.last_seen),
       micros(job.last_change),
       micros(job.begun_at.value_or(job.first_seen)),
       job.version,
       text(counts),
       text(job.error_code),
       text(job.error_text),
       text(job.failed_job),
       text(failures),
       micros_or_null(job.forgotten_at),
       text(job.marks.label),
       text(links),
       flag(job.marks.is_followed),
       flag(job.marks.is_example),
       text(words)});
  if (!rows) return rows.error();
  if (rows.value().size() == 0) {
    return StoreError{StoreError::Kind::conflict, "the job has changed meanwhile"};
  }
  return rows.value()[0].integer(0);
}

Outcome<Done> write_body(PgConnection& connection, std::int64_t job, const Change& change) {
  const StoredBody& body = change.body;
  return run(connection,
             "INSERT INTO version(job, version, at, is_whole, size, sha256, data) "
             "VALUES($1, $2, $3, $4, $5, $6, $7)",
             {job, change.record.version, micros(change.record.last_change), flag(body.is_whole),
              static_cast<std::int64_t>(body.size), text(body.sha256),
              body.data.empty() ? Parameter() : Parameter(as_bytes(body.data))});
}

Outcome<Done> write_events(PgConnection& connection, std::int64_t job, const Change& change) {
  std::int64_t part_number = 0;
  for (const EventPart& part : change.events) {
    const auto packed = pack_body(part.json, {});
    if (!packed) return StoreError{StoreError::Kind::other, "no memory to pack events"};
    auto done = run(connection,
                          "INSERT INTO event(job, version, part, count, size, data) "
                          "VALUES($1, $2, $3, $4, $5, $6)",
                          {job, change.record.version, ++part_number, std::int64_t{part.count},
                           static_cast<std::int64_t>(part.json.size()), as_bytes(*packed)});
    if (!done) return done;
  }
  return Done();
}

Outcome<Done> write_duration(PgConnection& connection, const JobRecord& job,
                             const DurationSample& sample) {
  const std::int64_t size_class = sample.size_class;
  auto added = run(connection,
                         "INSERT INTO duration(service, type, size_class, seconds) "
                         "VALUES($1, $2, $3, $4)",
                         {text(job.address.service()), text(job.type), size_class, sample.seconds});
  if (!added) return added;
  return run(connection,
             "DELETE FROM duration WHERE service = $1 AND type = $2 AND size_class = $3 AND id <= "
             "(SELECT id FROM duration WHERE service = $1 AND type = $2 AND size_class = $3 "
             "ORDER BY id DESC LIMIT 1 OFFSET $4)",
             {text(job.address.service()), text(job.type), size_class, kMostDurations});
}

/// The number of the job's row; nothing when there is none.
Outcome<std::optional<std::int64_t>> find(PgConnection& connection,
                                          const cloud::JobAddress& address) {
  const bool is_any = address.project_id() == "-";
  const auto rows = connection.run(
      is_any ? "SELECT id FROM job WHERE region = $1 AND service = $2 AND job_id = $4 "
               "ORDER BY project = $3 DESC, last_seen DESC LIMIT 1"
             : "SELECT id FROM job WHERE region = $1 AND service = $2 AND project = $3 "
               "AND job_id = $4",
      {text(address.region()), text(address.service()), text(address.project_id()),
       text(address.job_id())});
  if (!rows) return rows.error();
  if (rows.value().size() == 0) return std::optional<std::int64_t>();
  return std::optional(rows.value()[0].integer(0));
}

// --- what is too old, or too much: see sqlite/pruning.cpp ---

constexpr const char* kOldVersions = R"sql(
UPDATE version SET data = NULL WHERE (job, version) IN (
  SELECT old.job, old.version FROM version AS old WHERE old.data IS NOT NULL AND old.at < $2
  AND EXISTS (
    SELECT 1 FROM version AS later WHERE later.job = old.job AND later.version > old.version
    AND later.is_whole = 1 AND later.data IS NOT NULL AND later.at < $2)
  ORDER BY old.at LIMIT $1))sql";

constexpr const char* kOldBodies = R"sql(
UPDATE version SET data = NULL WHERE (job, version) IN (
  SELECT version.job, version.version FROM version JOIN job ON job.id = version.job
  WHERE version.data IS NOT NULL AND version.at < $2 AND job.last_change < $2
  AND (job.is_final = 1 OR job.forgotten_at IS NOT NULL) AND job.is_followed = 0
  ORDER BY version.at LIMIT $1))sql";

constexpr const char* kOldJobs = R"sql(
DELETE FROM job WHERE id IN (
  SELECT id FROM job WHERE last_change < $2 AND (is_final = 1 OR forgotten_at IS NOT NULL)
  AND is_followed = 0 ORDER BY last_change LIMIT $1))sql";

constexpr const char* kFirstBodies = R"sql(
UPDATE version SET data = NULL WHERE (job, version) IN (
  SELECT version.job, version.version FROM version JOIN job ON job.id = version.job
  WHERE version.data IS NOT NULL AND version.at < $2
  AND (job.is_final = 1 OR job.forgotten_at IS NOT NULL) ORDER BY version.at LIMIT $1))sql";

constexpr const char* kFirstJobs = R"sql(
DELETE FROM job WHERE id IN (
  SELECT id FROM job WHERE last_change < $2 AND (is_final = 1 OR forgotten_at IS NOT NULL)
  ORDER BY last_change LIMIT $1))sql";

// What the rows hold: a table does not get smaller at once when rows go.
constexpr const char* kHeld =
    "SELECT (coalesce((SELECT sum(length(data)) FROM version), 0) + "
    "coalesce((SELECT sum(length(data)) FROM event), 0) + "
    "(SELECT count(*) FROM job) * 1024)::bigint";

Outcome<bool> prune_by_age(PgConnection& connection, const Retention& retention, Time now) {
  struct Rule {
    const char* sql;
    std::chrono::seconds age;
    std::int64_t most;
  };
  bool is_more = false;
  for (const Rule& rule :
       {Rule{kOldVersions, retention.versions, kMostRows},
        Rule{kOldBodies, retention.bodies, kMostRows}, Rule{kOldJobs, retention.jobs, kMostJobs}}) {
    if (rule.age.count() == 0) continue;
    const auto rows = connection.run(rule.sql, {rule.most, micros(now - rule.age)});
    if (!rows) return rows.error();
    is_more = is_more || rows.value().changes() >= rule.most;
  }
  return is_more;
}

Outcome<bool> prune_by_size(PgConnection& connection, const Retention& retention, Time now) {
  if (retention.size == 0) return false;
  const auto held = number(connection, kHeld);
  if (!held) return held.error();
  if (static_cast<std::uint64_t>(held.value()) <= retention.size) return false;
  auto bodies = connection.run(kFirstBodies, {kMostRows, micros(now)});
  if (!bodies) return bodies.error();
  if (bodies.value().changes() > 0) return true;
  auto jobs = connection.run(kFirstJobs, {kMostJobs, micros(now)});
  if (!jobs) return jobs.error();
  return jobs.value().changes() > 0;
}

// --- the tables ---

Failure cannot(const StoreError& error) {
  return Failure::unavailable(
      bilingual({"the database cannot be used: {0}", "无法使用数据库：{0}"}, error.message));
}

/// Replicas that start together do it one after the other.
Result<bool> migrate(PgConnection& connection) {
  const auto server = number(connection, "SELECT current_setting('server_version_num')::bigint");
  if (!server) return cannot(server.error());
  if (server.value() < kOldestServer) {
    return Failure::usage(bilingual({"the database is PostgreSQL {0}; 13 or later is needed",
                                     "数据库为 PostgreSQL {0}，需要 13 或更高版本"},
                                    std::to_string(server.value() / 10000)));
  }
  auto transaction = PgTransaction::begin(connection);
  if (!transaction) return cannot(transaction.error());
  // A number of our own, as that of pruning.
  const auto prepared = connection.execute(
      "SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = '60s'; "
      "SELECT pg_advisory_xact_lock(5870131640842114);"
      "CREATE TABLE IF NOT EXISTS schema_step(version bigint PRIMARY KEY, "
      "applied_at timestamptz NOT NULL DEFAULT now())");
  if (!prepared) return cannot(prepared.error());
  const auto version = number(connection, "SELECT coalesce(max(version), 0) FROM schema_step");
  if (!version) return cannot(version.error());
  const auto known = static_cast<std::int64_t>(std::size(kPgSchemaSteps));
  if (version.value() > known) {
    return Failure::usage(bilingual(
        {"the database was written by a newer version of this program (schema {0}, this one knows "
         "{1}); install that version",
         "数据库由更新版本的程序写入（结构版本 {0}，当前程序支持到 {1}），请安装该版本"},
        std::to_string(version.value()), std::to_string(known)));
  }
  for (std::int64_t step = version.value(); step < known; ++step) {
    if (auto done = connection.execute(kPgSchemaSteps[step]); !done)
      return cannot(done.error());
    const auto done =
        run(connection, "INSERT INTO schema_step(version) VALUES($1)", {std::int64_t{step + 1}});
    if (!done) return cannot(done.error());
  }
  if (auto done = transaction.value().commit(); !done) return cannot(done.error());
  return true;
}

}  // namespace

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(const std::string& url) {
  auto connection = PgConnection::open(url);
  if (!connection) return cannot(connection.error());
  if (auto done = migrate(connection.value()); !done) return done.failure();
  std::unique_ptr<PostgresStore> store(new PostgresStore(url));
  const Lock lock(store->mutex_);
  store->idle_.push_back(std::move(connection.value()));
  return store;
}

template <class Use>
auto PostgresStore::with_connection(Use use) -> decltype(use(std::declval<PgConnection&>())) {
  std::optional<PgConnection> connection;
  {
    const Lock lock(mutex_);
    if (!idle_.empty()) {
      connection.emplace(std::move(idle_.back()));
      idle_.pop_back();
    }
  }
  if (!connection) {
    auto opened = PgConnection::open(url_);
    if (!opened) return opened.error();
    connection.emplace(std::move(opened.value()));
  }
  auto outcome = use(*connection);
  const Lock lock(mutex_);
  if (connection->is_good()) {
    if (idle_.size() < kMostIdle) idle_.push_back(std::move(*connection));
  } else {
    idle_.clear();  // a server that was restarted has closed them all
  }
  return outcome;
}

template <class Use>
auto PostgresStore::in_transaction(Use use) -> decltype(use(std::declval<PgConnection&>())) {
  return with_connection([&use](PgConnection& connection) -> decltype(use(connection)) {
    auto transaction = PgTransaction::begin(connection);
    if (!transaction) return transaction.error();
    auto outcome = use(connection);
    if (!outcome) return outcome;
    if (auto done = transaction.value().commit(); !done) return done.error();
    return outcome;
  });
}

Outcome<Done> PostgresStore::write(const Change& change) {
  return in_transaction([&change](PgConnection& connection) -> Outcome<Done> {
    const auto job = write_job(connection, change.record);
    if (!job) return job.error();
    if (auto done = write_body(connection, job.value(), change); !done) return done;
    if (auto done = write_events(connection, job.value(), change); !done) return done;
    if (change.duration) {
      auto done = write_duration(connection, change.record, *change.duration);
      if (!done) return done;
    }
    return grow_revision(connection);
  });
}

Outcome<Done> PostgresStore::confirm(const std::vector<std::pair<cloud::JobAddress, Time>>& seen) {
  return in_transaction([&seen](PgConnection& connection) -> Outcome<Done> {
    for (const auto& [address, at] : seen) {
      const auto done =
          run(connection,
              "UPDATE job SET last_seen = $5 WHERE region = $1 AND service = $2 AND project = $3 "
              "AND job_id = $4 AND last_seen < $5",
              {text(address.region()), text(address.service()), text(address.project_id()),
               text(address.job_id()), micros(at)});
      if (!done) return done;
    }
    return Done();
  });
}

Outcome<bool> PostgresStore::forget(const cloud::JobAddress& address, Time at) {
  return in_transaction([&](PgConnection& connection) -> Outcome<bool> {
    const auto rows = connection.run(
        "UPDATE job SET forgotten_at = $5, last_change = "
        "CASE WHEN is_final = 0 THEN greatest(last_change, $5) ELSE last_change END "
        "WHERE region = $1 AND service = $2 AND project = $3 AND job_id = $4 "
        "AND forgotten_at IS NULL AND version > 0",
        {text(address.region()), text(address.service()), text(address.project_id()),
         text(address.job_id()), micros(at)});
    if (!rows) return rows.error();
    if (rows.value().changes() == 0) return false;
    if (auto done = grow_revision(connection); !done) return done.error();
    return true;
  });
}

Outcome<Done> PostgresStore::mark(const cloud::JobAddress& address, const Marks& marks, Time at) {
  JobRecord record;
  record.address = address;
  const std::string links = text_of_links(marks.links);
  const std::string words = words_of(record);
  return in_transaction([&](PgConnection& connection) -> Outcome<Done> {
    auto done = run(
        connection,
        "INSERT INTO job(region, service, project, job_id, type, status, status_text, is_final, "
        "first_seen, last_seen, last_change, begun, version, counts, error_code, error_text, "
        "failed_job, failures, label, links, is_followed, is_example, words) "
        "VALUES($1, $2, $3, $4, '', $5, '', 0, $6, $6, $6, $6, 0, '', '', '', '', '[]', $7, $8, "
        "$9, $10, $11) "
        "ON CONFLICT(region, service, project, job_id) DO UPDATE SET label = excluded.label, "
        "links = excluded.links, is_followed = excluded.is_followed, "
        "is_example = excluded.is_example",
        {text(address.region()), text(address.service()), text(address.project_id()),
         text(address.job_id()), static_cast<std::int64_t>(Status::unknown), micros(at),
         text(marks.label), text(links), flag(marks.is_followed), flag(marks.is_example),
         text(words)});
    if (!done) return done;
    return grow_revision(connection);
  });
}

Outcome<bool> PostgresStore::prune(const Retention& retention, Time now) {
  return in_transaction([&](PgConnection& connection) -> Outcome<bool> {
    // One replica at a time; the lock ends with the transaction.
    const auto lock =
        number(connection, "SELECT pg_try_advisory_xact_lock(5870131640842115)::int::bigint");
    if (!lock) return lock.error();
    if (lock.value() == 0) return false;
    auto by_age = prune_by_age(connection, retention, now);
    if (!by_age) return by_age;
    auto by_size = prune_by_size(connection, retention, now);
    if (!by_size) return by_size;
    return by_age.value() || by_size.value();
  });
}

Outcome<BoardPage> PostgresStore::board(const BoardQuery& query) {
  const auto sql = board_sql(query, kPostgresDialect);
  if (!sql) return BoardPage();
  return with_connection([&](PgConnection& connection) -> Outcome<BoardPage> {
    const auto rows = connection.run(sql->text.c_str(), sql->parameters);
    if (!rows) return rows.error();
    BoardPage page;
    const auto limit = static_cast<int>(std::clamp<std::size_t>(query.limit, 1, kMostOnPage));
    const int count = std::min(limit, rows.value().size());
    for (int i = 0; i < count; ++i)
      page.jobs.push_back(record_of(rows.value()[i]));
    if (rows.value().size() > limit) {
      page.next = cursor_after(page.jobs.back(), number_of(rows.value()[limit - 1]), query.order);
    }
    return page;
  });
}

Outcome<std::optional<JobRecord>> PostgresStore::job(const cloud::JobAddress& address) {
  return with_connection([&](PgConnection& connection) -> Outcome<std::optional<JobRecord>> {
    const auto number = find(connection, address);
    if (!number) return number.error();
    if (!number.value()) return std::optional<JobRecord>();
    const std::string sql = std::string("SELECT ") + kJobColumns + " FROM job WHERE id = $1";
    const auto rows = connection.run(sql.c_str(), {*number.value()});
    if (!rows) return rows.error();
    if (rows.value().size() == 0) return std::optional<JobRecord>();  // deleted meanwhile
    return std::optional(record_of(rows.value()[0]));
  });
}

Outcome<EventsPage> PostgresStore::events(const cloud::JobAddress& address, std::string_view cursor,
                                          std::size_t limit, bool newest_first) {
  // A part at a time is small; of a job that changed for weeks there may be many.
  constexpr std::int64_t kParts = 500;
  return with_connection([&](PgConnection& connection) -> Outcome<EventsPage> {
    const auto number = find(connection, address);
    if (!number) return number.error();
    const auto from = event_place(cursor, newest_first);
    if (!from || !number.value()) return EventsPage();
    EventPlace place = *from;
    EventCollector collector(limit, newest_first);
    for (;;) {
      const auto rows = connection.run(
          newest_first ? "SELECT version, part, count, size, data FROM event WHERE job = $1 "
                         "AND (version, part) < ($2, $3) ORDER BY version DESC, part DESC LIMIT $4"
                       : "SELECT version, part, count, size, data FROM event WHERE job = $1 "
                         "AND (version, part) > ($2, $3) ORDER BY version, part LIMIT $4",
          {*number.value(), place.version, place.part, kParts});
      if (!rows) return rows.error();
      for (int i = 0; i < rows.value().size(); ++i) {
        const auto row = rows.value()[i];
        place = {row.integer(0), row.integer(1)};
        auto more = collector.add({.place = place,
                                         .count = static_cast<std::size_t>(row.integer(2)),
                                         .size = static_cast<std::size_t>(row.integer(3)),
                                         .packed = row.text(4)});
        if (!more) return more.error();
        if (!more.value()) return std::move(collector.page());
      }
      if (rows.value().size() < kParts) return std::move(collector.page());
    }
  });
}

Outcome<std::vector<VersionRecord>> PostgresStore::versions(const cloud::JobAddress& address) {
  return with_connection([&](PgConnection& connection) -> Outcome<std::vector<VersionRecord>> {
    std::vector<VersionRecord> versions;
    const auto number = find(connection, address);
    if (!number) return number.error();
    if (!number.value()) return versions;
    const auto rows = connection.run(
        "SELECT version, at, size, sha256, (data IS NOT NULL)::int::bigint FROM version "
        "WHERE job = $1 ORDER BY version DESC LIMIT 10000",
        {*number.value()});
    if (!rows) return rows.error();
    for (int i = 0; i < rows.value().size(); ++i) {
      const auto row = rows.value()[i];
      versions.push_back({.version = row.integer(0),
                          .at = time_of(row.integer(1)),
                          .size = static_cast<std::size_t>(row.integer(2)),
                          .sha256 = std::string(row.text(3)),
                          .has_body = row.integer(4) != 0});
    }
    return versions;
  });
}

Outcome<std::optional<BodyRead>> PostgresStore::body(const cloud::JobAddress& address,
                                                     std::int64_t version) {
  return with_connection([&](PgConnection& connection) -> Outcome<std::optional<BodyRead>> {
    const auto number = find(connection, address);
    if (!number) return number.error();
    if (!number.value()) return std::optional<BodyRead>();
    const auto rows = connection.run(
        "SELECT version, size, sha256, is_whole, data FROM version WHERE job = $1 "
        "AND version <= $2 AND version >= (SELECT max(version) FROM version WHERE job = $1 "
        "AND version <= $2 AND is_whole = 1) ORDER BY version",
        {*number.value(), version == 0 ? INT64_MAX : version});
    if (!rows) return rows.error();
    BodyChain chain;
    for (int i = 0; i < rows.value().size(); ++i) {
      const auto row = rows.value()[i];
      auto added = chain.add({.version = row.integer(0),
                                    .size = static_cast<std::size_t>(row.integer(1)),
                                    .sha256 = std::string(row.text(2)),
                                    .is_whole = row.integer(3) != 0,
                                    .is_there = !row.is_null(4),
                                    .packed = row.text(4)});
      if (!added) return added.error();
    }
    return chain.body_of(version);
  });
}

Outcome<std::vector<double>> PostgresStore::durations(std::string_view service,
                                                      std::string_view type, int size_class) {
  return with_connection([&](PgConnection& connection) -> Outcome<std::vector<double>> {
    const auto rows = connection.run(
        "SELECT seconds FROM duration WHERE service = $1 AND type = $2 AND size_class = $3",
        {service, type, static_cast<std::int64_t>(size_class)});
    if (!rows) return rows.error();
    std::vector<double> seconds;
    seconds.reserve(static_cast<std::size_t>(rows.value().size()));
    for (int i = 0; i < rows.value().size(); ++i)
      seconds.push_back(rows.value()[i].real(0));
    return seconds;
  });
}

Outcome<std::vector<JobRecord>> PostgresStore::unfinished(std::size_t limit) {
  return with_connection([&](PgConnection& connection) -> Outcome<std::vector<JobRecord>> {
    const std::string sql = std::string("SELECT ") + kJobColumns +
                            " FROM job WHERE is_final = 0 AND forgotten_at IS NULL "
                            "ORDER BY last_seen LIMIT $1";
    const auto rows = connection.run(sql.c_str(), {static_cast<std::int64_t>(limit)});
    if (!rows) return rows.error();
    std::vector<JobRecord> jobs;
    jobs.reserve(static_cast<std::size_t>(rows.value().size()));
    for (int i = 0; i < rows.value().size(); ++i)
      jobs.push_back(record_of(rows.value()[i]));
    return jobs;
  });
}

std::uint64_t PostgresStore::bytes() {
  const auto bytes =
      with_connection([](PgConnection& connection) { return number(connection, kHeld); });
  return bytes ? static_cast<std::uint64_t>(bytes.value()) : 0;
}

std::optional<std::int64_t> PostgresStore::shared_revision() {
  const auto revision = with_connection(
      [](PgConnection& connection) { return number(connection, "SELECT number FROM revision"); });
  return revision ? revision.value() : 0;
}

}  // namespace jobtree::store
