#include "store/postgres/migration.h"

#include <iterator>
#include <string>

#include "store/postgres/schema.h"

namespace jobtree::store {
namespace {

constexpr std::int64_t kOldestServer = 130000;  // as server_version_num has it

}  // namespace

Failure unusable(const StoreError& error) {
  return Failure::unavailable(
      bilingual({"the database cannot be used: {0}", "无法使用数据库：{0}"}, error.message));
}

Result<bool> migrate(PgConnection& connection) {
  const auto server = connection.number("SELECT current_setting('server_version_num')::bigint");
  if (!server) return unusable(server.error());
  if (server.value() < kOldestServer) {
    return Failure::usage(bilingual({"the database is PostgreSQL {0}; 13 or later is needed",
                                     "数据库为 PostgreSQL {0}，需要 13 或更高版本"},
                                    std::to_string(server.value() / 10000)));
  }
  auto transaction = PgTransaction::begin(connection);
  if (!transaction) return unusable(transaction.error());
  // A number of our own, as that of pruning.
  const auto prepared = connection.execute(
      "SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = '60s'; "
      "SELECT pg_advisory_xact_lock(5870131640842114);"
      "CREATE TABLE IF NOT EXISTS schema_step(version bigint PRIMARY KEY, "
      "applied_at timestamptz NOT NULL DEFAULT now())");
  if (!prepared) return unusable(prepared.error());
  const auto version = connection.number("SELECT coalesce(max(version), 0) FROM schema_step");
  if (!version) return unusable(version.error());
  const auto known = static_cast<std::int64_t>(std::size(kPgSchemaSteps));
  if (version.value() > known) {
    return Failure::usage(bilingual(
        {"the database was written by a newer version of this program (schema {0}, this one knows "
         "{1}); install that version",
         "数据库由更新版本的程序写入（结构版本 {0}，当前程序支持到 {1}），请安装该版本"},
        std::to_string(version.value()), std::to_string(known)));
  }
  for (std::int64_t step = version.value(); step < known; ++step) {
    if (auto done = connection.execute(kPgSchemaSteps[step]); !done) return unusable(done.error());
    const auto done =
        connection.change("INSERT INTO schema_step(version) VALUES($1)", {std::int64_t{step + 1}});
    if (!done) return unusable(done.error());
  }
  if (auto done = transaction.value().commit(); !done) return unusable(done.error());
  return true;
}

}  // namespace jobtree::store
