// Share links on whichever database an archive has now.
//
// Knows: a database that may be closed, and opened anew. Must not know: SQL, who shares.
// Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/shares/shares.h"
#include "store/store.h"

namespace jobtree::store {

class StoreShares final : public Shares {
 public:
  /// `store`: null while there is none. `place`: where it is, for people.
  StoreShares(std::function<std::shared_ptr<Store>()> store, std::string place)
      : store_(std::move(store)), place_(std::move(place)) {}
  /// There is none, and never will be: each call says why.
  explicit StoreShares(Failure off) : off_(std::move(off)) {}

  Result<std::optional<Share>> create(const NewShare& share) override;
  Result<bool> revoke(std::int64_t id) override;
  Result<std::vector<Share>> all() override;
  Result<std::int64_t> changes() override;
  Result<bool> used(const std::vector<std::int64_t>& ids) override;

 private:
  template <class Value, class Use>
  Result<Value> in_session(Use use) const;

  const std::function<std::shared_ptr<Store>()> store_;
  const std::string place_;
  const std::optional<Failure> off_;
};

}  // namespace jobtree::store
