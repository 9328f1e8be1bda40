// A request, and when it came.
//
// Knows: values. Must not know: who handles it, what it is for.
#pragma once

#include <string_view>

#include "simulator/cloud/key_lock.h"
#include "simulator/cloud/request.h"
#include "simulator/script/time.h"

namespace jobtree::simulator {

struct Call {
  const Request& request;
  std::string_view request_id;
  WallTime now;            ///< by the simulator's clock
  KeyLock::Time steady{};  ///< for locks, quotas and rates
};

}  // namespace jobtree::simulator
