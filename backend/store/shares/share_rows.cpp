#include "store/shares/share_rows.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/hex.h"
#include "store/sql/job_row.h"

namespace jobtree::store {
namespace {

constexpr std::int64_t kMostSharesPruned = 500;  // in one step
constexpr std::size_t kMostEndedStored = 10'000;

// Who has changed it holds its row until the end of the transaction: so links are made one after
// the other, and what is counted before one is made is still so after it.
constexpr std::string_view kCountChange = "UPDATE share_change SET number = number + 1";

constexpr std::string_view kCountLive =
    "SELECT count(*) FROM share WHERE revoked_at IS NULL AND expires_at > ?1";

constexpr std::string_view kInsert = R"sql(
INSERT INTO share(token_hash, kind, region, service, project, job_id, board, label, is_public,
  created_by, created_at, expires_at)
VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) RETURNING id)sql";

constexpr std::string_view kRevoke =
    "UPDATE share SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL";

constexpr std::string_view kColumns =
    "SELECT id, token_hash, kind, region, service, project, job_id, board, label, is_public, "
    "created_by, created_at, expires_at, revoked_at, last_used_at FROM share ";
constexpr std::string_view kLive =
    "WHERE revoked_at IS NULL AND expires_at > ?1 ORDER BY id DESC LIMIT ?2";
constexpr std::string_view kEnded =
    "WHERE revoked_at IS NOT NULL OR expires_at <= ?1 ORDER BY id DESC LIMIT ?2";

// A time that lies ahead tells of a clock that was set back.
constexpr std::string_view kUsed =
    "UPDATE share SET last_used_at = ?2 WHERE id = ?1 "
    "AND (last_used_at IS NULL OR last_used_at <= ?3 OR last_used_at > ?2)";

constexpr std::string_view kPrune = R"sql(
DELETE FROM share WHERE id IN (
  SELECT id FROM share WHERE expires_at < ?1 OR revoked_at < ?1 ORDER BY id LIMIT ?2))sql";

// Who makes and ends them by the thousand fills nothing.
constexpr std::string_view kPruneMany = R"sql(
DELETE FROM share WHERE id IN (
  SELECT id FROM share WHERE revoked_at IS NOT NULL OR expires_at <= ?1
  ORDER BY id DESC LIMIT ?3 OFFSET ?2))sql";

Digest digest_of_hex(std::string_view hex) {
  Digest digest{};
  if (hex.size() != 2 * digest.size()) return digest;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<unsigned char>(hex_value(hex[2 * i]) * 16 + hex_value(hex[2 * i + 1]));
  }
  return digest;
}

Share share_of(const SqlRow& row) {
  const auto text = [&row](int column) { return std::string(row.text(column)); };
  const auto time = [&row](int column) {
    return row.is_null(column) ? std::nullopt : std::optional(time_of(row.integer(column)));
  };
  Share share;
  share.id = row.integer(0);
  share.digest = digest_of_hex(row.text(1));
  if (row.text(2) == "job") {
    share.thing.job = cloud::JobAddress(text(3), text(4), text(5), text(6));
  } else {
    share.thing.board = text(7);
  }
  share.label = text(8);
  share.is_public = row.integer(9) != 0;
  share.created_by = text(10);
  share.created_at = time_of(row.integer(11));
  share.expires_at = time_of(row.integer(12));
  share.revoked_at = time(13);
  share.last_used_at = time(14);
  return share;
}

}  // namespace

Outcome<std::optional<Share>> create_share(SqlSession& session, const NewShare& share) {
  const auto counted = session.change(kCountChange, {});
  if (!counted) return counted.error();
  const auto now = session.now();
  if (!now) return now.error();
  const auto live = session.number(kCountLive, {micros(now.value())});
  if (!live) return live.error();
  if (live.value().value_or(0) >= static_cast<std::int64_t>(kMostLiveShares)) {
    return std::optional<Share>();
  }
  Share made{.thing = share.thing,
             .label = share.label,
             .is_public = share.is_public,
             .created_by = share.created_by,
             .created_at = now.value(),
             .expires_at = now.value() + share.lasts};
  made.digest = share.digest;
  const std::string hash = to_hex(share.digest);
  const cloud::JobAddress job = share.thing.job.value_or(cloud::JobAddress());
  const auto id = session.number(
      kInsert, {hash, std::string_view(share.thing.job ? "job" : "board"), job.region(),
                job.service(), job.project_id(), job.job_id(), share.thing.board, share.label,
                std::int64_t{share.is_public ? 1 : 0}, share.created_by, micros(made.created_at),
                micros(made.expires_at)});
  if (!id) return id.error();
  made.id = id.value().value_or(0);
  return std::optional(std::move(made));
}

Outcome<bool> revoke_share(SqlSession& session, std::int64_t id) {
  const auto known = session.number("SELECT id FROM share WHERE id = ?1", {id});
  if (!known) return known.error();
  if (!known.value()) return false;
  const auto now = session.now();
  if (!now) return now.error();
  const auto revoked = session.change(kRevoke, {id, micros(now.value())});
  if (!revoked) return revoked.error();
  if (revoked.value() == 0) return true;  // it was before
  const auto counted = session.change(kCountChange, {});
  if (!counted) return counted.error();
  return true;
}

Outcome<std::vector<Share>> read_shares(SqlSession& session) {
  const auto now = session.now();
  if (!now) return now.error();
  std::vector<Share> shares;
  const auto add = [&shares](const SqlRow& row) { shares.push_back(share_of(row)); };
  const auto at = micros(now.value());
  auto done = session.read(std::string(kColumns).append(kLive),
                           {at, static_cast<std::int64_t>(kMostLiveShares)}, add);
  if (!done) return done.error();
  done = session.read(std::string(kColumns).append(kEnded),
                      {at, static_cast<std::int64_t>(kMostEndedShares)}, add);
  if (!done) return done.error();
  std::ranges::sort(shares, std::ranges::greater(), &Share::id);
  return shares;
}

Outcome<std::int64_t> read_share_changes(SqlSession& session) {
  const auto number = session.number("SELECT number FROM share_change", {});
  if (!number) return number.error();
  return number.value().value_or(0);
}

Outcome<Done> note_share_use(SqlSession& session, const std::vector<std::int64_t>& ids) {
  const auto now = session.now();
  if (!now) return now.error();
  // In one order for all, so that no two replicas wait for each other's rows.
  std::vector<std::int64_t> ordered = ids;
  std::ranges::sort(ordered);
  for (const std::int64_t id : ordered) {
    const auto count =
        session.change(kUsed, {id, micros(now.value()), micros(now.value() - kUseIsNotedEvery)});
    if (!count) return count.error();
  }
  return Done();
}

Outcome<bool> prune_shares(SqlSession& session, Time now) {
  const auto old = session.change(kPrune, {micros(now - kEndedSharesStay), kMostSharesPruned});
  if (!old) return old.error();
  const auto many = session.change(
      kPruneMany, {micros(now), static_cast<std::int64_t>(kMostEndedStored), kMostSharesPruned});
  if (!many) return many.error();
  return old.value() >= kMostSharesPruned || many.value() >= kMostSharesPruned;
}

}  // namespace jobtree::store
