#include "store/sqlite/writing.h"

#include <cstdint>
#include <string_view>
#include <vector>

#include "store/body_codec.h"
#include "store/outbox/entry_writing.h"
#include "store/sql/failure_sql.h"
#include "store/sql/job_row.h"

namespace jobtree::store {
namespace {

/// Writes all that the last body says of a job. Its row's number; a conflict when it has another
/// version by now than it had before this one.
Outcome<std::int64_t> write_job(Connection& connection, const JobRecord& job) {
  auto statement = connection.prepare(R"sql(
INSERT INTO job(region, service, project, job_id, type, status, status_text, is_final, begun_at,
  ended_at, first_seen, last_seen, last_change, begun, version, counts, error_code, error_text,
  failed_job, failures, forgotten_at, label, links, is_followed, is_example, words)
VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
  ?21, ?22, ?23, ?24, ?25, ?26)
ON CONFLICT(region, service, project, job_id) DO UPDATE SET
  type = excluded.type, status = excluded.status, status_text = excluded.status_text,
  is_final = excluded.is_final, begun_at = excluded.begun_at, ended_at = excluded.ended_at,
  last_seen = max(last_seen, excluded.last_seen), last_change = excluded.last_change,
  begun = excluded.begun, version = excluded.version, counts = excluded.counts,
  error_code = excluded.error_code, error_text = excluded.error_text,
  failed_job = excluded.failed_job, failures = excluded.failures, forgotten_at = NULL,
  words = excluded.words
WHERE job.version = excluded.version - 1
RETURNING id)sql");
  if (!statement) return statement.error();
  const JobParameters parameters(job);
  auto bound = statement.value().bind(parameters.values());
  if (!bound) return bound.error();
  const auto row = statement.value().step();
  if (!row) return row.error();
  if (!row.value()) return StoreError{StoreError::Kind::conflict, "the job has changed meanwhile"};
  return statement.value().integer(0);
}

Outcome<Done> write_body(Connection& connection, std::int64_t job, const Change& change) {
  const StoredBody& body = change.body;
  return run(connection,
             "INSERT INTO version(job, version, at, is_whole, size, sha256, data) "
             "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
             {job, change.record.version, micros(change.record.last_change),
              std::int64_t{body.is_whole ? 1 : 0}, static_cast<std::int64_t>(body.size),
              std::string_view(body.sha256),
              body.data.empty() ? Parameter() : Parameter(as_bytes(body.data))});
}

Outcome<Done> write_events(Connection& connection, std::int64_t job, const Change& change) {
  auto statement = connection.prepare(
      "INSERT INTO event(job, version, part, count, size, data) VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
  if (!statement) return statement.error();
  std::int64_t number = 0;
  for (const EventPart& part : change.events) {
    const auto packed = pack_body(part.json, {});
    if (!packed) return StoreError{StoreError::Kind::other, "no memory to pack events"};
    auto bound =
        statement.value().bind({job, change.record.version, ++number, std::int64_t{part.count},
                                static_cast<std::int64_t>(part.json.size()), as_bytes(*packed)});
    if (!bound) return bound;
    if (auto done = statement.value().run(); !done) return done;
  }
  return Done();
}

Outcome<Done> write_duration(Connection& connection, const JobRecord& job,
                             const DurationSample& sample) {
  const std::int64_t size_class = sample.size_class;
  const std::string_view service = job.address.service();
  const std::string_view type = job.type;
  auto added = run(connection,
                   "INSERT INTO duration(service, type, size_class, seconds) "
                   "VALUES(?1, ?2, ?3, ?4)",
                   {service, type, size_class, sample.seconds});
  if (!added) return added;
  return run(connection,
             "DELETE FROM duration WHERE service = ?1 AND type = ?2 AND size_class = ?3 AND id <= "
             "(SELECT id FROM duration WHERE service = ?1 AND type = ?2 AND size_class = ?3 "
             "ORDER BY id DESC LIMIT 1 OFFSET ?4)",
             {service, type, size_class, kMostDurations});
}

}  // namespace

Outcome<Done> run(Connection& connection, std::string_view sql,
                  std::span<const Parameter> parameters) {
  auto statement = connection.prepare(sql);
  if (!statement) return statement.error();
  if (auto bound = statement.value().bind(parameters); !bound) return bound;
  return statement.value().run();
}

Outcome<Done> run(Connection& connection, const std::vector<Selection>& statements) {
  for (const Selection& sql : statements) {
    if (auto done = run(connection, sql.text, sql.parameters); !done) return done;
  }
  return Done();
}

Outcome<Done> write_change(Connection& connection, SqlSession& session, const Change& change,
                           const Herald* herald) {
  const auto job = write_job(connection, change.record);
  if (!job) return job.error();
  if (change.facts) {
    auto done = run(connection, "UPDATE job SET facts = ?2 WHERE id = ?1",
                    {job.value(), as_bytes(*change.facts)});
    if (!done) return done;
  }
  if (auto done = write_body(connection, job.value(), change); !done) return done;
  if (auto done = write_events(connection, job.value(), change); !done) return done;
  if (change.duration) {
    auto done = write_duration(connection, change.record, *change.duration);
    if (!done) return done;
  }
  if (auto done = tell_change(session, herald, change); !done) return done;
  return run(connection, failure_writing(change, kSqliteDialect));
}

}  // namespace jobtree::store
