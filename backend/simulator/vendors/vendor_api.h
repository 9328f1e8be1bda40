// The vendors of chat channels, as whoever sends a message meets them.
//
// Knows: the robots, which vendor receives what, how many messages each robot had. Must not know:
// sockets, faults, what time it is, any vendor's rules.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "simulator/cloud/call.h"
#include "simulator/vendors/receipt.h"

namespace jobtree::simulator {

/// A receipt, and what may be told of the request.
struct VendorResult {
  Receipt receipt = {};
  Vendor vendor = Vendor::feishu;
  std::string robot = {};  ///< its ID; "" when it is not known, for it may be a real one's
  /// That of the request, without a signature and an ID that is not known.
  std::string target = {};
};

/// What a vendor says when it has too much to do.
Receipt busy(Vendor vendor);

/// Thread-safe.
class VendorApi {
 public:
  VendorApi(std::vector<Robot> robots, double speed);

  /// Nothing when the request is for no vendor.
  std::optional<VendorResult> handle(const Call& call);

  const std::vector<Robot>& robots() const { return robots_; }

 private:
  std::optional<Excess> count(std::size_t robot, KeyLock::Time now);

  const std::vector<Robot> robots_;
  Mutex mutex_;
  std::vector<RateMeter> meters_ JOBTREE_GUARDED_BY(mutex_);  ///< of `robots_`, in their order
};

}  // namespace jobtree::simulator
