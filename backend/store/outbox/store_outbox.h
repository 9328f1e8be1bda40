// The outbox on whichever database an archive has now.
//
// Knows: a database that may be closed, and opened anew. Must not know: SQL, who sends.
// Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "store/outbox/outbox.h"
#include "store/store.h"

namespace jobtree::store {

class StoreOutbox final : public Outbox {
 public:
  /// `store`: null while there is none. `place`: where it is, for people.
  StoreOutbox(std::function<std::shared_ptr<Store>()> store, std::string place)
      : store_(std::move(store)), place_(std::move(place)) {}
  /// There is none, and never will be: each call says why.
  explicit StoreOutbox(Failure off) : off_(std::move(off)) {}

  Result<std::size_t> put(const std::vector<OutboxEntry>& entries) override;
  Result<Claiming> claim(const ClaimQuery& query) override;
  Result<bool> hold(const OutboxClaim& claim, milliseconds lease, std::uint32_t parts) override;
  Result<milliseconds> take(std::string_view channel, OutboxRate rate) override;
  Result<bool> close(const OutboxClaim& claim, const Closing& closing) override;
  Result<std::vector<PendingEntry>> pending(std::string_view channel, std::size_t most) override;
  Result<bool> merge(const Merging& merging) override;
  Result<std::vector<ChannelQueue>> queues() override;

 private:
  template <class Value, class Use>
  Outcome<Value> in_session(Use use) const;
  template <class Value>
  Result<Value> result_of(Outcome<Value> outcome) const;

  const std::function<std::shared_ptr<Store>()> store_;
  const std::string place_;
  const std::optional<Failure> off_;
};

}  // namespace jobtree::store
