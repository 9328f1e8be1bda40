// The tables of the file, as steps from one version to the next. A step that was released is never
// changed; ../README.md says what stands in which column.
//
// Knows: SQL of SQLite 3.40. Must not know: who reads and writes.
#pragma once

#include <span>

#include "store/sqlite/store_file.h"

namespace jobtree::store {

/// Times are microseconds since 1970 in UTC.
inline constexpr SchemaStep kSchemaSteps[] = {{R"sql(
CREATE TABLE job(
  id INTEGER PRIMARY KEY,
  region TEXT NOT NULL, service TEXT NOT NULL, project TEXT NOT NULL, job_id TEXT NOT NULL,
  type TEXT NOT NULL, status INTEGER NOT NULL, status_text TEXT NOT NULL, is_final INTEGER NOT NULL,
  begun_at INTEGER, ended_at INTEGER,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, last_change INTEGER NOT NULL,
  begun INTEGER NOT NULL,
  version INTEGER NOT NULL, counts TEXT NOT NULL,
  error_code TEXT NOT NULL, error_text TEXT NOT NULL, failed_job TEXT NOT NULL,
  failures TEXT NOT NULL,
  forgotten_at INTEGER,
  label TEXT NOT NULL DEFAULT '', links TEXT NOT NULL DEFAULT '[]',
  is_followed INTEGER NOT NULL DEFAULT 0, is_example INTEGER NOT NULL DEFAULT 0,
  words TEXT NOT NULL,
  UNIQUE(region, service, project, job_id)
) STRICT;
CREATE INDEX job_by_change ON job(last_change);
CREATE INDEX job_by_begin ON job(begun);
CREATE INDEX job_by_status ON job(status, last_change);
CREATE INDEX job_by_service ON job(service, last_change);
CREATE INDEX job_by_id ON job(job_id);
CREATE INDEX job_unfinished ON job(last_seen) WHERE is_final = 0 AND forgotten_at IS NULL;
CREATE INDEX job_unfinished_by_change ON job(last_change)
  WHERE is_final = 0 AND forgotten_at IS NULL;

CREATE TABLE version(
  job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
  version INTEGER NOT NULL, at INTEGER NOT NULL,
  is_whole INTEGER NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL, data BLOB,
  PRIMARY KEY(job, version)
) STRICT;
CREATE INDEX version_with_data ON version(at) WHERE data IS NOT NULL;

CREATE TABLE event(
  job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
  version INTEGER NOT NULL, part INTEGER NOT NULL,
  count INTEGER NOT NULL, size INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY(job, version, part)
) STRICT;

CREATE TABLE duration(
  id INTEGER PRIMARY KEY,
  service TEXT NOT NULL, type TEXT NOT NULL, size_class INTEGER NOT NULL, seconds REAL NOT NULL
) STRICT;
CREATE INDEX duration_of ON duration(service, type, size_class, id);
)sql"},
                                              {R"sql(
CREATE TABLE failure_group(
  id INTEGER PRIMARY KEY,
  region TEXT NOT NULL, service TEXT NOT NULL, project TEXT NOT NULL, name TEXT NOT NULL,
  code TEXT NOT NULL, text TEXT NOT NULL, job_id TEXT NOT NULL, part TEXT NOT NULL,
  first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, back_at INTEGER,
  count INTEGER NOT NULL, jobs INTEGER NOT NULL,
  words TEXT NOT NULL,
  UNIQUE(region, service, project, name)
) STRICT;
CREATE INDEX failure_by_last ON failure_group(last_at);
CREATE INDEX failure_by_service ON failure_group(service, last_at);
CREATE INDEX failure_by_name ON failure_group(service, name);

CREATE TABLE failure_day(
  failure INTEGER NOT NULL REFERENCES failure_group ON DELETE CASCADE,
  day INTEGER NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY(failure, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX failure_day_by_day ON failure_day(day);

CREATE TABLE failure_mute(
  service TEXT NOT NULL, name TEXT NOT NULL,
  until INTEGER, remaining INTEGER, note TEXT NOT NULL, author TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY(service, name)
) STRICT, WITHOUT ROWID;

-- What is remembered already is counted as if it had been seen when its job changed last.
CREATE TEMP TABLE failure_before AS
SELECT job.region, job.service, job.project, json_extract(one.value, '$.group') AS name,
  coalesce(json_extract(one.value, '$.error_code'), '') AS code,
  coalesce(json_extract(one.value, '$.error_text'), '') AS text,
  job.job_id, coalesce(json_extract(one.value, '$.sub_job'), '') AS part,
  job.last_change AS at, json_extract(one.value, '$.count') AS count
FROM job,
  json_each(CASE WHEN json_valid(job.failures) THEN job.failures ELSE '[]' END) AS one
WHERE json_extract(one.value, '$.group') IS NOT NULL;
INSERT INTO failure_group(region, service, project, name, code, text, job_id, part, first_at,
  last_at, count, jobs, words)
SELECT region, service, project, name, code, text, job_id, part, at, max(at), sum(count), count(*),
  lower(code || char(10) || text || char(10) || name)
FROM failure_before GROUP BY region, service, project, name;
UPDATE failure_group SET first_at = (SELECT min(at) FROM failure_before AS old
  WHERE old.region = failure_group.region AND old.service = failure_group.service
  AND old.project = failure_group.project AND old.name = failure_group.name);
INSERT INTO failure_day(failure, day, count)
SELECT failure_group.id, at / 86400000000, sum(failure_before.count)
FROM failure_before JOIN failure_group USING(region, service, project, name) GROUP BY 1, 2;
DROP TABLE failure_before;
)sql"},
                                              {R"sql(
ALTER TABLE job ADD COLUMN operation TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN resource_id TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN resource_name TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN found_at INTEGER;
ALTER TABLE job ADD COLUMN is_queryable INTEGER NOT NULL DEFAULT 1;
CREATE INDEX job_by_person ON job(person, last_change) WHERE person <> '';

-- How far the cloud's own records are read.
CREATE TABLE reading(name TEXT NOT NULL PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)sql"},
                                              {R"sql(
ALTER TABLE job ADD COLUMN facts BLOB NOT NULL DEFAULT x'';
)sql"},
                                              {R"sql(
-- What people are to be told. Of no job's row: one that goes unsays nothing. A number is never used
-- again, so that the order of the rows is the order in which they were made.
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel TEXT NOT NULL, subject TEXT NOT NULL, event_id TEXT NOT NULL,
  dedupe TEXT NOT NULL UNIQUE,
  occurred_at INTEGER NOT NULL, made_at INTEGER NOT NULL,
  payload TEXT NOT NULL, is_digest INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK(state IN('pending', 'sending', 'sent', 'merged', 'dead', 'dropped')),
  attempts INTEGER NOT NULL DEFAULT 0, parts INTEGER NOT NULL DEFAULT 0,
  is_repeat INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL DEFAULT 0,
  claims INTEGER NOT NULL DEFAULT 0, holder TEXT NOT NULL DEFAULT '', lease_until INTEGER,
  closed_at INTEGER, merged_into INTEGER, reply TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX outbox_open ON outbox(channel, id) WHERE closed_at IS NULL;
CREATE INDEX outbox_open_by_subject ON outbox(channel, subject, id) WHERE closed_at IS NULL;
CREATE INDEX outbox_closed ON outbox(closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX outbox_dropped ON outbox(channel) WHERE state = 'dropped';

CREATE TABLE outbox_channel(
  channel TEXT NOT NULL PRIMARY KEY, settings TEXT NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0, shut_until INTEGER, is_gone INTEGER NOT NULL DEFAULT 0,
  full_at INTEGER,
  last_sent_at INTEGER, last_trouble_at INTEGER, last_trouble TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
)sql"},
                                              {R"sql(
-- What people share with who has no token: addresses that can be passed on, and what each shows.
CREATE TABLE share(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token_hash TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK(kind IN('job', 'board')),
  region TEXT NOT NULL, service TEXT NOT NULL, project TEXT NOT NULL, job_id TEXT NOT NULL,
  board TEXT NOT NULL,
  label TEXT NOT NULL, is_public INTEGER NOT NULL, created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER, last_used_at INTEGER
) STRICT;

-- Grows with every share that is made or revoked.
CREATE TABLE share_change(number INTEGER NOT NULL) STRICT;
INSERT INTO share_change VALUES(1);
)sql"}};

}  // namespace jobtree::store
