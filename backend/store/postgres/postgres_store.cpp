#include "store/postgres/postgres_store.h"

#include <algorithm>
#include <utility>

#include "store/body_codec.h"
#include "store/outbox/entry_writing.h"
#include "store/postgres/migration.h"
#include "store/postgres/pruning.h"
#include "store/postgres/session.h"
#include "store/postgres/writing.h"
#include "store/record_json.h"
#include "store/sql/board_sql.h"
#include "store/sql/failure_sql.h"
#include "store/sql/finding_sql.h"
#include "store/sql/job_row.h"
#include "store/sql/stored_parts.h"

namespace jobtree::store {
namespace {

constexpr std::size_t kMostIdleConnections = 4;

/// Other replicas are to notice.
Outcome<Done> grow_revision(PgConnection& connection) {
  return connection.change("UPDATE revision SET number = number + 1", {});
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
      {address.region(), address.service(), address.project_id(), address.job_id()});
  if (!rows) return rows.error();
  if (rows.value().size() == 0) return std::optional<std::int64_t>();
  return std::optional(rows.value()[0].integer(0));
}

}  // namespace

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(const std::string& url,
                                                           std::shared_ptr<const Herald> herald) {
  auto connection = PgConnection::open(url);
  if (!connection) return unusable(connection.error());
  if (auto done = migrate(connection.value()); !done) return done.failure();
  std::unique_ptr<PostgresStore> store(new PostgresStore(url, std::move(herald)));
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
    if (idle_.size() < kMostIdleConnections) idle_.push_back(std::move(*connection));
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
  return in_transaction([&](PgConnection& connection) -> Outcome<Done> {
    if (auto done = write_change(connection, change, herald_.get()); !done) return done;
    return grow_revision(connection);
  });
}

Outcome<Done> PostgresStore::confirm(const std::vector<std::pair<cloud::JobAddress, Time>>& seen) {
  return in_transaction([&seen](PgConnection& connection) -> Outcome<Done> {
    for (const auto& [address, at] : seen) {
      auto done = connection.change(
          "UPDATE job SET last_seen = $5 WHERE region = $1 AND service = $2 AND project = $3 "
          "AND job_id = $4 AND last_seen < $5",
          {address.region(), address.service(), address.project_id(), address.job_id(),
           micros(at)});
      if (!done) return done;
    }
    return Done();
  });
}

Outcome<bool> PostgresStore::forget(const cloud::JobAddress& address, Time at) {
  return in_transaction([&](PgConnection& connection) -> Outcome<bool> {
    PgSession session(connection);
    auto is_news = forget_job(session, herald_.get(), address, at);
    if (!is_news || !is_news.value()) return is_news;
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
    auto done = connection.change(
        "INSERT INTO job(region, service, project, job_id, type, status, status_text, is_final, "
        "first_seen, last_seen, last_change, begun, version, counts, error_code, error_text, "
        "failed_job, failures, label, links, is_followed, is_example, words) "
        "VALUES($1, $2, $3, $4, '', $5, '', 0, $6, $6, $6, $6, 0, '', '', '', '', '[]', $7, $8, "
        "$9, $10, $11) "
        "ON CONFLICT(region, service, project, job_id) DO UPDATE SET label = excluded.label, "
        "links = excluded.links, is_followed = excluded.is_followed, "
        "is_example = excluded.is_example",
        {address.region(), address.service(), address.project_id(), address.job_id(),
         static_cast<std::int64_t>(Status::unknown), micros(at), marks.label, links,
         marks.is_followed, marks.is_example, words});
    if (!done) return done;
    return grow_revision(connection);
  });
}

Outcome<Done> PostgresStore::put_finding(const JobRecord& record, const Happenings& happenings) {
  return in_transaction([&](PgConnection& connection) -> Outcome<Done> {
    const FindingWriting writing(record, kPostgresDialect);
    const auto rows = connection.run(writing.sql().text.c_str(), writing.sql().parameters);
    if (!rows) return rows.error();
    if (rows.value().size() == 0) {
      return StoreError{StoreError::Kind::conflict, "the job has changed meanwhile"};
    }
    PgSession session(connection);
    auto told = tell_finding(session, herald_.get(), record, happenings);
    if (!told) return told;
    return grow_revision(connection);
  });
}

