#include "store/postgres/connection.h"

#include <libpq-fe.h>

#include <array>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/ascii.h"

namespace jobtree::store {
namespace {

constexpr Oid kBytes = 17;  // bytea

/// The message of the server or of libpq, on one line.
std::string line_of(const char* message) {
  std::string line(trimmed(message == nullptr ? "" : message, " \n"));
  for (char& c : line) {
    if (c == '\n') c = ' ';
  }
  return line;
}

/// https://www.postgresql.org/docs/13/errcodes-appendix.html
StoreError::Kind kind_of(std::string_view state) {
  const std::string_view group = state.substr(0, 2);
  if (state == "53100") return StoreError::Kind::full;
  if (state == "25006") return StoreError::Kind::read_only;
  if (group == "XX" && state != "XX000") return StoreError::Kind::corrupt;
  if (group == "23") return StoreError::Kind::conflict;
  if (group == "40" || group == "55" || state == "57014") return StoreError::Kind::busy;
  if (state.empty() || group == "08" || group == "57" || group == "53") {
    return StoreError::Kind::away;
  }
  return StoreError::Kind::other;
}

StoreError error_of(PGconn* connection, const PGresult* result) {
  if (PQstatus(connection) != CONNECTION_OK || result == nullptr) {
    return {StoreError::Kind::away, line_of(PQerrorMessage(connection))};
  }
  const char* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return {kind_of(state == nullptr ? "" : state),
          line_of(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY))};
}

/// A parameter as libpq takes it: texts for all but bytes.
struct Bound {
  std::string text;
  const char* value = nullptr;
  int length = 0;
  int format = 0;
  Oid type = 0;
};

Bound bound(const Parameter& parameter) {
  struct Bind {
    Bound operator()(std::monostate) const { return {}; }
    Bound operator()(std::int64_t number) const { return {.text = std::to_string(number)}; }
    Bound operator()(double number) const {
      std::array<char, 40> digits{};
      std::snprintf(digits.data(), digits.size(), "%.17g", number);
      return {.text = digits.data()};
    }
    Bound operator()(std::string_view text) const { return {.text = std::string(text)}; }
    Bound operator()(std::span<const std::byte> bytes) const {
      static constexpr char kNothing = 0;
      return {.text = {},
              .value = bytes.empty() ? &kNothing : reinterpret_cast<const char*>(bytes.data()),
              .length = static_cast<int>(bytes.size()),
              .format = 1,
              .type = kBytes};
    }
  };
  return std::visit(Bind(), parameter);
}

}  // namespace

void PgRows::Clear::operator()(pg_result* result) const {
  PQclear(result);
}

int PgRows::size() const {
  return PQntuples(result_.get());
}

std::int64_t PgRows::changes() const {
  return std::strtoll(PQcmdTuples(result_.get()), nullptr, 10);
}

bool PgRows::Row::is_null(int column) const {
  return PQgetisnull(rows_.result_.get(), number_, column) != 0;
}

std::string_view PgRows::Row::text(int column) const {
  const PGresult* const result = rows_.result_.get();
  return {PQgetvalue(result, number_, column),
          static_cast<std::size_t>(PQgetlength(result, number_, column))};
}

// Rows come in binary, with the first byte the highest.
std::int64_t PgRows::Row::integer(int column) const {
  const std::string_view bytes = text(column);
  std::uint64_t value = 0;
  for (const char byte : bytes)
    value = value << 8U | static_cast<unsigned char>(byte);
  if (bytes.size() == 4) return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
  return static_cast<std::int64_t>(value);
}

double PgRows::Row::real(int column) const {
  return std::bit_cast<double>(integer(column));
}

void PgConnection::Finish::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

Outcome<PgConnection> PgConnection::open(const std::string& url) {
  // What the URL says goes before these.
  const std::array<const char*, 9> names = {"connect_timeout",
                                            "keepalives_idle",
                                            "tcp_user_timeout",
                                            "target_session_attrs",
                                            "application_name",
                                            "client_encoding",
                                            "dbname",
                                            nullptr,
                                            nullptr};
  const std::array<const char*, 9> values = {"5",    "10",        "10000", "read-write", "jobtree",
                                             "UTF8", url.c_str(), nullptr, nullptr};
  PgConnection connection(PQconnectdbParams(names.data(), values.data(), 1));
  if (!connection.is_good()) {
    return StoreError{StoreError::Kind::away,
                      line_of(PQerrorMessage(connection.connection_.get()))};
  }
  PQsetNoticeProcessor(
      connection.connection_.get(), [](void*, const char*) {}, nullptr);
  return connection;
}

bool PgConnection::is_good() const {
  return PQstatus(connection_.get()) == CONNECTION_OK;
}

Outcome<PgRows> PgConnection::run(const char* sql, std::span<const Parameter> parameters) {
  std::vector<Bound> all;
  all.reserve(parameters.size());
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
  std::vector<Oid> types;
  for (const Parameter& parameter : parameters) {
    Bound& one = all.emplace_back(bound(parameter));
    const bool is_null = std::holds_alternative<std::monostate>(parameter);
    values.push_back(is_null ? nullptr : one.value == nullptr ? one.text.c_str() : one.value);
    lengths.push_back(one.length);
    formats.push_back(one.format);
    types.push_back(one.type);
  }
  PGresult* const result =
      PQexecParams(connection_.get(), sql, static_cast<int>(parameters.size()), types.data(),
                   values.data(), lengths.data(), formats.data(), 1);
  PgRows rows(result);
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    return error_of(connection_.get(), result);
  }
  return rows;
}

Outcome<Done> PgConnection::change(const char* sql, std::initializer_list<Parameter> parameters) {
  const auto rows = run(sql, parameters);
  if (!rows) return rows.error();
  return Done();
}

Outcome<std::int64_t> PgConnection::number(const char* sql) {
  const auto rows = run(sql);
  if (!rows) return rows.error();
  return rows.value().size() == 0 ? 0 : rows.value()[0].integer(0);
}

Outcome<Done> PgConnection::execute(const char* sql) {
  PGresult* const result = PQexec(connection_.get(), sql);
  const PgRows rows(result);
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    return error_of(connection_.get(), result);
  }
  return Done();
}

Outcome<PgTransaction> PgTransaction::begin(PgConnection& connection) {
  // In one message, so that it costs one round trip.
  const auto begun = connection.execute(
      "BEGIN; SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '2s'; "
      "SET LOCAL idle_in_transaction_session_timeout = '10s'");
  if (!begun) return begun.error();
  return PgTransaction(connection);
}

PgTransaction::~PgTransaction() {
  if (connection_ != nullptr && connection_->is_good()) {
    static_cast<void>(connection_->execute("ROLLBACK"));
  }
}

Outcome<Done> PgTransaction::commit() {
  PgConnection& connection = *std::exchange(connection_, nullptr);
  return connection.execute("COMMIT");
}

}  // namespace jobtree::store
