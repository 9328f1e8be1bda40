// An answer of the pretend cloud, and the shapes its errors have.
//
// Knows: the error bodies of the gateway and of the services. Must not know: sockets, why.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jobtree::simulator {

// As the real gateway labels it. The parameter also keeps the HTTP library from compressing
// megabytes of JSON at its slowest setting: it does so for the bare "application/json" alone.
inline constexpr std::string_view kJson = "application/json;charset=UTF-8";

struct Answer {
  int status = 200;
  std::string type = std::string(kJson);
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

/// An error of the API gateway, which stands in front of every service. `text` may hold any bytes.
Answer gateway_error(int status, std::string_view code, std::string_view text,
                     std::string_view request_id);

/// 401 APIGW.0301 with what the gateway says before every such reason.
Answer not_authenticated(std::string_view reason, std::string_view request_id);

/// An error of the service behind it.
Answer service_error(int status, std::string_view code, std::string_view text);

}  // namespace jobtree::simulator
