#include "store/postgres/pruning.h"

#include "store/outbox/entry_writing.h"
#include "store/postgres/session.h"
#include "store/shares/share_rows.h"
#include "store/sql/failure_sql.h"
#include "store/sql/job_row.h"

namespace jobtree::store {
namespace {

namespace postgres {

constexpr std::int64_t kMostRows = 500;  // that go in one step
constexpr std::int64_t kMostJobs = 100;

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

}  // namespace postgres

// What the rows hold: a table does not get smaller at once when rows go.
constexpr const char* kHeld =
    "SELECT (coalesce((SELECT sum(length(data)) FROM version), 0) + "
    "coalesce((SELECT sum(length(data)) FROM event), 0) + "
    "(SELECT count(*) FROM job) * 1024)::bigint";

}  // namespace

Outcome<std::uint64_t> bytes_of(PgConnection& connection) {
  const auto held = connection.number(kHeld);
  if (!held) return held.error();
  return static_cast<std::uint64_t>(held.value());
}

namespace {

Outcome<bool> prune_by_age(PgConnection& connection, const Retention& retention, Time now) {
  struct Rule {
    const char* sql;
    std::chrono::seconds age;
    std::int64_t most;
  };
  bool is_more = false;
  for (const Rule& rule : {Rule{postgres::kOldVersions, retention.versions, postgres::kMostRows},
                           Rule{postgres::kOldBodies, retention.bodies, postgres::kMostRows},
                           Rule{postgres::kOldJobs, retention.jobs, postgres::kMostJobs}}) {
    if (rule.age.count() == 0) continue;
    const auto rows = connection.run(rule.sql, {rule.most, micros(now - rule.age)});
    if (!rows) return rows.error();
    is_more = is_more || rows.value().changes() >= rule.most;
  }
  return is_more;
}

Outcome<bool> prune_failures(PgConnection& connection, const Retention& retention, Time now) {
  bool is_more = false;
  for (const Selection& sql : failure_pruning(retention, now, kPostgresDialect)) {
    const auto rows = connection.run(sql.text.c_str(), sql.parameters);
    if (!rows) return rows.error();
    is_more = is_more || rows.value().changes() >= kMostFailuresPruned;
  }
  return is_more;
}

Outcome<bool> prune_by_size(PgConnection& connection, const Retention& retention, Time now) {
  if (retention.size == 0) return false;
  const auto held = bytes_of(connection);
  if (!held) return held.error();
  if (held.value() <= retention.size) return false;
  auto bodies = connection.run(postgres::kFirstBodies, {postgres::kMostRows, micros(now)});
  if (!bodies) return bodies.error();
  if (bodies.value().changes() > 0) return true;
  auto jobs = connection.run(postgres::kFirstJobs, {postgres::kMostJobs, micros(now)});
  if (!jobs) return jobs.error();
  return jobs.value().changes() > 0;
}

}  // namespace

Outcome<bool> prune_tables(PgConnection& connection, const Retention& retention, Time now) {
  // One replica at a time; the lock ends with the transaction.
  const auto lock =
      connection.number("SELECT pg_try_advisory_xact_lock(5870131640842115)::int::bigint");
  if (!lock) return lock.error();
  if (lock.value() == 0) return false;
  auto by_age = prune_by_age(connection, retention, now);
  if (!by_age) return by_age;
  auto failures = prune_failures(connection, retention, now);
  if (!failures) return failures;
  PgSession session(connection);
  auto messages = prune_outbox(session, now);
  if (!messages) return messages;
  auto shares = prune_shares(session, now);
  if (!shares) return shares;
  auto by_size = prune_by_size(connection, retention, now);
  if (!by_size) return by_size;
  return by_age.value() || failures.value() || messages.value() || shares.value() ||
         by_size.value();
}

}  // namespace jobtree::store
