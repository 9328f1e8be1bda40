#include "simulator/cloud/answer.h"

#include <nlohmann/json.hpp>

namespace jobtree::simulator {
namespace {

Answer json_answer(int status, const nlohmann::ordered_json& body) {
  // The echo of a request may hold any bytes.
  return {.status = status,
          .body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
}

}  // namespace

Answer gateway_error(int status, std::string_view code, std::string_view text,
                     std::string_view request_id) {
  return json_answer(status,
                     {{"error_msg", text}, {"error_code", code}, {"request_id", request_id}});
}

Answer not_authenticated(std::string_view reason, std::string_view request_id) {
  return gateway_error(401, "APIGW.0301",
                       "Incorrect IAM authentication information: " + std::string(reason),
                       request_id);
}

Answer service_error(int status, std::string_view code, std::string_view text) {
  return json_answer(status, {{"code", code}, {"message", text}});
}

}  // namespace jobtree::simulator
