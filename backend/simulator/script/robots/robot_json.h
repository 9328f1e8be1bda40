// Robots as a scenario file writes them.
//
// Knows: the members of a robot and their bounds. Must not know: what a robot does with a message.
#pragma once

#include <vector>

#include "simulator/script/json_reader.h"
#include "simulator/script/robots/robot.h"

namespace jobtree::simulator {

inline constexpr std::size_t kMaxRobots = 100;

/// The member "robots"; what is wrong with it is in the readers' common place for that.
std::vector<Robot> read_robots(JsonReader& reader);

}  // namespace jobtree::simulator
