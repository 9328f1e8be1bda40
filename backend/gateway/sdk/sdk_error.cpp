#include "gateway/sdk/sdk_error.h"

#include <nlohmann/json.hpp>

namespace jobtree::gateway {

void word_for_sdk(RouteResponse& answer) {
  if (!answer.problem) return;
  const Problem& problem = *answer.problem;
  if (problem.cloud_status != 0) answer.response.status = problem.cloud_status;
  const std::string& message =
      problem.cloud_message.empty() ? problem.detail : problem.cloud_message;
  const nlohmann::ordered_json body{{"error_code", problem.code},
                                    {"error_msg", message.empty() ? problem.title : message},
                                    {"request_id", problem.request_id}};
  answer.response.set_content(body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                              "application/json");
}

}  // namespace jobtree::gateway
