#include <utility>

#include "net/http_server.h"
#include "net/inbox.h"

namespace jobtree::net {

std::string_view Exchange::header(const char* name) const {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string_view() : std::string_view(found->second);
}

void Responder::send(Prepared answer) const {
  send(std::move(answer), {});
}

void Responder::send(httplib::Response answer) const {
  send(prepare(std::move(answer)), {});
}

void Responder::send(Prepared answer, Delivery delivery) const {
  if (target_ == nullptr || target_->is_used.exchange(true)) return;
  target_->inbox->post(Answer{target_->connection, target_->exchange, std::move(answer), delivery});
}

}  // namespace jobtree::net
