#include "simulator/scenario.h"

#include <algorithm>
#include <utility>

#include "simulator/chance.h"
#include "simulator/documents.h"
#include "simulator/planned_course.h"

namespace jobtree::simulator {
namespace {

constexpr std::string_view kRegion = "cn-north-4";
constexpr int kMaxBatch = 10000;

/// One stream of chance a job, so that adding a job to the list leaves the others as they were.
Chance chance_of(std::uint64_t seed, std::string_view name, std::uint64_t number = 0) {
  std::uint64_t hash = 0xcbf29ce484222325 ^ seed;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return Chance(hash + number * 0xd6e8feb86659fd93);
}

Milliseconds time_between(Chance& chance, int low, int high) {
  return Milliseconds(chance.between(low, high));
}

// Codes and texts as the services document them.
constexpr Trouble kPoolIsEmpty{"VPC.0532", "No more IP addresses available on network."};
constexpr Trouble kQuotaExceeded{"VPC.0521", "Quota exceeded for resources: ['floatingip']."};
constexpr Trouble kCreateFailed{"VPC.0503", "Creating publicIp failed."};
constexpr Trouble kNoCapacity{"Ecs.0319", "Check capacity: Capacity is not enough."};
constexpr Trouble kVolumeError{"EVS.2024", "EbsCreateVolumeTask-fail:volume is error!"};

/// A document that never changes.
class FixedCourse final : public Course {
 public:
  explicit FixedCourse(std::string_view document) : document_(document) {}

  std::string document(WallTime, Milliseconds) const override { return std::string(document_); }
  Milliseconds length() const override { return Milliseconds(0); }
  std::size_t size() const override { return 0; }

 private:
  std::string_view document_;
};

/// A batch as a pool of workers goes through it: 20 addresses in about 30 s with four at work,
/// 10,000 in about 150 s with eighty.
Step plan_batch(Chance chance, const BatchOrder& order) {
  const std::int64_t count = order.count;
  const std::int64_t workers = std::max(std::min<std::int64_t>(4, count), count / 125);
  const std::int64_t total = 30000 + 12 * std::max<std::int64_t>(count - 20, 0);
  const std::int64_t mean = total * workers / std::max<std::int64_t>(count, 20);

  Step root{.type = "createBatchPublicip", .begin = Milliseconds(250), .identity = chance.next()};
  root.children.reserve(static_cast<std::size_t>(count));
  std::vector<Milliseconds> free_at(static_cast<std::size_t>(workers), Milliseconds(400));
  std::int64_t to_fail = order.failing;
  constexpr const Trouble* kTroubles[] = {&kPoolIsEmpty, &kQuotaExceeded, &kCreateFailed};
  for (std::int64_t i = 0; i < count; ++i) {
    const auto worker = std::min_element(free_at.begin(), free_at.end());
    Step step{.type = "createPublicip", .resource = Resource::eip, .identity = chance.next()};
    step.index = static_cast<int>(i);
    step.begin = *worker + time_between(chance, 20, 120);
    step.end = step.begin + Milliseconds(chance.between(mean * 6 / 10, mean * 14 / 10));
    // Takes each with the chance that makes the number come out exactly.
    if (chance.between(0, count - i - 1) < to_fail) {
      --to_fail;
      step.trouble = kTroubles[chance.between(0, 2)];
    }
    *worker = step.end;
    root.children.push_back(std::move(step));
  }
  root.end = *std::max_element(free_at.begin(), free_at.end()) + time_between(chance, 300, 600);
  return root;
}

/// One server with what it needs, `begin` after the job's begin.
class ServerPlan {
 public:
  ServerPlan(Chance& chance, Milliseconds begin)
      : chance_(chance),
        server_{.type = "createSingleServer",
                .begin = begin,
                .resource = Resource::server,
                .identity = chance.next()} {}

  /// Adds a part that begins after `after` and gives back its end.
  Milliseconds add(std::string_view type, Resource resource, Milliseconds after, int at_least,
                   int at_most, const Trouble* trouble = nullptr) {
    Step part{.type = type, .listed = server_.begin, .resource = resource};
    part.identity = chance_.next();
    part.begin = after + time_between(chance_, 50, 300);
    part.end = part.begin + time_between(chance_, at_least, at_most);
    part.trouble = trouble;
    server_.end = std::max(server_.end, part.end);
    server_.children.push_back(std::move(part));
    return server_.children.back().end;
  }

  Step done() {
    server_.end += time_between(chance_, 200, 500);
    return std::move(server_);
  }

