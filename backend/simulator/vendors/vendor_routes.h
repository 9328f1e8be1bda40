// The paths of the vendors: whose robot a request is for.
//
// Knows: where each vendor's URL has the ID of a robot. Must not know: which robots there are, what
// they do with a message.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "simulator/script/robots/robot.h"

namespace jobtree::simulator {

/// What a path names. It need not be there.
struct RobotAddress {
  Vendor vendor = Vendor::feishu;
  std::string id = {};
};

/// Of a raw target, "/robot/send?access_token=…"; nothing when it is no vendor's path.
std::optional<RobotAddress> find_robot(std::string_view target);

/// Where a robot is reached, without what a signature adds: "/services/T…/B…/…".
std::string path_of(const Robot& robot);

/// The same without its ID, for an ID that is not known: it may be a real one's.
std::string_view path_before_id(Vendor vendor);

}  // namespace jobtree::simulator
