#include "store/sqlite/sqlite_store.h"

#include <utility>

#include "store/body_codec.h"
#include "store/record_json.h"
#include "store/sql/failure_sql.h"
#include "store/sql/finding_sql.h"
#include "store/sql/job_row.h"
#include "store/sqlite/pruning.h"
#include "store/sqlite/schema.h"

namespace jobtree::store {
namespace {

// More are closed when they are done: each has a cache of its own.
constexpr std::size_t kMostIdleReaders = 4;

Outcome<Done> run(Connection& connection, std::string_view sql,
                  std::initializer_list<Parameter> parameters) {
  auto statement = connection.prepare(sql);
  if (!statement) return statement.error();
  if (auto bound = statement.value().bind(parameters); !bound) return bound;
  return statement.value().run();
}

Outcome<Done> run(Connection& connection, const std::vector<Selection>& statements) {
  for (const Selection& sql : statements) {
    auto statement = connection.prepare(sql.text);
    if (!statement) return statement.error();
    if (auto bound = statement.value().bind(sql.parameters); !bound) return bound;
    if (auto done = statement.value().run(); !done) return done;
  }
  return Done();
}

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

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& folder,
                                                       const Clock& clock,
                                                       std::vector<Bilingual>& notices) {
  auto file = StoreFile::open(folder, kSchemaSteps, clock);
  if (!file) return file.failure();
  notices.insert(notices.end(), file.value().notices().begin(), file.value().notices().end());
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(file.value())));
}

Outcome<Done> SqliteStore::write(const Change& change) {
  Connection& connection = file_.writer();
  auto transaction = Transaction::begin(connection);
  if (!transaction) return transaction.error();
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
  auto counted = run(connection, failure_writing(change, kSqliteDialect));
  if (!counted) return counted;
  return transaction.value().commit();
}

Outcome<Done> SqliteStore::confirm(const std::vector<std::pair<cloud::JobAddress, Time>>& seen) {
  Connection& connection = file_.writer();
  auto transaction = Transaction::begin(connection);
  if (!transaction) return transaction.error();
  for (const auto& [address, at] : seen) {
    auto done = run(
        connection,
        "UPDATE job SET last_seen = ?5 WHERE region = ?1 AND service = ?2 AND project = ?3 "
        "AND job_id = ?4 AND last_seen < ?5",
        {std::string_view(address.region()), std::string_view(address.service()),
         std::string_view(address.project_id()), std::string_view(address.job_id()), micros(at)});
    if (!done) return done;
  }
  return transaction.value().commit();
}

Outcome<bool> SqliteStore::forget(const cloud::JobAddress& address, Time at) {
  const auto done =
      run(file_.writer(),
          "UPDATE job SET forgotten_at = ?5, last_change = "
          "CASE WHEN is_final = 0 THEN max(last_change, ?5) ELSE last_change END WHERE region = ?1 "
          "AND service = ?2 AND project = ?3 AND job_id = ?4 AND forgotten_at IS NULL "
          "AND (version > 0 OR found_at IS NOT NULL)",
          {std::string_view(address.region()), std::string_view(address.service()),
           std::string_view(address.project_id()), std::string_view(address.job_id()), micros(at)});
  if (!done) return done.error();
  return file_.writer().changes() > 0;
}

Outcome<Done> SqliteStore::mark(const cloud::JobAddress& address, const Marks& marks, Time at) {
  JobRecord record;
  record.address = address;
  const std::string links = text_of_links(marks.links);
  const std::string words = words_of(record);
  return run(
      file_.writer(),
      "INSERT INTO job(region, service, project, job_id, type, status, status_text, is_final, "
      "first_seen, last_seen, last_change, begun, version, counts, error_code, error_text, "
      "failed_job, failures, label, links, is_followed, is_example, words) "
      "VALUES(?1, ?2, ?3, ?4, '', ?5, '', 0, ?6, ?6, ?6, ?6, 0, '', '', '', '', '[]', ?7, ?8, ?9, "
      "?10, ?11) "
      "ON CONFLICT(region, service, project, job_id) DO UPDATE SET label = excluded.label, "
      "links = excluded.links, is_followed = excluded.is_followed, "
      "is_example = excluded.is_example",
      {std::string_view(address.region()), std::string_view(address.service()),
       std::string_view(address.project_id()), std::string_view(address.job_id()),
       static_cast<std::int64_t>(Status::unknown), micros(at), std::string_view(marks.label),
       std::string_view(links), std::int64_t{marks.is_followed ? 1 : 0},
       std::int64_t{marks.is_example ? 1 : 0}, std::string_view(words)});
}

