// /api/demo/batches: jobs of a pretend cloud that a page may start.
//
// Knows: what an order may say. Must not know: the simulator, which it is given as functions.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/routing/route_response.h"

namespace jobtree::gateway {

/// A job the demo offers.
struct DemoJob {
  std::string region, service, project_id, job_id;
  std::string title_en, title_zh;
};

/// What a demo adds to the page. Plain functions, so that the gateway need not know the simulator.
struct Demo {
  std::function<std::vector<DemoJob>()> jobs;
  /// Starts a batch of `count` elastic IPs of which `failing` fail.
  std::function<Result<DemoJob>(int count, int failing)> start_batch;
};

/// A job as the page is told of it, a JSON object.
std::string json_text(const DemoJob& job);

/// Starts the batch that the JSON text orders: `{"count": 20, "failing": 3}`.
RouteResponse start_batch(const Demo& demo, std::string_view order);

}  // namespace jobtree::gateway
