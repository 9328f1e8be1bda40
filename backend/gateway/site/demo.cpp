#include "gateway/site/demo.h"

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

namespace jobtree::gateway {
namespace {

using Json = nlohmann::ordered_json;

/// A whole number under `name`, or `otherwise` when there is none; nothing when it is anything
/// else.
std::optional<int> whole_number(const Json& object, const char* name, int otherwise) {
  const auto member = object.find(name);
  if (member == object.end()) return otherwise;
  if (!member->is_number_integer()) return std::nullopt;
  const auto value = member->get<std::int64_t>();
  if (value < 0 || value > std::numeric_limits<int>::max()) return std::nullopt;
  return static_cast<int>(value);
}

}  // namespace

std::string json_text(const DemoJob& job) {
  const Json body{{"region", job.region},
                  {"service", job.service},
                  {"project_id", job.project_id},
                  {"job_id", job.job_id},
                  {"title", {{"en", job.title_en}, {"zh", job.title_zh}}}};
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

RouteResponse start_batch(const Demo& demo, std::string_view order_text) {
  const Json order = Json::parse(order_text, nullptr, false);
  if (!order.is_object()) return refusal(problems::kBadOrder);
  const auto count = whole_number(order, "count", 20);
  const auto failing = whole_number(order, "failing", 0);
  if (!count || !failing) return refusal(problems::kBadOrder);
  const auto job = demo.start_batch(*count, *failing);
  if (!job) return refusal(problems::kBadOrder, job.error());
  return json_response(201, json_text(job.value()));
}

}  // namespace jobtree::gateway
