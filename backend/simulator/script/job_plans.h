// How long the parts of a job take, and which of them fail: batches of elastic IPs, servers.
//
// Knows: what these jobs look like at the real cloud. Must not know: HTTP, titles, speed.
#pragma once

#include <vector>

#include "simulator/script/planned_course.h"
#include "simulator/script/random.h"
#include "simulator/script/scenario.h"

namespace jobtree::simulator {

/// A batch as a pool of workers goes through it: 20 addresses in about 30 s with four at work,
/// 10,000 in about 150 s with eighty, 100,000 in about 20 minutes with eight hundred. Exactly
/// `order.failing` of them fail.
Step plan_batch(Random random, const BatchOrder& order);

/// What goes wrong with one server of a batch.
enum class ServerFailure { none, no_capacity, broken_volume };

/// Three levels: the order, its servers two at a time, and the parts of each.
Step plan_servers(Random random, const std::vector<ServerFailure>& failures);

}  // namespace jobtree::simulator
