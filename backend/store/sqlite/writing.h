// The statements that store a change.
//
// Knows: which rows a change makes. Must not know: transactions, what a change means.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "store/change.h"
#include "store/outbox/news.h"
#include "store/sql/selection.h"
#include "store/sql/session.h"
#include "store/sqlite/connection.h"

namespace jobtree::store {

/// One statement, of whose rows there are none.
Outcome<Done> run(Connection& connection, std::string_view sql,
                  std::span<const Parameter> parameters);
inline Outcome<Done> run(Connection& connection, std::string_view sql,
                         std::initializer_list<Parameter> parameters) {
  return run(connection, sql, std::span(parameters.begin(), parameters.size()));
}
Outcome<Done> run(Connection& connection, const std::vector<Selection>& statements);

/// All of it, in a transaction of the caller's, in which `session` is too. Of kind conflict when
/// the job has another version by now than the one before the change's.
Outcome<Done> write_change(Connection& connection, SqlSession& session, const Change& change,
                           const Herald* herald);

}  // namespace jobtree::store
