#include "simulator/script/scripted_job.h"

#include <utility>
#include <variant>

#include "simulator/script/job_plans.h"
#include "simulator/script/random.h"

namespace jobtree::simulator {
namespace {

/// Every step gets an identity of `random`.
void identify(Step& step, Random& random) {
  step.identity = random.next();
  for (Step& child : step.children) {
    identify(child, random);
  }
}

ScriptedJob scripted(const JobPlan& plan, std::uint64_t seed, double speed, std::uint64_t number) {
  KnownJob job{plan.service, plan.region, plan.job_id, plan.title_en, plan.title_zh};
  std::optional<Milliseconds> starts_after = plan.starts_after;
  if (starts_after && *starts_after > Milliseconds(0))
    starts_after = at_speed(*starts_after, speed);
  const auto made = [&](std::shared_ptr<const Course> course) {
    return ScriptedJob{.job = std::move(job),
                       .course = std::move(course),
                       .starts_after = starts_after,
                       .trace = plan.trace};
  };
  if (const auto* fixed = std::get_if<FixedDocument>(&plan.what)) {
    return made(fixed_course(fixed->bytes));
  }
  Random random = random_of(seed, "plan", number);
  Step root;
  std::shared_ptr<const CourseTree> texts;
  if (const auto* order = std::get_if<BatchOrder>(&plan.what)) {
    root = plan_batch(random, *order);
  } else {
    texts = std::get<std::shared_ptr<const CourseTree>>(plan.what);
    root = texts->root;
    identify(root, random);
  }
  root.id = plan.job_id;
  if (job.job_id.empty()) job.job_id = job_id(root.identity);
  return made(planned_course(std::move(root), speed, std::move(texts)));
}

}  // namespace

ScriptedJob planned_job(std::string_view service, Step root, double speed, std::string title_en,
                        std::string title_zh) {
  KnownJob job{std::string(service), std::string(kRegion), job_id(root.identity),
               std::move(title_en), std::move(title_zh)};
  return {std::move(job), planned_course(std::move(root), speed)};
}

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

ScriptedJob batch_job(std::uint64_t seed, double speed, std::uint64_t number,
                      const BatchOrder& order) {
  const std::string count = std::to_string(order.count);
  const std::string failing = std::to_string(order.failing);
  const std::string which = std::to_string(number);
  std::string title_en =
      "Batch " + which + ": " + count + (order.count == 1 ? " elastic IP" : " elastic IPs");
  std::string title_zh = "第 " + which + " 批：" + count + " 个弹性公网IP";
  if (order.failing > 0) {
    title_en += ", " + failing + (order.failing == 1 ? " fails" : " fail");
    title_zh += "，其中 " + failing + " 个失败";
  }
  return planned_job("eip", plan_batch(random_of(seed, "batch", number), order), speed,
                     std::move(title_en), std::move(title_zh));
}

std::vector<ScriptedJob> planned_jobs(const std::vector<JobPlan>& plans, std::uint64_t seed,
                                      double speed) {
  std::vector<ScriptedJob> all;
  all.reserve(plans.size());
  for (const JobPlan& plan : plans) {
    all.push_back(scripted(plan, seed, speed, all.size() + 1));
  }
  return all;
}

}  // namespace jobtree::simulator
