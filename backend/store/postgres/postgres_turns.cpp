#include "store/postgres/postgres_turns.h"

#include <algorithm>
#include <cstdint>

namespace jobtree::store {
namespace {

using std::chrono::milliseconds;

constexpr unsigned kCleanUpEvery = 1000;  // turns

// A turn is free half an interval after the one before. $2: that half, $3: how far ahead one may be
// taken, both in microseconds.
constexpr const char* kTakeTurn =
    "INSERT INTO poll_turn(job, free_at) "
    "VALUES($1, clock_timestamp() + $2 * interval '1 microsecond') "
    "ON CONFLICT(job) DO UPDATE SET free_at = "
    "greatest(poll_turn.free_at, clock_timestamp()) + $2 * interval '1 microsecond' "
    "WHERE poll_turn.free_at <= clock_timestamp() + $3 * interval '1 microsecond' "
    "RETURNING extract(epoch FROM free_at - clock_timestamp())::float8";

}  // namespace

PollTurn PostgresTurns::take(const std::string& job, milliseconds interval) {
  if (limits_.replicas() < 2) return {};
  if (++taken_ % kCleanUpEvery == 0) clean_up();
  const std::chrono::microseconds whole = interval;
  const auto half = whole / 2;
  const auto turn = calls_.ask<PollTurn>([job, half, whole,
                                          interval](PgConnection& connection) -> Outcome<PollTurn> {
    const auto rows =
        connection.run(kTakeTurn, {job, std::int64_t{half.count()}, std::int64_t{whole.count()}});
    if (!rows) return rows.error();
    if (rows.value().size() == 0) return PollTurn{.is_given = false, .wait = interval};
    const std::chrono::duration<double> ahead(rows.value()[0].real(0));
    const auto wait = std::chrono::ceil<milliseconds>(ahead - half);
    return PollTurn{.wait = std::max(wait, milliseconds(0))};
  });
  return turn.value_or(PollTurn());
}

void PostgresTurns::clean_up() {
  calls_.post([](PgConnection& connection) {
    return connection.change(
        "DELETE FROM poll_turn WHERE free_at < clock_timestamp() - interval '1 hour'", {});
  });
}

}  // namespace jobtree::store
