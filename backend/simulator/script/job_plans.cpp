#include "simulator/script/job_plans.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <queue>
#include <utility>

namespace jobtree::simulator {
namespace {

Milliseconds time_between(Random& random, int low, int high) {
  return Milliseconds(random.between(low, high));
}

// Codes and texts as the services document them.
constexpr JobError kPoolIsEmpty{"VPC.0532", "No more IP addresses available on network."};
constexpr JobError kQuotaExceeded{"VPC.0521", "Quota exceeded for resources: ['floatingip']."};
constexpr JobError kCreateFailed{"VPC.0503", "Creating publicIp failed."};
constexpr JobError kNoCapacity{"Ecs.0319", "Check capacity: Capacity is not enough."};
constexpr JobError kVolumeError{"EVS.2024", "EbsCreateVolumeTask-fail:volume is error!"};

/// One server with what it needs, `begin` after the job's begin.
class ServerPlan {
 public:
  ServerPlan(Random& random, Milliseconds begin)
      : random_(random),
        server_{.type = "createSingleServer",
                .begin = begin,
                .resource = Resource::server,
                .identity = random.next()} {}

  /// Adds a part that begins after `after` and gives back its end.
  Milliseconds add(std::string_view type, Resource resource, Milliseconds after, int at_least,
                   int at_most, const JobError* error = nullptr) {
    Step part{.type = std::string(type), .listed = server_.begin, .resource = resource};
    part.identity = random_.next();
    part.begin = after + time_between(random_, 50, 300);
    part.end = part.begin + time_between(random_, at_least, at_most);
    part.error = error;
    server_.end = std::max(server_.end, part.end);
    server_.children.push_back(std::move(part));
    return server_.children.back().end;
  }

  Step done() {
    server_.end += time_between(random_, 200, 500);
    return std::move(server_);
  }

 private:
  Random& random_;
  Step server_;
};

Step plan_server(Random& random, Milliseconds begin, ServerFailure failure) {
  ServerPlan plan(random, begin);
  const Milliseconds nic = plan.add("createNic", Resource::nic, begin, 1500, 3000);
  if (failure == ServerFailure::no_capacity) {
    plan.add("allocateHost", Resource::none, nic, 800, 1500, &kNoCapacity);
    return plan.done();
  }
  plan.add("allocateHost", Resource::none, nic, 800, 1500);
  const Milliseconds system = plan.add("createVolume", Resource::volume, begin, 3000, 6000);
  const Milliseconds data =
      plan.add("createVolume", Resource::volume, begin, 3500, 7000,
               failure == ServerFailure::broken_volume ? &kVolumeError : nullptr);
  if (failure == ServerFailure::broken_volume) return plan.done();
  const Milliseconds attached =
      plan.add("attachVolume", Resource::volume, std::max({nic, system, data}), 1500, 2500);
  plan.add("startServer", Resource::none, attached, 3000, 5500);
  return plan.done();
}

}  // namespace

Step plan_batch(Random random, const BatchOrder& order) {
  const std::int64_t count = order.count;
  const std::int64_t workers = std::max(std::min<std::int64_t>(4, count), count / 125);
  const std::int64_t total = 30000 + 12 * std::max<std::int64_t>(count - 20, 0);
  const std::int64_t mean = total * workers / std::max<std::int64_t>(count, 20);

  Step root{.type = "createBatchPublicip", .begin = Milliseconds(250), .identity = random.next()};
  root.children.reserve(static_cast<std::size_t>(count));
  // When each is free again, the earliest first.
  using Worker = std::pair<Milliseconds, std::int64_t>;
  std::priority_queue<Worker, std::vector<Worker>, std::greater<>> pool;
  for (std::int64_t i = 0; i < workers; ++i) {
    pool.emplace(Milliseconds(400), i);
  }
  Milliseconds last{0};
  std::int64_t to_fail = order.failing;
  constexpr const JobError* kErrors[] = {&kPoolIsEmpty, &kQuotaExceeded, &kCreateFailed};
  for (std::int64_t i = 0; i < count; ++i) {
    const auto [free_at, worker] = pool.top();
    pool.pop();
    Step step{.type = "createPublicip", .resource = Resource::eip, .identity = random.next()};
    step.index = static_cast<int>(i);
    step.begin = free_at + time_between(random, 20, 120);
    step.end = step.begin + Milliseconds(random.between(mean * 6 / 10, mean * 14 / 10));
    // Takes each with the chance that makes the number come out exactly.
    if (random.between(0, count - i - 1) < to_fail) {
      --to_fail;
      step.error = kErrors[random.between(0, 2)];
    }
    pool.emplace(step.end, worker);
    last = std::max(last, step.end);
    root.children.push_back(std::move(step));
  }
  root.end = last + time_between(random, 300, 600);
  return root;
}

Step plan_servers(Random random, const std::vector<ServerFailure>& failures) {
  Step root{.type = "createServer", .begin = Milliseconds(250), .identity = random.next()};
  Milliseconds free_at[2] = {Milliseconds(600), Milliseconds(1500)};
  for (const ServerFailure failure : failures) {
    Milliseconds& worker = *std::min_element(std::begin(free_at), std::end(free_at));
    Step server = plan_server(random, worker, failure);
    server.index = static_cast<int>(root.children.size());
    worker = server.end;
    root.children.push_back(std::move(server));
  }
  root.end = std::max(free_at[0], free_at[1]) + time_between(random, 400, 900);
  return root;
}

}  // namespace jobtree::simulator
