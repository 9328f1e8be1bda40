#include "store/postgres/session.h"

#include <string>

#include "store/sql/job_row.h"
#include "store/sql/selection.h"

namespace jobtree::store {

Outcome<Done> PgSession::read(std::string_view sql, std::span<const Parameter> parameters,
                              const EachRow& each) {
  const std::string text = in_dialect(sql, kPostgresDialect);
  const auto rows = connection_.run(text.c_str(), parameters);
  if (!rows) return rows.error();
  for (int i = 0; i < rows.value().size(); ++i) {
    const PgRows::Row row = rows.value()[i];
    each(SqlRowOf(row));
  }
  return Done();
}

Outcome<std::int64_t> PgSession::change(std::string_view sql,
                                        std::span<const Parameter> parameters) {
  const std::string text = in_dialect(sql, kPostgresDialect);
  const auto rows = connection_.run(text.c_str(), parameters);
  if (!rows) return rows.error();
  return rows.value().changes();
}

Outcome<Time> PgSession::now() {
  const auto now =
      connection_.number("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint");
  if (!now) return now.error();
  return time_of(now.value());
}

}  // namespace jobtree::store
