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
)sql"}};

}  // namespace jobtree::store
