#include "simulator/wire/exchange.h"

#include <utility>

namespace jobtree::simulator {

Request request_of(const net::Exchange& exchange) {
  Request request{.method = exchange.head.method,
                  .target = exchange.head.target,
                  .headers = {},
                  .body = exchange.request.body};
  request.headers.assign(exchange.head.headers.begin(), exchange.head.headers.end());
  return request;
}

httplib::Response head_of(const Response& response) {
  httplib::Response head;
  head.status = response.status;
  if (!response.body.empty()) head.set_header("Content-Type", response.type);
  for (const auto& [name, value] : response.headers) {
    head.set_header(name, value);
  }
  return head;
}

void fill(httplib::Response& filled, Response response) {
  filled = head_of(response);
  filled.body = std::move(response.body);
}

}  // namespace jobtree::simulator
