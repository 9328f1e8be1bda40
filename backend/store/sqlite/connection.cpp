#include "store/sqlite/connection.h"

#include <sqlite3.h>

namespace jobtree::store {
namespace {

constexpr int kBusyMs = 5000;

StoreError::Kind kind_of(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return StoreError::Kind::full;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return StoreError::Kind::read_only;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return StoreError::Kind::corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return StoreError::Kind::busy;
    case SQLITE_CONSTRAINT:
      return StoreError::Kind::conflict;
    case SQLITE_IOERR:
      // A quota is told as a write that came out short.
      return code == SQLITE_IOERR_WRITE ? StoreError::Kind::full : StoreError::Kind::other;
    default:
      return StoreError::Kind::other;
  }
}

StoreError error_of(sqlite3* database, int code) {
  const int extended = database == nullptr ? code : sqlite3_extended_errcode(database);
  const char* const message = database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
  return {kind_of(extended), message};
}

int bind_one(sqlite3_stmt* statement, int place, const Parameter& parameter) {
  struct Bind {
    sqlite3_stmt* statement;
    int place;
    int operator()(std::monostate) const { return sqlite3_bind_null(statement, place); }
    int operator()(std::int64_t number) const {
      return sqlite3_bind_int64(statement, place, number);
    }
    int operator()(double number) const { return sqlite3_bind_double(statement, place, number); }
    int operator()(std::string_view text) const {
      return sqlite3_bind_text64(statement, place, text.data() == nullptr ? "" : text.data(),
                                 text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    int operator()(std::span<const std::byte> bytes) const {
      if (bytes.empty()) return sqlite3_bind_zeroblob(statement, place, 0);
      return sqlite3_bind_blob64(statement, place, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
    }
  };
  return std::visit(Bind{statement, place}, parameter);
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Outcome<Done> Statement::bind(std::span<const Parameter> parameters) {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  int place = 0;
  for (const Parameter& parameter : parameters) {
    const int code = bind_one(statement_.get(), ++place, parameter);
    if (code != SQLITE_OK) return error_of(sqlite3_db_handle(statement_.get()), code);
  }
  return Done();
}

Outcome<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return error_of(sqlite3_db_handle(statement_.get()), code);
}

Outcome<Done> Statement::run() {
  for (;;) {
    auto more = step();
    if (!more) {
      sqlite3_reset(statement_.get());
      return more.error();
    }
    if (!more.value()) break;
  }
  sqlite3_reset(statement_.get());
  return Done();
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  // The pointer first: asking for it may convert the value, and the length is of the converted one.
  const auto* const text =
      reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return text == nullptr ? std::string_view()
                         : std::string_view(text, static_cast<std::size_t>(size));
}

std::span<const std::byte> Statement::bytes(int column) const {
  const auto* const bytes =
      static_cast<const std::byte*>(sqlite3_column_blob(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return {bytes, bytes == nullptr ? 0 : static_cast<std::size_t>(size)};
}

void Connection::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Outcome<Connection> Connection::open(const std::string& path, Mode mode) {
  sqlite3* database = nullptr;
  const int flags =
      mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  const int code = sqlite3_open_v2(path.c_str(), &database, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Connection connection(database);  // also one that failed has to be closed
  if (code != SQLITE_OK) return error_of(database, code);
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, kBusyMs);
  return connection;
}

Outcome<Done> Connection::execute(const char* sql) {
  const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error_of(database_.get(), code);
  return Done();
}

Outcome<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return error_of(database_.get(), code);
  return Statement(statement);
}

Outcome<std::int64_t> Connection::number(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  const auto row = statement.value().step();
  if (!row) return row.error();
  return row.value() ? statement.value().integer(0) : 0;
}

std::int64_t Connection::changes() const {
  return sqlite3_changes64(database_.get());
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(database_.get()) == 0;
}

Outcome<Transaction> Transaction::begin(Connection& connection) {
  const auto begun = connection.execute("BEGIN IMMEDIATE");
  if (!begun) return begun.error();
  return Transaction(connection);
}

Transaction::~Transaction() {
  // An error that ended it already leaves nothing to undo.
  if (connection_ != nullptr && connection_->in_transaction()) {
    static_cast<void>(connection_->execute("ROLLBACK"));
  }
}

Outcome<Done> Transaction::commit() {
  auto committed = connection_->execute("COMMIT");
  if (committed) connection_ = nullptr;
  return committed;
}

}  // namespace jobtree::store
