#include "store/shares/store_shares.h"

#include "store/shares/share_rows.h"

namespace jobtree::store {

/// What `use` gave, once it is committed.
template <class Value, class Use>
Result<Value> StoreShares::in_session(Use use) const {
  if (off_) return *off_;
  const auto away = [this](std::string_view why) {
    return Failure::unavailable(bilingual(
        {"share links in {0} cannot be reached now: {1}", "暂时无法访问 {0} 中的分享链接：{1}"},
        place_, why));
  };
  const std::shared_ptr<Store> store = store_();
  if (!store) return away("it is not open");
  std::optional<Value> value;
  const auto done = store->in_session([&](SqlSession& session) -> Outcome<Done> {
    Outcome<Value> outcome = use(session);
    if (!outcome) return outcome.error();
    value = std::move(outcome.value());
    return Done();
  });
  if (!done) return away(done.error().message);
  return std::move(*value);
}

Result<std::optional<Share>> StoreShares::create(const NewShare& share) {
  return in_session<std::optional<Share>>(
      [&](SqlSession& session) { return create_share(session, share); });
}

Result<bool> StoreShares::revoke(std::int64_t id) {
  return in_session<bool>([&](SqlSession& session) { return revoke_share(session, id); });
}

Result<std::vector<Share>> StoreShares::all() {
  return in_session<std::vector<Share>>([](SqlSession& session) { return read_shares(session); });
}

Result<std::int64_t> StoreShares::changes() {
  return in_session<std::int64_t>([](SqlSession& session) { return read_share_changes(session); });
}

Result<bool> StoreShares::used(const std::vector<std::int64_t>& ids) {
  return in_session<bool>([&](SqlSession& session) -> Outcome<bool> {
    if (auto done = note_share_use(session, ids); !done) return done.error();
    return true;
  });
}

}  // namespace jobtree::store
