// The tables of the database, as steps from one version to the next. A step that was released is
// never changed. The second and the end of the fifth have what replicas share, all others the
// tables of ../sqlite/schema.h; ../README.md explains all of them. Times in the outbox and
// of share links are the database's, those of jobs are the servers'.
//
// Knows: SQL of PostgreSQL 13. Must not know: who reads and writes.
#pragma once

namespace jobtree::store {

inline constexpr const char* kPgSchemaSteps[] = {
    R"sql(
CREATE TABLE job(
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  region text COLLATE "C" NOT NULL, service text COLLATE "C" NOT NULL,
  project text COLLATE "C" NOT NULL, job_id text COLLATE "C" NOT NULL,
  type text NOT NULL, status bigint NOT NULL, status_text text NOT NULL, is_final bigint NOT NULL,
  begun_at bigint, ended_at bigint,
  first_seen bigint NOT NULL, last_seen bigint NOT NULL, last_change bigint NOT NULL,
  begun bigint NOT NULL,
  version bigint NOT NULL, counts text NOT NULL,
  error_code text NOT NULL, error_text text NOT NULL, failed_job text NOT NULL,
  failures text NOT NULL,
  forgotten_at bigint,
  label text NOT NULL DEFAULT '', links text NOT NULL DEFAULT '[]',
  is_followed bigint NOT NULL DEFAULT 0, is_example bigint NOT NULL DEFAULT 0,
  words text NOT NULL,
  UNIQUE(region, service, project, job_id)
);
CREATE INDEX job_by_change ON job(last_change, id);
CREATE INDEX job_by_begin ON job(begun, id);
CREATE INDEX job_by_status ON job(status, last_change, id);
CREATE INDEX job_by_service ON job(service, last_change, id);
CREATE INDEX job_by_id ON job(job_id);
CREATE INDEX job_unfinished ON job(last_seen) WHERE is_final = 0 AND forgotten_at IS NULL;
CREATE INDEX job_unfinished_by_change ON job(last_change, id)
  WHERE is_final = 0 AND forgotten_at IS NULL;

CREATE TABLE version(
  job bigint NOT NULL REFERENCES job ON DELETE CASCADE,
  version bigint NOT NULL, at bigint NOT NULL,
  is_whole bigint NOT NULL, size bigint NOT NULL, sha256 text NOT NULL, data bytea,
  PRIMARY KEY(job, version)
);
-- It is compressed already.
ALTER TABLE version ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE INDEX version_with_data ON version(at) WHERE data IS NOT NULL;

CREATE TABLE event(
  job bigint NOT NULL REFERENCES job ON DELETE CASCADE,
  version bigint NOT NULL, part bigint NOT NULL,
  count bigint NOT NULL, size bigint NOT NULL, data bytea NOT NULL,
  PRIMARY KEY(job, version, part)
);
ALTER TABLE event ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE duration(
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  service text NOT NULL, type text NOT NULL, size_class bigint NOT NULL,
  seconds double precision NOT NULL
);
CREATE INDEX duration_of ON duration(service, type, size_class, id);

-- Grows with every change, so that other replicas notice.
CREATE TABLE revision(number bigint NOT NULL);
INSERT INTO revision VALUES(1);
)sql",
    R"sql(
-- What replicas share beside the memory. All times are the database's.
CREATE TABLE replica(id text PRIMARY KEY, seen_at timestamptz NOT NULL);

CREATE TABLE key_guard(
  key text PRIMARY KEY,
  proven text NOT NULL DEFAULT '', refusals bigint NOT NULL DEFAULT 0,
  shut_until timestamptz NOT NULL DEFAULT '-infinity',
  used_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE key_pass(
  pass bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key text NOT NULL REFERENCES key_guard ON DELETE CASCADE,
  until timestamptz NOT NULL
);

CREATE TABLE rate(
  name text PRIMARY KEY,
  -- When all that was taken is earned again (GCRA).
  full_at timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE TABLE throttle(
  service text PRIMARY KEY,
  per_second double precision NOT NULL, burst double precision NOT NULL,
  times_in_a_row bigint NOT NULL, limit_is_told bigint NOT NULL,
  paused_until timestamptz NOT NULL, last timestamptz NOT NULL
);

CREATE TABLE owner_id(name text PRIMARY KEY, id text NOT NULL);

CREATE TABLE lease(
  name text PRIMARY KEY,
  holder text NOT NULL,
  until timestamptz NOT NULL
);
)sql",
    R"sql(
CREATE TABLE failure_group(
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  region text COLLATE "C" NOT NULL, service text COLLATE "C" NOT NULL,
  project text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL,
  code text NOT NULL, text text NOT NULL, job_id text NOT NULL, part text NOT NULL,
  first_at bigint NOT NULL, last_at bigint NOT NULL, back_at bigint,
  count bigint NOT NULL, jobs bigint NOT NULL,
  words text NOT NULL,
  UNIQUE(region, service, project, name)
);
CREATE INDEX failure_by_last ON failure_group(last_at, id);
CREATE INDEX failure_by_service ON failure_group(service, last_at, id);
CREATE INDEX failure_by_name ON failure_group(service, name);

CREATE TABLE failure_day(
  failure bigint NOT NULL REFERENCES failure_group ON DELETE CASCADE,
  day bigint NOT NULL, count bigint NOT NULL,
  PRIMARY KEY(failure, day)
);
CREATE INDEX failure_day_by_day ON failure_day(day);

CREATE TABLE failure_mute(
  service text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL,
  until bigint, remaining bigint, note text NOT NULL, author text NOT NULL, at bigint NOT NULL,
  PRIMARY KEY(service, name)
);

-- What is remembered already is counted as if it had been seen when its job changed last.
CREATE VIEW failure_before AS
SELECT job.region, job.service, job.project, one.value->>'group' AS name,
  coalesce(one.value->>'error_code', '') AS code, coalesce(one.value->>'error_text', '') AS text,
  job.job_id, coalesce(one.value->>'sub_job', '') AS part,
  job.last_change AS at, (one.value->>'count')::bigint AS count
FROM job CROSS JOIN LATERAL json_array_elements(job.failures::json) AS one
WHERE one.value->>'group' IS NOT NULL;
INSERT INTO failure_group(region, service, project, name, code, text, job_id, part, first_at,
  last_at, count, jobs, words)
SELECT region, service, project, name, code, text, job_id, part, first_at, at, all_of_it, jobs,
  lower(code || chr(10) || text || chr(10) || name)
FROM (SELECT *, row_number() OVER (PARTITION BY region, service, project, name ORDER BY at DESC)
    AS place,
    min(at) OVER (PARTITION BY region, service, project, name) AS first_at,
    (sum(count) OVER (PARTITION BY region, service, project, name))::bigint AS all_of_it,
    count(*) OVER (PARTITION BY region, service, project, name) AS jobs
  FROM failure_before) AS numbered
WHERE place = 1;
INSERT INTO failure_day(failure, day, count)
SELECT failure_group.id, at / 86400000000, sum(failure_before.count)::bigint
FROM failure_before JOIN failure_group USING(region, service, project, name) GROUP BY 1, 2;
DROP VIEW failure_before;
)sql",
    R"sql(
ALTER TABLE job ADD COLUMN operation text NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN person text NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN resource_id text NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN resource_name text NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN found_at bigint;
ALTER TABLE job ADD COLUMN is_queryable bigint NOT NULL DEFAULT 1;
CREATE INDEX job_by_person ON job(person, last_change, id) WHERE person <> '';

-- How far the cloud's own records are read.
CREATE TABLE reading(name text PRIMARY KEY, until bigint NOT NULL);
)sql",
    R"sql(
