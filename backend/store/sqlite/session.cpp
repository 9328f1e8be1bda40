#include "store/sqlite/session.h"

#include <chrono>

namespace jobtree::store {

Outcome<Done> SqliteSession::read(std::string_view sql, std::span<const Parameter> parameters,
                                  const EachRow& each) {
  auto statement = connection_.prepare(sql);
  if (!statement) return statement.error();
  if (auto bound = statement.value().bind(parameters); !bound) return bound;
  const SqlRowOf row(statement.value());
  for (;;) {
    const auto more = statement.value().step();
    if (!more) return more.error();
    if (!more.value()) return Done();
    each(row);
  }
}

Outcome<std::int64_t> SqliteSession::change(std::string_view sql,
                                            std::span<const Parameter> parameters) {
  auto statement = connection_.prepare(sql);
  if (!statement) return statement.error();
  if (auto bound = statement.value().bind(parameters); !bound) return bound.error();
  if (auto done = statement.value().run(); !done) return done.error();
  return connection_.changes();
}

Outcome<Time> SqliteSession::now() {
  return std::chrono::floor<std::chrono::microseconds>(clock_.wall());
}

}  // namespace jobtree::store
