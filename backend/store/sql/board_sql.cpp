#include "store/sql/board_sql.h"

#include <algorithm>

#include "base/ascii.h"
#include "store/fact_digests.h"
#include "store/sql/job_row.h"

namespace jobtree::store {
namespace {

std::string_view condition_of(BoardQuery::State state) {
  switch (state) {
    case BoardQuery::State::unfinished:
      return "(is_final = 0 AND forgotten_at IS NULL)";
    case BoardQuery::State::ended:
      return "is_final = 1";
    case BoardQuery::State::lost:
      return "(is_final = 0 AND forgotten_at IS NOT NULL)";
    case BoardQuery::State::any:
      break;
  }
  return "";
}

/// State and statuses are alternatives: a job that fits either is shown.
void add_state(const BoardQuery& query, Conditions& conditions) {
  std::string either(condition_of(query.state));
  if (!query.statuses.empty()) {
    if (!either.empty()) either += " OR ";
    either += conditions.one_of("status", query.statuses, [](Status status) {
      return Parameter(static_cast<std::int64_t>(status));
    });
  }
  if (!either.empty()) conditions.add("(" + either + ")");
}

const char* column_of(BoardQuery::Order order) {
  return order == BoardQuery::Order::begun ? "begun" : "last_change";
}

/// All but the cursor's.
void add_filters(const BoardQuery& query, const Dialect& dialect, Selection& sql,
                 Conditions& conditions) {
  add_state(query, conditions);
  conditions.equal("region", query.region);
  conditions.equal("service", query.service);
  conditions.equal("project", query.project);
  conditions.equal("type", query.type);
  conditions.equal("label", query.label);
  if (query.may_see_people) conditions.equal("person", query.person);
  const bool is_of_people = !query.person.empty() || query.group == BoardQuery::Group::person;
  if (!query.may_see_people && is_of_people) conditions.add("1 = 0");
  if (!query.resource.empty()) {
    const std::string place = conditions.place(std::string_view(query.resource));
    conditions.add("(resource_id = " + place + " OR resource_name = " + place + ")");
  }
  if (query.only_followed) conditions.add("is_followed = 1");
  if (query.since) conditions.add("last_change >= " + conditions.place(micros(*query.since)));
  if (query.ended_since) {
    // Nothing is seen to end before it does, which is in the index.
    const std::string since = conditions.place(micros(*query.ended_since));
    conditions.add("last_change >= " + since + " AND coalesce(ended_at, last_change) >= " + since);
  }
  if (query.until) conditions.add("last_change < " + conditions.place(micros(*query.until)));
  if (query.scope) {
    for (const std::string& condition : conditions.in_scope(*query.scope, "project", "service"))
      conditions.add(condition);
  }
  if (!query.text.empty()) {
    sql.texts.reserve(2);  // the parameters look into them
    sql.texts.push_back(lower(query.text));
    const std::string place = conditions.place(std::string_view(sql.texts.back()));
    const std::string contains = dialect.contains;
    std::string either = "(" + contains + "(words, " + place + ") > 0 OR " + contains +
                         "(lower(label), " + place + ") > 0";
    if (std::string digest = fact_digest_of(query.text); !digest.empty()) {
      sql.texts.push_back(std::move(digest));
      either += " OR " + std::string(dialect.contains_bytes) + "(facts, " +
                conditions.place(as_bytes(sql.texts.back())) + ") > 0";
    }
    if (query.may_see_people) either += " OR " + contains + "(lower(person), " + place + ") > 0";
    conditions.add(either + ")");
  }
}

/// A name rather than an id, which people know less.
constexpr std::string_view kResource =
    "CASE WHEN resource_name <> '' THEN resource_name ELSE resource_id END";

std::string_view expression_of(BoardQuery::Group group) {
  switch (group) {
    case BoardQuery::Group::person:
      return "person";
    case BoardQuery::Group::resource:
      return kResource;
    case BoardQuery::Group::service:
      break;
  }
  return "service";
}

}  // namespace

Selection groups_sql(const BoardQuery& query, const Dialect& dialect) {
  const std::string value(expression_of(query.group.value_or(BoardQuery::Group::service)));
  Selection sql;
  sql.text = "SELECT " + value +
             ", count(*), sum(CASE WHEN is_final = 0 AND forgotten_at IS NULL THEN 1 ELSE 0 END), "
             "sum(CASE WHEN status = " +
             std::to_string(static_cast<int>(Status::failed)) +
             " THEN 1 ELSE 0 END), max(last_change) FROM job";
  Conditions conditions(sql, dialect);
  add_filters(query, dialect, sql, conditions);
  conditions.add(value + " <> ''");
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMostOnPage);
  sql.text += " GROUP BY 1 ORDER BY 5 DESC, 1 LIMIT " + std::to_string(limit);
  return sql;
}

std::optional<Selection> board_sql(const BoardQuery& query, const Dialect& dialect) {
  Selection sql;
  sql.text = std::string("SELECT ") + kJobColumns + " FROM job";
  Conditions conditions(sql, dialect);
  add_filters(query, dialect, sql, conditions);
  const std::string column = column_of(query.order);
  if (!query.cursor.empty()) {
    const auto after = row_place(query.cursor);
    if (!after) return std::nullopt;
    const std::string at = conditions.place(after->at);
    conditions.add("(" + column + ", id) < (" + at + ", " + conditions.place(after->number) + ")");
  }
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMostOnPage);
  sql.text += " ORDER BY " + column + " DESC, id DESC LIMIT " + std::to_string(limit + 1);
  return sql;
}

std::string cursor_after(const JobRecord& record, std::int64_t number, BoardQuery::Order order) {
  const Time at = order == BoardQuery::Order::begun ? record.begun_at.value_or(record.first_seen)
                                                    : record.last_change;
  return cursor_of(at, number);
}

}  // namespace jobtree::store