ALTER TABLE job ADD COLUMN facts bytea NOT NULL DEFAULT '';

-- Whose turn it is to query the cloud for a job. What a crash takes is no loss.
CREATE UNLOGGED TABLE poll_turn(
  job text COLLATE "C" PRIMARY KEY,
  free_at timestamptz NOT NULL
);
)sql",
    R"sql(
CREATE TABLE outbox(
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel text COLLATE "C" NOT NULL, subject text COLLATE "C" NOT NULL, event_id text NOT NULL,
  dedupe text COLLATE "C" NOT NULL UNIQUE,
  occurred_at bigint NOT NULL, made_at bigint NOT NULL,
  payload text NOT NULL, is_digest bigint NOT NULL DEFAULT 0,
  state text NOT NULL CHECK(state IN('pending', 'sending', 'sent', 'merged', 'dead', 'dropped')),
  attempts bigint NOT NULL DEFAULT 0, parts bigint NOT NULL DEFAULT 0,
  is_repeat bigint NOT NULL DEFAULT 0,
  due_at bigint NOT NULL DEFAULT 0,
  claims bigint NOT NULL DEFAULT 0, holder text NOT NULL DEFAULT '', lease_until bigint,
  closed_at bigint, merged_into bigint, reply text NOT NULL DEFAULT ''
);
CREATE INDEX outbox_open ON outbox(channel, id) WHERE closed_at IS NULL;
CREATE INDEX outbox_open_by_subject ON outbox(channel, subject, id) WHERE closed_at IS NULL;
CREATE INDEX outbox_closed ON outbox(closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX outbox_dropped ON outbox(channel) WHERE state = 'dropped';

CREATE TABLE outbox_channel(
  channel text COLLATE "C" PRIMARY KEY, settings text NOT NULL,
  failures bigint NOT NULL DEFAULT 0, shut_until bigint, is_gone bigint NOT NULL DEFAULT 0,
  full_at bigint,
  last_sent_at bigint, last_trouble_at bigint, last_trouble text NOT NULL DEFAULT ''
);
)sql",
    R"sql(
CREATE TABLE share(
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  token_hash text COLLATE "C" NOT NULL UNIQUE,
  kind text NOT NULL CHECK(kind IN('job', 'board')),
  region text COLLATE "C" NOT NULL, service text COLLATE "C" NOT NULL,
  project text COLLATE "C" NOT NULL, job_id text COLLATE "C" NOT NULL,
  board text NOT NULL,
  label text NOT NULL, is_public bigint NOT NULL, created_by text NOT NULL,
  created_at bigint NOT NULL, expires_at bigint NOT NULL, revoked_at bigint, last_used_at bigint
);

CREATE TABLE share_change(number bigint NOT NULL);
INSERT INTO share_change VALUES(1);
)sql"};

}  // namespace jobtree::store