Outcome<Done> SqliteStore::put_finding(const JobRecord& record) {
  const FindingWriting writing(record, kSqliteDialect);
  auto statement = file_.writer().prepare(writing.sql().text);
  if (!statement) return statement.error();
  if (auto bound = statement.value().bind(writing.sql().parameters); !bound) return bound;
  const auto row = statement.value().step();
  if (!row) return row.error();
  if (!row.value()) return StoreError{StoreError::Kind::conflict, "the job has changed meanwhile"};
  return statement.value().run();
}

Outcome<Done> SqliteStore::set_read_until(const ReadUntil& read) {
  return run(file_.writer(),
             "INSERT INTO reading(name, until) VALUES(?1, ?2) "
             "ON CONFLICT(name) DO UPDATE SET until = excluded.until",
             {std::string_view(read.name), micros(read.until)});
}

Outcome<Done> SqliteStore::mute(const Muting& muting) {
  return run(file_.writer(), mute_sql(muting, kSqliteDialect));
}

Outcome<bool> SqliteStore::prune(const Retention& retention, Time now) {
  return prune_file(file_.writer(), retention, now);
}

template <class Read>
auto SqliteStore::with_reader(Read read) -> decltype(read(std::declval<Reader&>())) {
  std::unique_ptr<Reader> reader;
  {
    const Lock lock(mutex_);
    if (!idle_.empty()) {
      reader = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!reader) {
    auto connection = file_.reader();
    if (!connection) return connection.error();
    reader = std::make_unique<Reader>(std::move(connection.value()));
  }
  auto outcome = read(*reader);
  // One that failed may have been opened on a file that is another by now.
  if (outcome) {
    const Lock lock(mutex_);
    if (idle_.size() < kMostIdleReaders) idle_.push_back(std::move(reader));
  }
  return outcome;
}

Outcome<BoardPage> SqliteStore::board(const BoardQuery& query) {
  return with_reader([&](Reader& reader) { return reader.board(query); });
}

Outcome<std::optional<JobRecord>> SqliteStore::job(const cloud::JobAddress& address) {
  return with_reader([&](Reader& reader) { return reader.job(address); });
}

Outcome<EventsPage> SqliteStore::events(const cloud::JobAddress& address, std::string_view cursor,
                                        std::size_t limit, bool newest_first) {
  return with_reader(
      [&](Reader& reader) { return reader.events(address, cursor, limit, newest_first); });
}

Outcome<std::vector<VersionRecord>> SqliteStore::versions(const cloud::JobAddress& address) {
  return with_reader([&](Reader& reader) { return reader.versions(address); });
}

Outcome<std::optional<BodyRead>> SqliteStore::body(const cloud::JobAddress& address,
                                                   std::int64_t version) {
  return with_reader([&](Reader& reader) { return reader.body(address, version); });
}

Outcome<std::vector<double>> SqliteStore::durations(std::string_view service, std::string_view type,
                                                    int size_class) {
  return with_reader([&](Reader& reader) { return reader.durations(service, type, size_class); });
}

Outcome<std::vector<JobRecord>> SqliteStore::unfinished(std::size_t limit) {
  return with_reader([&](Reader& reader) { return reader.unfinished(limit); });
}

Outcome<std::optional<Time>> SqliteStore::read_until(std::string_view name) {
  return with_reader([&](Reader& reader) { return reader.read_until(name); });
}

Outcome<FailurePage> SqliteStore::failure_groups(const FailureQuery& query) {
  return with_reader([&](Reader& reader) { return reader.failure_groups(query); });
}

std::uint64_t SqliteStore::bytes() {
  const auto bytes = with_reader([](Reader& reader) { return bytes_of(reader.connection()); });
  return bytes ? bytes.value() : 0;
}

}  // namespace jobtree::store
