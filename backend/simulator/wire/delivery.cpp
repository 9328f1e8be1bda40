#include "simulator/wire/delivery.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "simulator/wire/exchange.h"

namespace jobtree::simulator {
namespace {

/// The same head with another Content-Length: `by` more, and not less than 0.
std::shared_ptr<const std::string> with_length_off(const std::string& head, std::int64_t by) {
  constexpr std::string_view kName = "\r\nContent-Length: ";
  std::string changed = head;
  const std::size_t at = changed.find(kName);
  if (at != std::string::npos) {
    const std::size_t begin = at + kName.size();
    const std::size_t end = changed.find("\r\n", begin);
    std::int64_t length = 0;
    std::from_chars(changed.data() + begin, changed.data() + end, length);
    changed.replace(begin, end - begin, std::to_string(std::max<std::int64_t>(0, length + by)));
  }
  return std::make_shared<const std::string>(std::move(changed));
}

/// After how many bytes a response is cut off; without a number of its own, at its half.
std::size_t cut_of(const Fault& fault, const net::Prepared& prepared) {
  if (fault.after_bytes != Fault::kHalfWay) return static_cast<std::size_t>(fault.after_bytes);
  return (prepared.head->size() + (prepared.body ? prepared.body->size() : 0)) / 2;
}

void break_by(const Fault& fault, WireResponse& wire) {
  net::Delivery& delivery = wire.delivery;
  switch (fault.kind) {
    case FaultKind::reset_before:
      delivery.cut_after = 0;
      delivery.end = net::Delivery::End::reset;
      break;
    case FaultKind::reset_within:
      delivery.cut_after = cut_of(fault, wire.prepared);
      delivery.end = net::Delivery::End::reset;
      break;
    case FaultKind::truncated:
      delivery.cut_after = cut_of(fault, wire.prepared);
      delivery.end = net::Delivery::End::close;
      break;
    case FaultKind::wrong_length:
      wire.prepared.head = with_length_off(*wire.prepared.head, fault.by);
      // What was promised and does not come has an end; what came too much stays on the connection.
      if (fault.by > 0) delivery.end = net::Delivery::End::close;
      break;
    case FaultKind::close_before:
      delivery.end = net::Delivery::End::close;
      delivery.end_after = Milliseconds(fault.after_ms);
      break;
    default:
      break;  // the response itself is the fault
  }
}

}  // namespace

WireResponse wire_response(Response response, const InjectedFaults& faults) {
  httplib::Response head = head_of(response);
  std::shared_ptr<const std::string> body;
  if (!response.body.empty()) {
    body = std::make_shared<const std::string>(std::move(response.body));
  }
  WireResponse wire{.prepared = net::prepare(std::move(head), std::move(body)), .delivery = {}};
  wire.delivery.delay = faults.delay;
  wire.delivery.drip = faults.drip_bytes;
  wire.delivery.drip_every = faults.drip_every;
  if (faults.breaks) break_by(*faults.breaks, wire);
  return wire;
}

}  // namespace jobtree::simulator
