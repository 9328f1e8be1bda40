#include "store/sql/board_sql.h"

#include <algorithm>
#include <charconv>
#include <memory>

#include "base/ascii.h"
#include "store/sql/job_row.h"

namespace jobtree::store {
namespace {

/// Conditions that all hold.
class Conditions {
 public:
  Conditions(BoardSql& sql, const Dialect& dialect) : sql_(sql), dialect_(dialect) {}

  void add(std::string_view condition) {
    sql_.text += is_first_ ? " WHERE " : " AND ";
    sql_.text += condition;
    is_first_ = false;
  }
  /// "?7", for a value.
  std::string place(Parameter parameter) {
    sql_.parameters.push_back(parameter);
    return dialect_.place + std::to_string(sql_.parameters.size());
  }
  void equal(std::string_view column, const std::string& value) {
    if (!value.empty()) add(std::string(column) + " = " + place(std::string_view(value)));
  }
  /// "service IN (?1, ?2)"; of no values nothing is one.
  template <class Values, class Of>
  std::string one_of(std::string_view column, const Values& values, Of of) {
    if (values.empty()) return "1 = 0";
    std::string text = std::string(column) + " IN (";
    for (const auto& value : values) {
      if (text.back() != '(') text += ", ";
      text += place(of(value));
    }
    return text + ")";
  }

 private:
  BoardSql& sql_;
  const Dialect& dialect_;
  bool is_first_ = true;
};

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

void add_scope(const BoardQuery::Scope& scope, Conditions& conditions) {
  const auto text = [](const std::string& value) { return Parameter(std::string_view(value)); };
  if (std::ranges::find(scope.projects, "*") == scope.projects.end()) {
    conditions.add(conditions.one_of("project", scope.projects, text));
  }
  if (!scope.services.empty()) {
    conditions.add(conditions.one_of("service", scope.services, text));
  }
}

struct Place {
  std::int64_t at;
  std::int64_t number;
};

/// "1795521600000000.17"
std::optional<Place> place_of(std::string_view cursor) {
  Place place{};
  const char* const end = cursor.data() + cursor.size();
  const auto [dot, bad_time] = std::from_chars(cursor.data(), end, place.at);
  if (bad_time != std::errc() || dot == end || *dot != '.') return std::nullopt;
  const auto [rest, bad_number] = std::from_chars(dot + 1, end, place.number);
  if (bad_number != std::errc() || rest != end) return std::nullopt;
  return place;
}

const char* column_of(BoardQuery::Order order) {
  return order == BoardQuery::Order::begun ? "begun" : "last_change";
}

}  // namespace

std::optional<BoardSql> board_sql(const BoardQuery& query, const Dialect& dialect) {
  BoardSql sql;
  sql.text = std::string("SELECT ") + kJobColumns + " FROM job";
  Conditions conditions(sql, dialect);
  add_state(query, conditions);
  conditions.equal("region", query.region);
  conditions.equal("service", query.service);
  conditions.equal("project", query.project);
  conditions.equal("type", query.type);
  conditions.equal("label", query.label);
  if (query.only_followed) conditions.add("is_followed = 1");
  if (query.since) conditions.add("last_change >= " + conditions.place(micros(*query.since)));
  if (query.until) conditions.add("last_change < " + conditions.place(micros(*query.until)));
  if (query.scope) add_scope(*query.scope, conditions);
  if (!query.text.empty()) {
    sql.texts.push_back(lower(query.text));
    const std::string place = conditions.place(std::string_view(sql.texts.back()));
    const std::string contains = dialect.contains;
    conditions.add("(" + contains + "(words, " + place + ") > 0 OR " + contains +
                   "(lower(label), " + place + ") > 0)");
  }
  const std::string column = column_of(query.order);
  if (!query.cursor.empty()) {
    const auto after = place_of(query.cursor);
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
  return std::to_string(micros(at)) + "." + std::to_string(number);
}

}  // namespace jobtree::store
