#include "store/sqlite/sqlite_store.h"

#include <utility>

#include "store/outbox/claiming.h"
#include "store/outbox/entry_writing.h"
#include "store/record_json.h"
#include "store/shares/share_rows.h"
#include "store/sql/failure_sql.h"
#include "store/sql/finding_sql.h"
#include "store/sql/job_row.h"
#include "store/sqlite/pruning.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/writing.h"

namespace jobtree::store {
namespace {

// More are closed when they are done: each has a cache of its own.
constexpr std::size_t kMostIdleReaders = 4;

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& folder,
                                                       const Clock& clock,
                                                       std::vector<Bilingual>& notices,
                                                       std::shared_ptr<const Herald> herald) {
  auto file = StoreFile::open(folder, kSchemaSteps, clock);
  if (!file) return file.failure();
  notices.insert(notices.end(), file.value().notices().begin(), file.value().notices().end());
  auto store = std::unique_ptr<SqliteStore>(
      new SqliteStore(std::move(file.value()), clock, std::move(herald)));
  // What cannot be written now is tried again with the first change, and the leases end by
  // themselves.
  (void)store->in_session(end_leases);
  return store;
}

template <class Use>
Outcome<Done> SqliteStore::in_transaction(Use use) {
  const Lock lock(writing_);
  Connection& connection = file_.writer();
  auto transaction = Transaction::begin(connection);
  if (!transaction) return transaction.error();
  SqliteSession session(connection, clock_);
  if (auto done = use(connection, session); !done) return done;
  return transaction.value().commit();
}

Outcome<Done> SqliteStore::in_session(const std::function<Outcome<Done>(SqlSession&)>& use) {
  return in_transaction(
      [&use](Connection& /*connection*/, SqlSession& session) { return use(session); });
}

Outcome<Done> SqliteStore::write(const Change& change) {
  return in_transaction([&](Connection& connection, SqlSession& session) {
    return write_change(connection, session, change, herald_.get());
  });
}

Outcome<Done> SqliteStore::confirm(const std::vector<std::pair<cloud::JobAddress, Time>>& seen) {
  return in_transaction([&](Connection& connection, SqlSession& /*session*/) -> Outcome<Done> {
    for (const auto& [address, at] : seen) {
      auto done =
          run(connection,
              "UPDATE job SET last_seen = ?5 WHERE region = ?1 AND service = ?2 AND project = ?3 "
              "AND job_id = ?4 AND last_seen < ?5",
              {address.region(), address.service(), address.project_id(), address.job_id(),
               micros(at)});
      if (!done) return done;
    }
    return Done();
  });
}

Outcome<bool> SqliteStore::forget(const cloud::JobAddress& address, Time at) {
  bool is_news = false;
  const auto done = in_session([&](SqlSession& session) -> Outcome<Done> {
    const auto forgotten = forget_job(session, herald_.get(), address, at);
    if (!forgotten) return forgotten.error();
    is_news = forgotten.value();
    return Done();
  });
  if (!done) return done.error();
  return is_news;
}

Outcome<Done> SqliteStore::mark(const cloud::JobAddress& address, const Marks& marks, Time at) {
  JobRecord record;
  record.address = address;
  const std::string links = text_of_links(marks.links);
  const std::string words = words_of(record);
  const Lock lock(writing_);
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

Outcome<Done> SqliteStore::put_finding(const JobRecord& record, const Happenings& happenings) {
  return in_session([&](SqlSession& session) -> Outcome<Done> {
    const FindingWriting writing(record, kSqliteDialect);
    bool is_stored = false;
    auto done = session.read(writing.sql().text, std::span(writing.sql().parameters),
                             [&is_stored](const SqlRow& /*row*/) { is_stored = true; });
    if (!done) return done;
    if (!is_stored) return StoreError{StoreError::Kind::conflict, "the job has changed meanwhile"};
    return tell_finding(session, herald_.get(), record, happenings);
  });
}

Outcome<Done> SqliteStore::set_read_until(const ReadUntil& read) {
  const Lock lock(writing_);
  return run(file_.writer(),
             "INSERT INTO reading(name, until) VALUES(?1, ?2) "
             "ON CONFLICT(name) DO UPDATE SET until = excluded.until",
             {std::string_view(read.name), micros(read.until)});
}

Outcome<Done> SqliteStore::mute(const Muting& muting) {
  const Lock lock(writing_);
  return run(file_.writer(), mute_sql(muting, kSqliteDialect));
}

Outcome<bool> SqliteStore::prune(const Retention& retention, Time now) {
  const Lock lock(writing_);
  Connection& connection = file_.writer();
  auto more = prune_file(connection, retention, now);
  if (!more) return more;
  SqliteSession session(connection, clock_);
  auto messages = prune_outbox(session, now);
  if (!messages) return messages;
  auto shares = prune_shares(session, now);
  if (!shares) return shares;
  return more.value() || messages.value() || shares.value();
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
