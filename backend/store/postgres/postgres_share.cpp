#include "store/postgres/postgres_share.h"

#include <algorithm>
#include <cstdlib>

namespace jobtree::store {
namespace {

// A part is the lease of the name "follow/NUMBER".
constexpr std::string_view kPrefix = "follow/";

/// The same in every program, whatever its library: FNV-1a, and then mixed, because addresses
/// differ at their ends.
std::size_t part_of(std::string_view job) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : job) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211U;
  }
  hash = (hash ^ hash >> 33U) * 0xff51afd7ed558ccdU;
  return static_cast<std::size_t>(hash >> 32U) % PostgresShare::kParts;
}

}  // namespace

Outcome<Done> PostgresShare::refresh(PgConnection& connection, int replicas) {
  const auto now = options_.now();
  if (now < next_ && replicas == last_replicas_) return Done();
  const std::string_view replica = options_.replica;
  const std::int64_t micros = std::chrono::microseconds(options_.lease_time).count();
  const auto share =
      static_cast<std::int64_t>((kParts + static_cast<std::size_t>(std::max(replicas, 1)) - 1) /
                                static_cast<std::size_t>(std::max(replicas, 1)));
  // What is more than its share goes to the others.
  const auto given = connection.run(
      "DELETE FROM lease WHERE holder = $1 AND name IN (SELECT name FROM lease WHERE holder = $1 "
      "AND name LIKE 'follow/%' ORDER BY name OFFSET $2)",
      {replica, share});
  if (!given) return given.error();
  const auto renewed = connection.run(
      "UPDATE lease SET until = clock_timestamp() + $2 * interval '1 microsecond' "
      "WHERE holder = $1 AND name LIKE 'follow/%' RETURNING name",
      {replica, micros});
  if (!renewed) return renewed.error();
  std::bitset<kParts> held;
  const auto note = [&held](const PgRows& rows) {
    for (int i = 0; i < rows.size(); ++i) {
      const std::string number(rows[i].text(0).substr(kPrefix.size()));
      held.set(static_cast<std::size_t>(std::atoi(number.c_str())) % kParts);
    }
  };
  note(renewed.value());
  if (const std::int64_t missing = share - renewed.value().size(); missing > 0) {
    // In an order of chance, so that replicas that start together take different ones.
    const auto taken = connection.run(
        "INSERT INTO lease(name, holder, until) "
        "SELECT 'follow/' || part, $1, clock_timestamp() + $2 * interval '1 microsecond' "
        "FROM generate_series(0, 63) AS part WHERE NOT EXISTS (SELECT 1 FROM lease "
        "WHERE name = 'follow/' || part AND until > clock_timestamp()) "
        "ORDER BY random() LIMIT $3 "
        "ON CONFLICT(name) DO UPDATE SET holder = excluded.holder, until = excluded.until "
        "WHERE lease.until <= clock_timestamp() RETURNING name",
        {replica, micros, missing});
    if (!taken) return taken.error();
    note(taken.value());
  }
  next_ = now + options_.renew_every;
  last_replicas_ = replicas;
  // Some may be free in a moment: of a replica that was killed, or has given some back.
  if (held.count() < static_cast<std::size_t>(share)) next_ = now;
  const Lock lock(mutex_);
  if (held != held_) ++revision_;
  held_ = held;
  return Done();
}

Outcome<Done> PostgresShare::leave(PgConnection& connection) {
  const auto done =
      connection.run("DELETE FROM lease WHERE holder = $1", {std::string_view(options_.replica)});
  if (!done) return done.error();
  return Done();
}

bool PostgresShare::has(std::string_view job) const {
  const Lock lock(mutex_);
  return held_.test(part_of(job));
}

}  // namespace jobtree::store
