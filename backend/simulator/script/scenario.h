// What happens in the pretend cloud: which jobs there are, and how each goes.
//
// Knows: what the jobs of the services look like and how long they take. Must not know: HTTP,
// signatures, threads, or what time it is. Chance comes from the seed alone, so the same seed gives
// the same jobs, the same courses and the same bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "simulator/script/course.h"
#include "simulator/script/world.h"
#include "simulator/simulator.h"

namespace jobtree::simulator {

/// A job of the pretend cloud together with what a list says of it.
struct Scenario {
  KnownJob job;
  std::shared_ptr<const Course> course;
};

/// What the cloud holds from the start. `speed` divides every duration.
std::vector<Scenario> built_in_scenarios(std::uint64_t seed, double speed);

/// What `plans` ask for. An id that is left out comes from the seed and the place in the list.
std::vector<Scenario> planned_scenarios(const std::vector<JobPlan>& plans, std::uint64_t seed,
                                        double speed);

/// The batch that answers the order with this `number` (1, 2, …): as many createPublicip jobs
/// under one createBatchPublicip. The order must be in range (see check_order).
Scenario batch_scenario(std::uint64_t seed, double speed, std::uint64_t number,
                        const BatchOrder& order);

/// What is out of range in `order`, or "".
std::string check_order(const BatchOrder& order);

}  // namespace jobtree::simulator