 private:
  Chance& chance_;
  Step server_;
};

/// What goes wrong in a batch of servers.
enum class Mishap { none, no_capacity, broken_volume };

Step plan_server(Chance& chance, Milliseconds begin, Mishap mishap) {
  ServerPlan plan(chance, begin);
  const Milliseconds nic = plan.add("createNic", Resource::nic, begin, 1500, 3000);
  if (mishap == Mishap::no_capacity) {
    plan.add("allocateHost", Resource::none, nic, 800, 1500, &kNoCapacity);
    return plan.done();
  }
  plan.add("allocateHost", Resource::none, nic, 800, 1500);
  const Milliseconds system = plan.add("createVolume", Resource::volume, begin, 3000, 6000);
  const Milliseconds data = plan.add("createVolume", Resource::volume, begin, 3500, 7000,
                                     mishap == Mishap::broken_volume ? &kVolumeError : nullptr);
  if (mishap == Mishap::broken_volume) return plan.done();
  const Milliseconds attached =
      plan.add("attachVolume", Resource::volume, std::max({nic, system, data}), 1500, 2500);
  plan.add("startServer", Resource::none, attached, 3000, 5500);
  return plan.done();
}

/// Three levels: the order, its servers two at a time, and the parts of each.
Step plan_servers(Chance chance, const std::vector<Mishap>& mishaps) {
  Step root{.type = "createServer", .begin = Milliseconds(250), .identity = chance.next()};
  Milliseconds free_at[2] = {Milliseconds(600), Milliseconds(1500)};
  for (const Mishap mishap : mishaps) {
    Milliseconds& worker = *std::min_element(std::begin(free_at), std::end(free_at));
    Step server = plan_server(chance, worker, mishap);
    server.index = static_cast<int>(root.children.size());
    worker = server.end;
    root.children.push_back(std::move(server));
  }
  root.end = std::max(free_at[0], free_at[1]) + time_between(chance, 400, 900);
  return root;
}

Scenario planned(std::string_view service, Step root, double speed, std::string title_en,
                 std::string title_zh) {
  KnownJob job{std::string(service), std::string(kRegion), job_id(root.identity),
               std::move(title_en), std::move(title_zh)};
  return {std::move(job), planned_course(std::move(root), speed)};
}

Scenario fixed(std::string_view service, const FixedDocument& document, std::string title_en,
               std::string title_zh) {
  KnownJob job{std::string(service), std::string(kRegion), std::string(document.job_id),
               std::move(title_en), std::move(title_zh)};
  return {std::move(job), std::make_shared<FixedCourse>(document.body)};
}

}  // namespace

std::string check_order(const BatchOrder& order) {
  if (order.count < 1 || order.count > kMaxBatch) {
    return "count must be 1 to " + std::to_string(kMaxBatch) + ", not " +
           std::to_string(order.count);
  }
  if (order.failing < 0 || order.failing > order.count) {
    return "failing must be 0 to count (" + std::to_string(order.count) + "), not " +
           std::to_string(order.failing);
  }
  return {};
}

Scenario batch_scenario(std::uint64_t seed, double speed, std::uint64_t number,
                        const BatchOrder& order) {
  const std::string count = std::to_string(order.count);
  const std::string failing = std::to_string(order.failing);
  const std::string which = std::to_string(number);
  std::string title_en =
      "Batch " + which + ": " + count + (order.count == 1 ? " elastic IP" : " elastic IPs");
  std::string title_zh = "第 " + which + " 批：" + count + " 个弹性公网 IP";
  if (order.failing > 0) {
    title_en += ", " + failing + (order.failing == 1 ? " fails" : " fail");
    title_zh += "，其中 " + failing + " 个失败";
  }
  return planned("eip", plan_batch(chance_of(seed, "batch", number), order), speed,
                 std::move(title_en), std::move(title_zh));
}

std::vector<Scenario> built_in_scenarios(std::uint64_t seed, double speed) {
  using enum Mishap;
  const auto batch = [&](std::string_view name, BatchOrder order, std::string title_en,
                         std::string title_zh) {
    return planned("eip", plan_batch(chance_of(seed, name), order), speed, std::move(title_en),
                   std::move(title_zh));
  };
  const auto servers = [&](std::string_view name, const std::vector<Mishap>& mishaps,
                           std::string title_en, std::string title_zh) {
    return planned("ecs", plan_servers(chance_of(seed, name), mishaps), speed, std::move(title_en),
                   std::move(title_zh));
  };
  std::vector<Scenario> all;
  all.push_back(batch("twenty", {20, 0}, "20 elastic IPs", "20 个弹性公网 IP"));
  all.push_back(
      batch("some-fail", {20, 4}, "20 elastic IPs, 4 fail", "20 个弹性公网 IP，其中 4 个失败"));
  all.push_back(servers("servers", {none, none, none, none}, "4 servers, three levels deep",
                        "4 台云服务器，三层子任务"));
  all.push_back(servers("servers-fail", {none, no_capacity, none, broken_volume},
                        "4 servers, 2 fail deep down", "4 台云服务器，其中 2 台深层失败"));
  all.push_back(batch("ten-thousand", {10000, 36}, "10,000 elastic IPs, 36 fail",
                      "10,000 个弹性公网 IP，其中 36 个失败"));
  all.push_back(fixed("eip", documented_eip_job(), "The documented example (ended)",
                      "文档中的示例（已结束）"));
  all.push_back(
      fixed("ecs", running_ecs_job(), "A server that keeps running", "一直在运行的云服务器任务"));
  all.push_back(fixed("ecs", odd_shapes_job(), "Odd statuses and fields", "异常的状态与字段"));
  all.push_back(
      fixed("evs", hostile_texts_job(), "Hostile and very long texts", "恶意文本与超长文本"));
  return all;
}

}  // namespace jobtree::simulator
