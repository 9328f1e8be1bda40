#include "net/request/request_processor.h"

#include <exception>
#include <functional>
#include <string>
#include <utility>

namespace jobtree::net {
namespace {

std::string text_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    return known.what();
  } catch (...) {
    return "unknown exception";
  }
}

}  // namespace

struct RequestProcessor::UnderWay {
  Connection& connection;
  const RequestHead& head;
  const bool has_body;
  bool is_settled = false;  ///< the handler did something else than fill the response
  Processed result{};
};

class RequestProcessor::Call final : public Exchange {
 public:
  Call(const httplib::Request& request, httplib::Response& response, UnderWay& under_way,
       const std::shared_ptr<Inbox>& inbox)
      : Exchange(request, response, under_way.head, under_way.connection.peer.text()),
        under_way_(under_way),
        inbox_(inbox) {}

  void send(Prepared answer) override { send(std::move(answer), {}); }
  void send(Prepared answer, Delivery delivery) override {
    settle({.outcome = Processed::Outcome::answered,
            .prepared = std::move(answer),
            .delivery = delivery});
  }
  Responder defer(std::function<void(Departure)> left) override {
    settle({.outcome = Processed::Outcome::deferred});
    under_way_.connection.left = std::move(left);
    auto target = std::make_shared<Responder::Target>();
    target->inbox = inbox_;
    target->connection = under_way_.connection.id;
    target->exchange = under_way_.connection.exchange;
    return Responder(std::move(target));
  }
  bool has_body() const override { return under_way_.has_body; }
  void await_body() override { settle({.outcome = Processed::Outcome::awaits_body}); }

 private:
  void settle(Processed result) {
    under_way_.result = std::move(result);
    under_way_.is_settled = true;
  }

  UnderWay& under_way_;
  const std::shared_ptr<Inbox>& inbox_;
};

RequestProcessor::RequestProcessor(Shared& shared, std::shared_ptr<Inbox> inbox)
    : shared_(shared),
      inbox_(std::move(inbox)),
      library_(shared.options.headers,
               [this](const httplib::Request& request, httplib::Response& response) {
                 dispatch(request, response);
               }) {}

Processed RequestProcessor::process(Connection& connection, const RequestHead& head,
                                    std::optional<std::string_view> body) {
  UnderWay under_way{.connection = connection, .head = head, .has_body = body.has_value()};
  under_way_ = &under_way;
  const bool is_taken = library_.process(head, body.value_or(""), connection.peer.text());
  under_way_ = nullptr;
  if (!is_taken) under_way.result.outcome = Processed::Outcome::rejected;
  return std::move(under_way.result);
}

Processed RequestProcessor::process_again(Connection& connection, KnownRequest& known) {
  UnderWay under_way{.connection = connection, .head = known.head, .has_body = true};
  under_way_ = &under_way;
  if (known.request) {
    library_.dispatch(*known.request);
  } else {
    library_.process(known.head, "", connection.peer.text(), &known.request);
  }
  under_way_ = nullptr;
  return std::move(under_way.result);
}

void RequestProcessor::dispatch(const httplib::Request& request, httplib::Response& response) {
  UnderWay& under_way = *under_way_;
  Connection& connection = under_way.connection;
  response.status = 200;
  try {
    Call call(request, response, under_way, inbox_);
    shared_.handler(call);
    if (under_way.is_settled) return;
  } catch (...) {
    connection.left = nullptr;
    ++connection.exchange;  // an answer that was deferred is none any more
    connection.is_last = true;
    under_way.result = {};
    response =
        error_response(500, text_of(std::current_exception()), connection,
                       [&under_way](std::string_view name) { return under_way.head.header(name); });
  }
  under_way.result.prepared = prepare(std::move(response));
}

httplib::Response RequestProcessor::error_response(
    int status, std::string_view why, const Connection& connection,
    std::function<std::string(std::string_view name)> header) const {
  httplib::Response response;
  response.status = status;
  shared_.error(
      {.status = status, .why = why, .peer = connection.peer.text(), .header = std::move(header)},
      response);
  return response;
}

}  // namespace jobtree::net