Outcome<Done> PostgresStore::set_read_until(const ReadUntil& read) {
  return in_transaction([&](PgConnection& connection) {
    return connection.change(
        "INSERT INTO reading(name, until) VALUES($1, $2) "
        "ON CONFLICT(name) DO UPDATE SET until = excluded.until",
        {read.name, micros(read.until)});
  });
}

Outcome<Done> PostgresStore::mute(const Muting& muting) {
  return in_transaction([&muting](PgConnection& connection) -> Outcome<Done> {
    for (const Selection& sql : mute_sql(muting, kPostgresDialect)) {
      if (const auto rows = connection.run(sql.text.c_str(), sql.parameters); !rows) {
        return rows.error();
      }
    }
    return grow_revision(connection);
  });
}

Outcome<bool> PostgresStore::prune(const Retention& retention, Time now) {
  return in_transaction(
      [&](PgConnection& connection) { return prune_tables(connection, retention, now); });
}

Outcome<Done> PostgresStore::in_session(const std::function<Outcome<Done>(SqlSession&)>& use) {
  return in_transaction([&use](PgConnection& connection) {
    PgSession session(connection);
    return use(session);
  });
}

Outcome<BoardPage> PostgresStore::groups(const BoardQuery& query) {
  const Selection sql = groups_sql(query, kPostgresDialect);
  return with_connection([&](PgConnection& connection) -> Outcome<BoardPage> {
    const auto rows = connection.run(sql.text.c_str(), sql.parameters);
    if (!rows) return rows.error();
    BoardPage page;
    for (int i = 0; i < rows.value().size(); ++i)
      page.groups.push_back(group_of(rows.value()[i]));
    return page;
  });
}

Outcome<BoardPage> PostgresStore::board(const BoardQuery& query) {
  if (query.group) return groups(query);
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

Outcome<std::optional<Time>> PostgresStore::read_until(std::string_view name) {
  return with_connection([&](PgConnection& connection) -> Outcome<std::optional<Time>> {
    const auto rows = connection.run("SELECT until FROM reading WHERE name = $1", {name});
    if (!rows) return rows.error();
    if (rows.value().size() == 0) return std::optional<Time>();
    return std::optional(time_of(rows.value()[0].integer(0)));
  });
}

Outcome<std::vector<JobRecord>> PostgresStore::unfinished(std::size_t limit) {
  return with_connection([&](PgConnection& connection) -> Outcome<std::vector<JobRecord>> {
    const std::string sql =
        std::string("SELECT ") + kJobColumns +
        " FROM job WHERE is_final = 0 AND forgotten_at IS NULL AND is_queryable = 1 "
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

Outcome<FailurePage> PostgresStore::failure_groups(const FailureQuery& query) {
  const auto groups = failure_page_sql(query, kPostgresDialect);
  if (!groups) return FailurePage();
  return with_connection([&](PgConnection& connection) -> Outcome<FailurePage> {
    FailurePage page;
    const auto rows = connection.run(groups->text.c_str(), groups->parameters);
    if (!rows) return rows.error();
    int taken = 0;
    while (taken < rows.value().size() && add_failure(rows.value()[taken], query, page))
      ++taken;
    if (taken == rows.value().size()) page.next.clear();
    const Selection sql = failure_days_sql(query, page, kPostgresDialect);
    const auto days = connection.run(sql.text.c_str(), sql.parameters);
    if (!days) return days.error();
    for (int i = 0; i < days.value().size(); ++i)
      add_day(days.value()[i], query.now, page);
    return page;
  });
}

std::uint64_t PostgresStore::bytes() {
  const auto bytes = with_connection([](PgConnection& connection) { return bytes_of(connection); });
  return bytes ? bytes.value() : 0;
}

std::optional<std::int64_t> PostgresStore::shared_revision() {
  const auto revision = with_connection(
      [](PgConnection& connection) { return connection.number("SELECT number FROM revision"); });
  return revision ? revision.value() : 0;
}

}  // namespace jobtree::store
