#include "store/postgres/writing.h"

#include <string>

#include "store/body_codec.h"
#include "store/outbox/entry_writing.h"
#include "store/postgres/session.h"
#include "store/record_json.h"
#include "store/sql/failure_sql.h"
#include "store/sql/job_row.h"
#include "store/sql/stored_parts.h"

namespace jobtree::store {
namespace {

/// See SqliteStore's.
Outcome<std::int64_t> write_job(PgConnection& connection, const JobRecord& job) {
  const JobParameters parameters(job);
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
      parameters.values());
  if (!rows) return rows.error();
  if (rows.value().size() == 0) {
    return StoreError{StoreError::Kind::conflict, "the job has changed meanwhile"};
  }
  return rows.value()[0].integer(0);
}

Outcome<Done> write_body(PgConnection& connection, std::int64_t job, const Change& change) {
  const StoredBody& body = change.body;
  return connection.change(
      "INSERT INTO version(job, version, at, is_whole, size, sha256, data) "
      "VALUES($1, $2, $3, $4, $5, $6, $7)",
      {job, change.record.version, micros(change.record.last_change), body.is_whole,
       static_cast<std::int64_t>(body.size), body.sha256,
       body.data.empty() ? Parameter() : Parameter(as_bytes(body.data))});
}

Outcome<Done> write_events(PgConnection& connection, std::int64_t job, const Change& change) {
  std::int64_t part_number = 0;
  for (const EventPart& part : change.events) {
    const auto packed = pack_body(part.json, {});
    if (!packed) return StoreError{StoreError::Kind::other, "no memory to pack events"};
    auto done = connection.change(
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
  auto added = connection.change(
      "INSERT INTO duration(service, type, size_class, seconds) "
      "VALUES($1, $2, $3, $4)",
      {job.address.service(), job.type, size_class, sample.seconds});
  if (!added) return added;
  return connection.change(
      "DELETE FROM duration WHERE service = $1 AND type = $2 AND size_class = $3 AND id <= "
      "(SELECT id FROM duration WHERE service = $1 AND type = $2 AND size_class = $3 "
      "ORDER BY id DESC LIMIT 1 OFFSET $4)",
      {job.address.service(), job.type, size_class, kMostDurations});
}

Outcome<Done> write_failures(PgConnection& connection, const Change& change) {
  for (const Selection& sql : failure_writing(change, kPostgresDialect)) {
    if (const auto rows = connection.run(sql.text.c_str(), sql.parameters); !rows) {
      return rows.error();
    }
  }
  return Done();
}

}  // namespace

Outcome<Done> write_change(PgConnection& connection, const Change& change, const Herald* herald) {
  const auto job = write_job(connection, change.record);
  if (!job) return job.error();
  if (change.facts) {
    auto done = connection.change("UPDATE job SET facts = $2 WHERE id = $1",
                                  {job.value(), as_bytes(*change.facts)});
    if (!done) return done;
  }
  if (auto done = write_body(connection, job.value(), change); !done) return done;
  if (auto done = write_events(connection, job.value(), change); !done) return done;
  PgSession session(connection);
  if (auto done = tell_change(session, herald, change); !done) return done;
  if (auto done = write_failures(connection, change); !done) return done;
  if (!change.duration) return Done();
  return write_duration(connection, change.record, *change.duration);
}

}  // namespace jobtree::store
