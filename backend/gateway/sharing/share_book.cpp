#include "gateway/sharing/share_book.h"

#include <utility>
#include <vector>

namespace jobtree::gateway {
namespace {

constexpr std::chrono::seconds kLookAtShares{1};

}  // namespace

ShareBook::ShareBook(store::Archive& archive, Executor& executor, Clock clock)
    : archive_(archive), clock_(std::move(clock)), tasks_(executor) {
  is_read_ = archive_.state().kind == store::ArchiveState::Kind::off;
  if (is_read_) return;
  look();
  look_later();
}

ShareBook::Entry ShareBook::find(const Digest& digest) const {
  const Lock lock(mutex_);
  const auto found = by_digest_.find(digest);
  return found == by_digest_.end() ? nullptr : found->second;
}

ShareBook::Entry ShareBook::find(std::int64_t id) const {
  const Lock lock(mutex_);
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

store::Time ShareBook::now() const {
  return std::chrono::floor<store::Time::duration>(clock_.wall());
}

void ShareBook::used(const store::Share& share) {
  const store::Time at = now();
  const bool is_noted = share.last_used_at && *share.last_used_at <= at &&
                        at < *share.last_used_at + store::kUseIsNotedEvery;
  if (is_noted) return;
  const Lock lock(mutex_);
  used_.insert(share.id);
}

void ShareBook::look() {
  const Lock lock(reading_);
  const auto changes = archive_.shares().changes();
  if (!changes) return;
  if (changes_ != changes.value() && read()) changes_ = changes.value();
  store_uses();
}

bool ShareBook::read() {
  auto shares = archive_.shares().all();
  if (!shares) return false;
  const Lock lock(mutex_);
  by_digest_.clear();
  by_id_.clear();
  for (store::Share& share : shares.value())
    put(std::make_shared<const store::Share>(std::move(share)));
  is_read_ = true;
  return true;
}

void ShareBook::store_uses() {
  std::vector<std::int64_t> used;
  {
    const Lock lock(mutex_);
    used.assign(used_.begin(), used_.end());
  }
  if (used.empty() || !archive_.shares().used(used)) return;
  const store::Time at = now();
  const Lock lock(mutex_);
  for (const std::int64_t id : used) {
    used_.erase(id);
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) continue;
    auto noted = std::make_shared<store::Share>(*found->second);
    noted->last_used_at = at;
    put(std::move(noted));
  }
}

Result<ShareBook::Entry> ShareBook::create(const store::NewShare& share) {
  const Lock lock(reading_);
  auto created = archive_.shares().create(share);
  if (!created) return created.failure();
  if (!created.value()) return Entry();
  Entry entry = std::make_shared<const store::Share>(std::move(*created.value()));
  const Lock putting(mutex_);
  put(entry);
  return entry;
}

Result<bool> ShareBook::revoke(std::int64_t id) {
  const Lock lock(reading_);
  auto revoked = archive_.shares().revoke(id);
  if (!revoked || !revoked.value()) return revoked;
  const Lock putting(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end() || found->second->revoked_at) return revoked;
  auto ended = std::make_shared<store::Share>(*found->second);
  ended->revoked_at = now();
  put(std::move(ended));
  return revoked;
}

void ShareBook::put(Entry entry) {
  by_id_[entry->id] = entry;
  by_digest_[entry->digest] = std::move(entry);
}

/// Not on the thread of alarms, for a disk may keep it waiting.
void ShareBook::look_later() {
  tasks_.at(std::chrono::steady_clock::now() + kLookAtShares, [this] {
    tasks_.run([this] {
      look();
      look_later();
    });
  });
}

}  // namespace jobtree::gateway
