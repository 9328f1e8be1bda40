#include "store/outbox/store_outbox.h"

#include <utility>

#include "store/outbox/claiming.h"
#include "store/outbox/entry_writing.h"
#include "store/outbox/merging.h"

namespace jobtree::store {

/// What `use` gave, once it is committed.
template <class Value, class Use>
Outcome<Value> StoreOutbox::in_session(Use use) const {
  const std::shared_ptr<Store> store = off_ ? nullptr : store_();
  if (!store) return StoreError{StoreError::Kind::away, "it is not open"};
  std::optional<Value> value;
  const auto done = store->in_session([&](SqlSession& session) -> Outcome<Done> {
    Outcome<Value> outcome = use(session);
    if (!outcome) return outcome.error();
    value = std::move(outcome.value());
    return Done();
  });
  if (!done) return done.error();
  return std::move(*value);
}

template <class Value>
Result<Value> StoreOutbox::result_of(Outcome<Value> outcome) const {
  if (outcome) return std::move(outcome.value());
  if (off_) return *off_;
  return Failure::unavailable(bilingual({"messages that wait in {0} cannot be reached now: {1}",
                                         "暂时无法访问 {0} 中待发送的消息：{1}"},
                                        place_, outcome.error().message));
}

Result<std::size_t> StoreOutbox::put(const std::vector<OutboxEntry>& entries) {
  return result_of(in_session<std::size_t>([&](SqlSession& session) -> Outcome<std::size_t> {
    const auto added = put_entries(session, entries);
    if (!added) return added.error();
    return static_cast<std::size_t>(added.value());
  }));
}

Result<Claiming> StoreOutbox::claim(const ClaimQuery& query) {
  return result_of(
      in_session<Claiming>([&](SqlSession& session) { return claim_entry(session, query); }));
}

Result<bool> StoreOutbox::hold(const OutboxClaim& claim, milliseconds lease, std::uint32_t parts) {
  return result_of(in_session<bool>(
      [&](SqlSession& session) { return hold_entry(session, claim, lease, parts); }));
}

Result<milliseconds> StoreOutbox::take(std::string_view channel, OutboxRate rate) {
  return result_of(in_session<milliseconds>(
      [&](SqlSession& session) { return take_turn(session, channel, rate); }));
}

Result<bool> StoreOutbox::close(const OutboxClaim& claim, const Closing& closing) {
  return result_of(
      in_session<bool>([&](SqlSession& session) { return close_entry(session, claim, closing); }));
}

Result<std::vector<PendingEntry>> StoreOutbox::pending(std::string_view channel, std::size_t most) {
  return result_of(in_session<std::vector<PendingEntry>>(
      [&](SqlSession& session) { return read_pending(session, channel, most); }));
}

Result<bool> StoreOutbox::merge(const Merging& merging) {
  auto merged =
      in_session<bool>([&](SqlSession& session) { return merge_entries(session, merging); });
  if (!merged && merged.error().kind == StoreError::Kind::conflict) return false;
  return result_of(std::move(merged));
}

Result<std::vector<ChannelQueue>> StoreOutbox::queues() {
  return result_of(in_session<std::vector<ChannelQueue>>(
      [](SqlSession& session) { return read_queues(session); }));
}

}  // namespace jobtree::store
