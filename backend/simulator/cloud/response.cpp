#include "simulator/cloud/response.h"

#include <nlohmann/json.hpp>

namespace jobtree::simulator {

Response json_response(int status, const nlohmann::ordered_json& body) {
  // The echo of a request may hold any bytes.
  return {.status = status,
          .body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
}

Response gateway_error(int status, std::string_view code, std::string_view text,
                       std::string_view request_id) {
  return json_response(status,
                       {{"error_msg", text}, {"error_code", code}, {"request_id", request_id}});
}

Response not_authenticated(std::string_view reason, std::string_view request_id) {
  return gateway_error(401, "APIGW.0301",
                       "Incorrect IAM authentication information: " + std::string(reason),
                       request_id);
}

Response no_such_api(std::string_view request_id) {
  return gateway_error(404, "APIGW.0101",
                       "The API does not exist or has not been published in the environment",
                       request_id);
}

Response service_error(int status, std::string_view code, std::string_view text) {
  return json_response(status, {{"code", code}, {"message", text}});
}

}  // namespace jobtree::simulator
