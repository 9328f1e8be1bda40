// The statements of a board: what the database does for them.
#include "store/sql/board_sql.h"

#include <string>
#include <vector>

#include "store/sqlite/reader.h"
#include "store/sqlite/sqlite_store.h"
#include "support/home.h"
#include "unit/catch.h"
#include "unit/store/observations.h"

namespace board_sql_test {

using namespace jobtree;
using namespace jobtree::store;
using namespace jobtree::testing;

namespace {

/// How SQLite would find the rows, in its own words.
std::string plan_of(Connection& connection, const BoardQuery& query) {
  const auto sql = board_sql(query, kSqliteDialect);
  REQUIRE(sql);
  auto statement = connection.prepare("EXPLAIN QUERY PLAN " + sql->text);
  REQUIRE(statement);
  REQUIRE(statement.value().bind(sql->parameters));
  std::string plan;
  while (statement.value().step().value()) {
    plan += statement.value().text(3);
    plan += '\n';
  }
  return plan;
}

bool has(const std::string& text, const char* what) {
  return text.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("A board is read along an index, in its order, and nothing is sorted") {
  const tests::Home home;
  std::vector<Bilingual> notices;
  const auto store = SqliteStore::open(home.path(), real_clock(), notices);
  REQUIRE(store);
  auto connection = Connection::open(home.path() + "/" + StoreFile::kName, Connection::Mode::read);
  REQUIRE(connection);
  Connection& database = connection.value();
  struct Case {
    const char* index;
    BoardQuery query;
  };
  BoardQuery begun;
  begun.order = BoardQuery::Order::begun;
  BoardQuery next;
  next.cursor = "1795521600000000.17";
  BoardQuery scoped;
  scoped.scope = BoardQuery::Scope{.projects = {kProject}, .services = {"eip"}};
  for (const Case& it :
       {Case{"job_by_change", {}}, Case{"job_by_change", next}, Case{"job_by_begin", begun},
        Case{"job_by_status", {.statuses = {Status::failed}}},
        Case{"job_by_service", {.service = "eip"}},
        Case{"job_unfinished_by_change", {.state = BoardQuery::State::unfinished}},
        Case{"job_by_change", {.since = seen_after(0)}}}) {
    const std::string plan = plan_of(database, it.query);
    INFO(plan);
    CHECK(has(plan, it.index));
    CHECK_FALSE(has(plan, "TEMP B-TREE"));
  }
  CHECK_FALSE(has(plan_of(database, scoped), "SCAN job\n"));
}

TEST_CASE("Nothing of a query stands in the text of a statement") {
  const std::string evil = "x' OR 1=1 --";
  BoardQuery query;
  query.region = query.service = query.project = query.type = query.label = query.text = evil;
  query.scope = BoardQuery::Scope{.projects = {evil}, .services = {evil}};
  const auto sql = board_sql(query, kSqliteDialect);
  REQUIRE(sql);
  CHECK_FALSE(has(sql->text, "OR 1=1"));
  CHECK(sql->parameters.size() == 9);
}

}  // namespace board_sql_test
