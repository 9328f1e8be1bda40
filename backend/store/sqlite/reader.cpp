#include "store/sqlite/reader.h"

#include <algorithm>
#include <utility>

#include "store/sql/board_sql.h"
#include "store/sql/failure_sql.h"
#include "store/sql/job_row.h"
#include "store/sql/stored_parts.h"

namespace jobtree::store {
namespace {

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Outcome<BoardPage> Reader::groups(const BoardQuery& query) {
  const Selection sql = groups_sql(query, kSqliteDialect);
  auto statement = connection_.prepare(sql.text);
  if (!statement) return statement.error();
  if (auto bound = statement.value().bind(sql.parameters); !bound) return bound.error();
  BoardPage page;
  for (;;) {
    const auto row = statement.value().step();
    if (!row) return row.error();
    if (!row.value()) return page;
    page.groups.push_back(group_of(statement.value()));
  }
}

Outcome<BoardPage> Reader::board(const BoardQuery& query) {
  if (query.group) return groups(query);
  const auto sql = board_sql(query, kSqliteDialect);
  if (!sql) return BoardPage();
  auto statement = connection_.prepare(sql->text);
  if (!statement) return statement.error();
  if (auto bound = statement.value().bind(sql->parameters); !bound) return bound.error();
  BoardPage page;
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMostOnPage);
  std::int64_t last = 0;
  for (;;) {
    const auto row = statement.value().step();
    if (!row) return row.error();
    if (!row.value()) return page;
    if (page.jobs.size() == limit) {
      page.next = cursor_after(page.jobs.back(), last, query.order);
      return page;
    }
    page.jobs.push_back(record_of(statement.value()));
    last = number_of(statement.value());
  }
}

Outcome<std::optional<std::int64_t>> Reader::find(const cloud::JobAddress& address) {
  const bool is_any = address.project_id() == "-";
  auto statement = connection_.prepare(
      is_any ? "SELECT id FROM job WHERE region = ?1 AND service = ?2 AND job_id = ?4 "
               "ORDER BY project = ?3 DESC, last_seen DESC LIMIT 1"
             : "SELECT id FROM job WHERE region = ?1 AND service = ?2 AND project = ?3 "
               "AND job_id = ?4");
  if (!statement) return statement.error();
  auto bound = statement.value().bind(
      {std::string_view(address.region()), std::string_view(address.service()),
       std::string_view(address.project_id()), std::string_view(address.job_id())});
  if (!bound) return bound.error();
  const auto row = statement.value().step();
  if (!row) return row.error();
  if (!row.value()) return std::optional<std::int64_t>();
  return std::optional(statement.value().integer(0));
}

Outcome<std::optional<JobRecord>> Reader::job(const cloud::JobAddress& address) {
  const auto number = find(address);
  if (!number) return number.error();
  if (!number.value()) return std::optional<JobRecord>();
  auto statement =
      connection_.prepare(std::string("SELECT ") + kJobColumns + " FROM job WHERE id = ?1");
  if (!statement) return statement.error();
  if (auto bound = statement.value().bind({*number.value()}); !bound) return bound.error();
  const auto row = statement.value().step();
  if (!row) return row.error();
  if (!row.value()) return std::optional<JobRecord>();  // deleted meanwhile
  return std::optional(record_of(statement.value()));
}

Outcome<EventsPage> Reader::events(const cloud::JobAddress& address, std::string_view cursor,
                                   std::size_t limit, bool newest_first) {
  const auto number = find(address);
  if (!number) return number.error();
  const auto from = event_place(cursor, newest_first);
  if (!from || !number.value()) return EventsPage();
  auto statement = connection_.prepare(
      newest_first ? "SELECT version, part, count, size, data FROM event WHERE job = ?1 "
                     "AND (version, part) < (?2, ?3) ORDER BY version DESC, part DESC"
                   : "SELECT version, part, count, size, data FROM event WHERE job = ?1 "
                     "AND (version, part) > (?2, ?3) ORDER BY version, part");
  if (!statement) return statement.error();
  Statement& rows = statement.value();
  if (auto bound = rows.bind({*number.value(), from->version, from->part}); !bound) {
    return bound.error();
  }
  EventCollector collector(limit, newest_first);
  for (;;) {
    const auto row = rows.step();
    if (!row) return row.error();
    if (!row.value()) return std::move(collector.page());
    auto more = collector.add({.place = {rows.integer(0), rows.integer(1)},
                               .count = static_cast<std::size_t>(rows.integer(2)),
                               .size = static_cast<std::size_t>(rows.integer(3)),
                               .packed = as_text(rows.bytes(4))});
    if (!more) return more.error();
    if (!more.value()) return std::move(collector.page());
  }
}

Outcome<std::vector<VersionRecord>> Reader::versions(const cloud::JobAddress& address) {
  std::vector<VersionRecord> versions;
  const auto number = find(address);
  if (!number) return number.error();
  if (!number.value()) return versions;
  auto statement = connection_.prepare(
      "SELECT version, at, size, sha256, data IS NOT NULL FROM version WHERE job = ?1 "
      "ORDER BY version DESC LIMIT 10000");
  if (!statement) return statement.error();
  Statement& rows = statement.value();
  if (auto bound = rows.bind({*number.value()}); !bound) return bound.error();
  for (;;) {
    const auto row = rows.step();
    if (!row) return row.error();
    if (!row.value()) return versions;
    versions.push_back({.version = rows.integer(0),
                        .at = time_of(rows.integer(1)),
                        .size = static_cast<std::size_t>(rows.integer(2)),
                        .sha256 = std::string(rows.text(3)),
                        .has_body = rows.integer(4) != 0});
  }
}

Outcome<std::optional<BodyRead>> Reader::body(const cloud::JobAddress& address,
                                              std::int64_t version) {
  const auto number = find(address);
  if (!number) return number.error();
  if (!number.value()) return std::optional<BodyRead>();
  // From the last whole body up to the one that is wanted.
  auto statement = connection_.prepare(
      "SELECT version, size, sha256, data, is_whole FROM version WHERE job = ?1 "
      "AND version <= ?2 AND version >= (SELECT max(version) FROM version WHERE job = ?1 "
      "AND version <= ?2 AND is_whole = 1) ORDER BY version");
  if (!statement) return statement.error();
  Statement& rows = statement.value();
  const std::int64_t wanted = version == 0 ? INT64_MAX : version;
  if (auto bound = rows.bind({*number.value(), wanted}); !bound) return bound.error();
  BodyChain chain;
  for (;;) {
    const auto row = rows.step();
    if (!row) return row.error();
    if (!row.value()) return chain.body_of(version);
    auto added = chain.add({.version = rows.integer(0),
                            .size = static_cast<std::size_t>(rows.integer(1)),
                            .sha256 = std::string(rows.text(2)),
                            .is_whole = rows.integer(4) != 0,
                            .is_there = !rows.is_null(3),
                            .packed = as_text(rows.bytes(3))});
    if (!added) return added.error();
  }
}

Outcome<std::vector<double>> Reader::durations(std::string_view service, std::string_view type,
                                               int size_class) {
  std::vector<double> seconds;
  auto statement = connection_.prepare(
      "SELECT seconds FROM duration WHERE service = ?1 AND type = ?2 AND size_class = ?3");
  if (!statement) return statement.error();
  Statement& rows = statement.value();
  auto bound = rows.bind({service, type, static_cast<std::int64_t>(size_class)});
  if (!bound) return bound.error();
  for (;;) {
    const auto row = rows.step();
    if (!row) return row.error();
    if (!row.value()) return seconds;
    seconds.push_back(rows.real(0));
  }
}

Outcome<std::optional<Time>> Reader::read_until(std::string_view name) {
  auto statement = connection_.prepare("SELECT until FROM reading WHERE name = ?1");
  if (!statement) return statement.error();
  Statement& rows = statement.value();
  if (auto bound = rows.bind({name}); !bound) return bound.error();
  const auto row = rows.step();
  if (!row) return row.error();
  return row.value() ? std::optional(time_of(rows.integer(0))) : std::nullopt;
}

Outcome<std::vector<JobRecord>> Reader::unfinished(std::size_t limit) {
  std::vector<JobRecord> jobs;
  auto statement = connection_.prepare(
      std::string("SELECT ") + kJobColumns +
      " FROM job WHERE is_final = 0 AND forgotten_at IS NULL AND is_queryable = 1 "
      "ORDER BY last_seen LIMIT ?1");
  if (!statement) return statement.error();
  Statement& rows = statement.value();
  if (auto bound = rows.bind({static_cast<std::int64_t>(limit)}); !bound) {
    return bound.error();
  }
  for (;;) {
    const auto row = rows.step();
    if (!row) return row.error();
    if (!row.value()) return jobs;
    jobs.push_back(record_of(rows));
  }
}

Outcome<FailurePage> Reader::failure_groups(const FailureQuery& query) {
  FailurePage page;
  const auto groups = failure_page_sql(query, kSqliteDialect);
  if (!groups) return page;
  auto statement = connection_.prepare(groups->text);
  if (!statement) return statement.error();
  if (auto bound = statement.value().bind(groups->parameters); !bound) return bound.error();
  for (;;) {
    const auto row = statement.value().step();
    if (!row) return row.error();
    if (!row.value()) page.next.clear();
    if (!row.value() || !add_failure(statement.value(), query, page)) break;
  }
  const Selection days = failure_days_sql(query, page, kSqliteDialect);
  auto rows = connection_.prepare(days.text);
  if (!rows) return rows.error();
  if (auto bound = rows.value().bind(days.parameters); !bound) return bound.error();
  for (;;) {
    const auto row = rows.value().step();
    if (!row) return row.error();
    if (!row.value()) return page;
    add_day(rows.value(), query.now, page);
  }
}

}  // namespace jobtree::store
