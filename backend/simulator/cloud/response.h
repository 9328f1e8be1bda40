// A response of the pretend cloud, and the shapes its errors have.
//
// Knows: the error bodies of the API gateway and of the services. Must not know: sockets, the HTTP
// library, why.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jobtree::simulator {

// As the real gateway labels it.
inline constexpr std::string_view kJson = "application/json;charset=UTF-8";

struct Response {
  int status = 200;
  std::string type = std::string(kJson);
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

Response json_response(int status, const nlohmann::ordered_json& body);

/// An error of the API gateway, which stands in front of every service. `text` may hold any bytes.
Response gateway_error(int status, std::string_view code, std::string_view text,
                       std::string_view request_id);

/// 401 APIGW.0301 with what the gateway says before every such reason.
Response not_authenticated(std::string_view reason, std::string_view request_id);

/// 404 APIGW.0101.
Response no_such_api(std::string_view request_id);

/// An error of the service behind it.
Response service_error(int status, std::string_view code, std::string_view text);

}  // namespace jobtree::simulator
