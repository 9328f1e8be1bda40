// What comes to a vendor for one of its robots, and what the vendor makes of it.
//
// Knows: values. Must not know: any vendor's rules.
#pragma once

#include <optional>
#include <string>

#include "simulator/cloud/request.h"
#include "simulator/cloud/response.h"
#include "simulator/script/robots/robot.h"
#include "simulator/script/time.h"
#include "simulator/vendors/parts/rate_meter.h"
#include "simulator/vendors/parts/shown.h"

namespace jobtree::simulator {

struct Incoming {
  const Request& request;
  const Robot* robot = nullptr;  ///< null when there is none of that ID
  WallTime now{};                ///< by the simulator's clock
  std::optional<Excess> excess = {};

  bool has_robot() const { return robot != nullptr && !robot->is_gone; }
};

struct Receipt {
  Response response = {};
  std::string code = {};  ///< the vendor's own: "0", "19024", "no_text"; or the status
  bool is_accepted = false;
  Shown shown = {};  ///< also of what was refused, as far as it could be read
};

}  // namespace jobtree::simulator
