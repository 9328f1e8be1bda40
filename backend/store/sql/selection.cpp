#include "store/sql/selection.h"

#include <algorithm>
#include <charconv>

#include "store/sql/job_row.h"

namespace jobtree::store {

std::string in_dialect(std::string_view sql, const Dialect& dialect) {
  std::string text(sql);
  std::ranges::replace(text, '?', dialect.place);
  return text;
}

std::vector<std::string> Conditions::in_scope(const BoardQuery::Scope& scope,
                                              std::string_view project, std::string_view service) {
  std::vector<std::string> conditions;
  const auto text = [](const std::string& value) { return Parameter(std::string_view(value)); };
  if (std::ranges::find(scope.projects, "*") == scope.projects.end()) {
    conditions.push_back(one_of(project, scope.projects, text));
  }
  if (!scope.services.empty()) conditions.push_back(one_of(service, scope.services, text));
  return conditions;
}

std::optional<RowPlace> row_place(std::string_view cursor) {
  RowPlace place{};
  const char* const end = cursor.data() + cursor.size();
  const auto [dot, bad_time] = std::from_chars(cursor.data(), end, place.at);
  if (bad_time != std::errc() || dot == end || *dot != '.') return std::nullopt;
  const auto [rest, bad_number] = std::from_chars(dot + 1, end, place.number);
  if (bad_number != std::errc() || rest != end) return std::nullopt;
  return place;
}

std::string cursor_of(Time at, std::int64_t number) {
  return std::to_string(micros(at)) + "." + std::to_string(number);
}

}  // namespace jobtree::store
