#include "store/postgres/postgres_limits.h"

#include <algorithm>
#include <utility>

namespace jobtree::store {
namespace {

using cloud::KeyStanding;
using cloud::KeyTurn;
using cloud::Pace;
using cloud::SharedKeyName;
using cloud::SharedThrottle;
using cloud::SharedTurns;
using cloud::Verdict;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kRefusalsAllowed = 3;
constexpr double kMicros = 1e6;

std::int64_t in_micros(milliseconds time) {
  return std::chrono::microseconds(time).count();
}

milliseconds rounded_up(double seconds) {
  return std::chrono::ceil<milliseconds>(std::chrono::duration<double>(std::max(seconds, 0.0)));
}

// GCRA: a rate is a time at which all that was taken is earned again. It may be as far ahead as the
// burst takes to earn; what lies further ahead is waited for. $2: what this costs, $3: how far
// ahead it may be, both in microseconds.
constexpr const char* kTake =
    "UPDATE rate SET full_at = greatest(full_at, clock_timestamp()) + $2 * interval '1 "
    "microsecond' "
    "WHERE name = $1 AND greatest(full_at, clock_timestamp()) + $2 * interval '1 microsecond' <= "
    "clock_timestamp() + $3 * interval '1 microsecond' "
    "RETURNING extract(epoch FROM full_at - clock_timestamp())::float8";
constexpr const char* kAhead =
    "SELECT extract(epoch FROM greatest(full_at, clock_timestamp()) - clock_timestamp())::float8 "
    "FROM rate WHERE name = $1";

std::int64_t cost_of(Pace pace, double turns) {
  return static_cast<std::int64_t>(kMicros * turns / pace.per_second);
}

/// `ahead`: by so many seconds after they were taken.
SharedTurns turns_of(Pace pace, int count, double ahead) {
  const double left = pace.burst - ahead * pace.per_second;
  return {.count = count, .wait = rounded_up(-left / pace.per_second), .left = left};
}

Outcome<SharedTurns> try_take(PgConnection& connection, const std::string& name, Pace pace,
                              int most, milliseconds most_wait) {
  auto made = connection.change("INSERT INTO rate(name) VALUES($1) ON CONFLICT DO NOTHING", {name});
  if (!made) return made.error();
  const std::int64_t burst = cost_of(pace, pace.burst);
  struct Try {
    int count;
    std::int64_t ahead;
  };
  for (const Try& one : {Try{most, burst}, Try{1, burst + in_micros(most_wait)}}) {
    if (one.count == 0) continue;
    const auto rows = connection.run(kTake, {name, cost_of(pace, one.count), one.ahead});
    if (!rows) return rows.error();
    if (rows.value().size() == 1) return turns_of(pace, one.count, rows.value()[0].real(0));
  }
  const auto rows = connection.run(kAhead, {name});
  if (!rows) return rows.error();
  const double ahead = rows.value().size() == 0 ? 0 : rows.value()[0].real(0);
  SharedTurns none = turns_of(pace, 0, ahead);
  none.wait = rounded_up((1 - none.left) / pace.per_second);
  return none;
}

}  // namespace

/// Of a key, as the database has it.
struct PostgresLimits::Row {
  std::string proven{};
  int refusals = 0;
  milliseconds shut_for{0};
};

Outcome<Done> PostgresLimits::refresh(PgConnection& connection) {
  auto here = connection.change(
      "INSERT INTO replica(id, seen_at) VALUES($1, clock_timestamp()) "
      "ON CONFLICT(id) DO UPDATE SET seen_at = excluded.seen_at",
      {options_.replica});
  if (!here) return here;
  auto gone = connection.change(
      "DELETE FROM replica WHERE seen_at < clock_timestamp() - interval '1 hour'", {});
  if (!gone) return gone;
  const auto count = connection.run(
      "SELECT count(*) FROM replica "
      "WHERE seen_at > clock_timestamp() - $1 * interval '1 microsecond'",
      {in_micros(options_.replica_time)});
  if (!count) return count.error();
  auto old = connection.change(
      "DELETE FROM key_guard WHERE used_at < clock_timestamp() - interval '30 days'", {});
  if (!old) return old;
  const auto keys = connection.run(
      "SELECT key, proven, refusals, "
      "extract(epoch FROM greatest(shut_until, clock_timestamp()) - clock_timestamp())::float8 "
      "FROM key_guard");
  if (!keys) return keys.error();
  const auto throttles = connection.run(
      "SELECT service, per_second, burst, times_in_a_row, limit_is_told, "
      "greatest(0, extract(epoch FROM paused_until - clock_timestamp()))::float8, "
      "extract(epoch FROM clock_timestamp() - last)::float8 FROM throttle "
      "WHERE last > clock_timestamp() - interval '1 hour'");
  if (!throttles) return throttles.error();

  const Steady now = options_.now();
  const Lock lock(mutex_);
  replicas_ = static_cast<int>(count.value()[0].integer(0));
  keys_.clear();
  for (int i = 0; i < keys.value().size(); ++i) {
    const auto row = keys.value()[i];
    keys_[std::string(row.text(0))] = key_of({.proven = std::string(row.text(1)),
                                              .refusals = static_cast<int>(row.integer(2)),
                                              .shut_for = rounded_up(row.real(3))});
  }
  throttles_.clear();
  for (int i = 0; i < throttles.value().size(); ++i) {
    const auto row = throttles.value()[i];
    throttles_.push_back({.as_seen = {.service = std::string(row.text(0)),
                                      .pace = {.per_second = row.real(1), .burst = row.real(2)},
                                      .times_in_a_row = static_cast<int>(row.integer(3)),
                                      .limit_is_told = row.integer(4) != 0,
                                      .pause = rounded_up(row.real(5)),
                                      .since = seconds(static_cast<std::int64_t>(row.real(6)))},
                          .seen_at = now});
  }
  return Done();
}

void PostgresLimits::leave() {
  calls_.post([replica = options_.replica](PgConnection& connection) {
    return connection.change("DELETE FROM replica WHERE id = $1", {replica});
  });
}

int PostgresLimits::replicas() const {
  const Lock lock(mutex_);
  return replicas_;
}

// --- the key ---

PostgresLimits::Key PostgresLimits::key_of(const Row& row) const {
  return {
      .proven = row.proven, .refusals = row.refusals, .shut_until = options_.now() + row.shut_for};
}

KeyStanding PostgresLimits::standing_of(const Key& key, const std::string& pair) const {
  const auto left = std::max(key.shut_until - options_.now(), Steady::duration::zero());
  const bool is_proven = key.proven == pair;
  return {.is_proven = is_proven,
          .refusals = key.refusals,
          .shut_for = is_proven ? seconds(0) : std::chrono::ceil<seconds>(left)};
}

std::optional<KeyStanding> PostgresLimits::standing(const SharedKeyName& key) const {
  const Lock lock(mutex_);
  if (replicas_ == 0) return std::nullopt;
  const auto found = keys_.find(key.access);
  if (found == keys_.end()) return KeyStanding();  // nobody has used it
  return standing_of(found->second, key.pair);
}

void PostgresLimits::note(const std::string& access, const Row& row) {
  const Key key = key_of(row);
  const Lock lock(mutex_);
  keys_[access] = key;
}

/// The row of a key, which nobody else touches until the transaction's end.
Outcome<PostgresLimits::Row> PostgresLimits::lock_key(PgConnection& connection,
                                                      const std::string& access) {
  const auto rows = connection.run(
      "INSERT INTO key_guard(key) VALUES($1) "
      "ON CONFLICT(key) DO UPDATE SET used_at = clock_timestamp() RETURNING proven, refusals, "
      "extract(epoch FROM greatest(shut_until, clock_timestamp()) - clock_timestamp())::float8",
      {access});
  if (!rows) return rows.error();
  const auto row = rows.value()[0];
  return Row{.proven = std::string(row.text(0)),
             .refusals = static_cast<int>(row.integer(1)),
             .shut_for = rounded_up(row.real(2))};
}

Outcome<Done> PostgresLimits::refuse(PgConnection& connection, const std::string& access, Row& row,
                                     std::int64_t more) const {
  row.refusals += static_cast<int>(more);
  if (row.refusals >= kRefusalsAllowed) {
    row.refusals = kRefusalsAllowed - 1;
    row.shut_for = options_.shut_time;
  }
  return connection.change(
      "UPDATE key_guard SET proven = $2, refusals = $3, "
      "shut_until = clock_timestamp() + $4 * interval '1 microsecond' WHERE key = $1",
      {access, row.proven, std::int64_t{row.refusals}, in_micros(row.shut_for)});
}

Outcome<std::pair<KeyTurn, PostgresLimits::Row>> PostgresLimits::try_enter(
    PgConnection& connection, const SharedKeyName& key) const {
  auto transaction = PgTransaction::begin(connection);
  if (!transaction) return transaction.error();
  auto locked = lock_key(connection, key.access);
  if (!locked) return locked.error();
  Row& row = locked.value();
  KeyTurn turn;
  if (row.proven == key.pair) {
    turn.kind = KeyTurn::Kind::given;
  } else {
    const auto lost = connection.run(
        "DELETE FROM key_pass WHERE key = $1 AND until <= clock_timestamp()", {key.access});
    if (!lost) return lost.error();
    if (lost.value().changes() > 0) {
      auto done = refuse(connection, key.access, row, lost.value().changes());
      if (!done) return done.error();
    }
    const auto open = connection.run("SELECT count(*) FROM key_pass WHERE key = $1", {key.access});
    if (!open) return open.error();
    if (row.shut_for > milliseconds(0)) {
      turn.kind = KeyTurn::Kind::shut;
    } else if (row.refusals + open.value()[0].integer(0) < kRefusalsAllowed) {
      const auto given = connection.run(
          "INSERT INTO key_pass(key, until) "
          "VALUES($1, clock_timestamp() + $2 * interval '1 microsecond') RETURNING pass",
          {key.access, in_micros(options_.pass_time)});
      if (!given) return given.error();
      turn.kind = KeyTurn::Kind::given;
      turn.pass = given.value()[0].integer(0);
    }
  }
  if (auto done = transaction.value().commit(); !done) return done.error();
  turn.standing = standing_of(key_of(row), key.pair);
  return std::pair(turn, row);
}

std::optional<KeyTurn> PostgresLimits::enter(const SharedKeyName& key) {
  using Entered = std::pair<KeyTurn, Row>;
  const auto entered = calls_.ask<Entered>(
      [this, key](PgConnection& connection) { return try_enter(connection, key); },
      [](PgConnection& connection, const Entered& late) {
        if (late.first.pass == 0) return;
        (void)connection.change("DELETE FROM key_pass WHERE pass = $1", {late.first.pass});
      });
  if (!entered) return std::nullopt;
  note(key.access, entered->second);
  return entered->first;
}

Outcome<PostgresLimits::Row> PostgresLimits::try_settle(PgConnection& connection,
                                                        const SharedKeyName& key, std::int64_t pass,
                                                        Verdict verdict) const {
  auto transaction = PgTransaction::begin(connection);
  if (!transaction) return transaction.error();
  auto row = lock_key(connection, key.access);
  if (!row) return row;
  const auto mine = connection.run("DELETE FROM key_pass WHERE pass = $1", {pass});
  if (!mine) return mine.error();
  // One that is gone was counted already; a proven key's query had none.
  const bool counts = pass == 0 || mine.value().changes() == 1;
  if (verdict == Verdict::accepted) {
    row.value() = {.proven = key.pair};
    auto done = connection.change(
        "UPDATE key_guard SET proven = $2, refusals = 0, shut_until = '-infinity' "
        "WHERE key = $1",
        {key.access, key.pair});
    if (!done) return done.error();
  } else if (verdict == Verdict::refused && counts) {
    if (row.value().proven == key.pair) row.value().proven.clear();
    auto done = refuse(connection, key.access, row.value(), 1);
    if (!done) return done.error();
  }
  if (auto done = transaction.value().commit(); !done) return done.error();
  return row;
}

void PostgresLimits::settle(const SharedKeyName& key, std::int64_t pass, Verdict verdict) {
  {
    const Lock lock(mutex_);
    Key& known = keys_[key.access];
    const bool is_proven = known.proven == key.pair;
    const bool is_old = verdict == Verdict::unknown || (verdict == Verdict::accepted && is_proven);
    if (is_old && pass == 0) return;
    if (verdict == Verdict::accepted) known = {.proven = key.pair};
    if (verdict == Verdict::refused) {
      if (is_proven) known.proven.clear();
      ++known.refusals;
    }
  }
  calls_.post([this, key, pass, verdict](PgConnection& connection) -> Outcome<Done> {
    const auto row = try_settle(connection, key, pass, verdict);
    if (!row) return row.error();
    note(key.access, row.value());
    return Done();
  });
}

// --- the rate ---

std::optional<SharedTurns> PostgresLimits::take(const std::string& name, Pace pace, int most,
                                                milliseconds most_wait) {
  return calls_.ask<SharedTurns>(
      [name, pace, most, most_wait](PgConnection& connection) {
        return try_take(connection, name, pace, most, most_wait);
      },
      [name, pace](PgConnection& connection, const SharedTurns& late) {
        (void)connection.change(
            "UPDATE rate SET full_at = full_at - $2 * interval '1 microsecond' "
            "WHERE name = $1",
            {name, cost_of(pace, late.count)});
      });
}

std::vector<SharedThrottle> PostgresLimits::throttles() const {
  const Steady now = options_.now();
  const Lock lock(mutex_);
  std::vector<SharedThrottle> all;
  all.reserve(throttles_.size());
  for (const Throttle& one : throttles_) {
    SharedThrottle& throttle = all.emplace_back(one.as_seen);
    const auto age = now - one.seen_at;
    throttle.pause =
        std::max(throttle.pause - std::chrono::floor<milliseconds>(age), milliseconds(0));
    throttle.since += std::chrono::floor<seconds>(age);
  }
  return all;
}

// Replicas that were refused together each say the same, so what is stricter stays.
void PostgresLimits::throttled(const SharedThrottle& throttle) {
  calls_.post([throttle](PgConnection& connection) -> Outcome<Done> {
    auto done = connection.change(
        "INSERT INTO throttle(service, per_second, burst, times_in_a_row, limit_is_told, "
        "paused_until, last) VALUES($1, $2::float8, $3::float8, $4, $5, "
        "clock_timestamp() + $6 * interval '1 microsecond', clock_timestamp()) "
        "ON CONFLICT(service) DO UPDATE SET per_second = excluded.per_second, "
        "burst = excluded.burst, limit_is_told = excluded.limit_is_told, last = excluded.last, "
        "times_in_a_row = greatest(throttle.times_in_a_row, excluded.times_in_a_row), "
        "paused_until = greatest(throttle.paused_until, excluded.paused_until)",
        {throttle.service, throttle.pace.per_second, throttle.pace.burst,
         std::int64_t{throttle.times_in_a_row}, std::int64_t{throttle.limit_is_told ? 1 : 0},
         in_micros(throttle.pause)});
    if (!done) return done;
    // After the pause there is one turn, and the next comes at the pace.
    return connection.change(
        "INSERT INTO rate(name, full_at) VALUES('service/' || $1, "
        "clock_timestamp() + $2 * interval '1 microsecond') "
        "ON CONFLICT(name) DO UPDATE SET full_at = greatest(rate.full_at, excluded.full_at)",
        {throttle.service,
         in_micros(throttle.pause) + cost_of(throttle.pace, throttle.pace.burst - 1)});
  });
}

void PostgresLimits::eased(const SharedThrottle& throttle) {
  calls_.post([throttle](PgConnection& connection) {
    return connection.change(
        "UPDATE throttle SET times_in_a_row = 0, per_second = $2::float8 "
        "WHERE service = $1 AND paused_until <= clock_timestamp()",
        {throttle.service, throttle.pace.per_second});
  });
}

// --- what is found once ---

std::optional<std::string> PostgresLimits::owner(const std::string& name) {
  return calls_.ask<std::string>([name](PgConnection& connection) -> Outcome<std::string> {
    const auto rows = connection.run("SELECT id FROM owner_id WHERE name = $1", {name});
    if (!rows) return rows.error();
    return rows.value().size() == 0 ? std::string() : std::string(rows.value()[0].text(0));
  });
}

void PostgresLimits::found_owner(const std::string& name, const std::string& id) {
  calls_.post([name, id](PgConnection& connection) {
    return connection.change(
        "INSERT INTO owner_id(name, id) VALUES($1, $2) "
        "ON CONFLICT(name) DO UPDATE SET id = excluded.id",
        {name, id});
  });
}

}  // namespace jobtree::store
