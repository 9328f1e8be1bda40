#include "store/sqlite/pruning.h"

#include "store/sql/failure_sql.h"
#include "store/sql/job_row.h"

namespace jobtree::store {
namespace {

namespace sqlite {

// So few that whoever waits to write waits for a moment.
constexpr std::int64_t kMostRows = 500;
constexpr std::int64_t kMostJobs = 100;

/// Bodies before the last: the patches that build on an earlier one go with it, so all before a
/// whole one that is itself old.
constexpr std::string_view kOldVersions = R"sql(
UPDATE version SET data = NULL WHERE rowid IN (
  SELECT old.rowid FROM version AS old WHERE old.data IS NOT NULL AND old.at < ?2 AND EXISTS (
    SELECT 1 FROM version AS later WHERE later.job = old.job AND later.version > old.version
    AND later.is_whole = 1 AND later.data IS NOT NULL AND later.at < ?2)
  ORDER BY old.at LIMIT ?1))sql";

constexpr std::string_view kOldBodies = R"sql(
UPDATE version SET data = NULL WHERE rowid IN (
  SELECT version.rowid FROM version JOIN job ON job.id = version.job
  WHERE version.data IS NOT NULL AND version.at < ?2 AND job.last_change < ?2
  AND (job.is_final = 1 OR job.forgotten_at IS NOT NULL) AND job.is_followed = 0
  ORDER BY version.at LIMIT ?1))sql";

constexpr std::string_view kOldJobs = R"sql(
DELETE FROM job WHERE id IN (
  SELECT id FROM job WHERE last_change < ?2 AND (is_final = 1 OR forgotten_at IS NOT NULL)
  AND is_followed = 0 ORDER BY last_change LIMIT ?1))sql";

/// When there is too much, whatever has ended, the oldest first.
constexpr std::string_view kFirstBodies = R"sql(
UPDATE version SET data = NULL WHERE rowid IN (
  SELECT version.rowid FROM version JOIN job ON job.id = version.job
  WHERE version.data IS NOT NULL AND version.at < ?2
  AND (job.is_final = 1 OR job.forgotten_at IS NOT NULL) ORDER BY version.at LIMIT ?1))sql";

constexpr std::string_view kFirstJobs = R"sql(
DELETE FROM job WHERE id IN (
  SELECT id FROM job WHERE last_change < ?2 AND (is_final = 1 OR forgotten_at IS NOT NULL)
  ORDER BY last_change LIMIT ?1))sql";

}  // namespace sqlite

/// Runs a statement whose last parameter is how many rows; whether it found as many.
Outcome<bool> delete_some(Connection& connection, std::string_view sql, Parameter parameter,
                          std::int64_t most) {
  auto statement = connection.prepare(sql);
  if (!statement) return statement.error();
  if (auto bound = statement.value().bind({most, parameter}); !bound) return bound.error();
  if (auto done = statement.value().run(); !done) return done.error();
  return connection.changes() >= most;
}

Outcome<bool> prune_by_age(Connection& connection, const Retention& retention, Time now) {
  bool is_more = false;
  struct Rule {
    std::string_view sql;
    std::chrono::seconds age;
    std::int64_t most;
  };
  for (const Rule& rule : {Rule{sqlite::kOldVersions, retention.versions, sqlite::kMostRows},
                           Rule{sqlite::kOldBodies, retention.bodies, sqlite::kMostRows},
                           Rule{sqlite::kOldJobs, retention.jobs, sqlite::kMostJobs}}) {
    if (rule.age.count() == 0) continue;
    auto more = delete_some(connection, rule.sql, micros(now - rule.age), rule.most);
    if (!more) return more;
    is_more = is_more || more.value();
  }
  return is_more;
}

Outcome<bool> prune_failures(Connection& connection, const Retention& retention, Time now) {
  bool is_more = false;
  for (const Selection& sql : failure_pruning(retention, now, kSqliteDialect)) {
    auto statement = connection.prepare(sql.text);
    if (!statement) return statement.error();
    if (auto bound = statement.value().bind(sql.parameters); !bound) return bound.error();
    if (auto done = statement.value().run(); !done) return done.error();
    is_more = is_more || connection.changes() >= kMostFailuresPruned;
  }
  return is_more;
}

Outcome<bool> prune_by_size(Connection& connection, const Retention& retention, Time now) {
  if (retention.size == 0) return false;
  const auto bytes = bytes_of(connection);
  if (!bytes) return bytes.error();
  if (bytes.value() <= retention.size) return false;
  auto bodies = delete_some(connection, sqlite::kFirstBodies, micros(now), sqlite::kMostRows);
  if (!bodies) return bodies;
  if (connection.changes() > 0) return true;
  auto jobs = delete_some(connection, sqlite::kFirstJobs, micros(now), sqlite::kMostJobs);
  if (!jobs) return jobs;
  return connection.changes() > 0;
}

}  // namespace

Outcome<std::uint64_t> bytes_of(Connection& connection) {
  const auto pages = connection.number("PRAGMA page_count");
  if (!pages) return pages.error();
  const auto free = connection.number("PRAGMA freelist_count");
  if (!free) return free.error();
  const auto size = connection.number("PRAGMA page_size");
  if (!size) return size.error();
  return static_cast<std::uint64_t>((pages.value() - free.value()) * size.value());
}

Outcome<bool> prune_file(Connection& connection, const Retention& retention, Time now) {
  auto by_age = prune_by_age(connection, retention, now);
  if (!by_age) return by_age;
  auto failures = prune_failures(connection, retention, now);
  if (!failures) return failures;
  auto by_size = prune_by_size(connection, retention, now);
  if (!by_size) return by_size;
  if (auto done = connection.execute("PRAGMA incremental_vacuum(200)"); !done) {
    return done.error();
  }
  const auto free = connection.number("PRAGMA freelist_count");
  if (!free) return free.error();
  return by_age.value() || failures.value() || by_size.value() || free.value() > 200;
}

}  // namespace jobtree::store
