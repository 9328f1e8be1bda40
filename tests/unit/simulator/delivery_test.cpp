#include "simulator/wire/delivery.h"

#include <chrono>
#include <string>

#include "unit/catch.h"

namespace delivery_test {

using namespace std::chrono_literals;
using namespace jobtree::simulator;
using jobtree::net::Delivery;
using End = jobtree::net::Delivery::End;

namespace {

WireResponse broken_by(const Fault& fault, Response response = {.body = "hello, world"}) {
  InjectedFaults faults;
  faults.breaks = fault;
  return wire_response(std::move(response), faults);
}

/// The line of this header in a head, without its end; "" when there is none.
std::string line(const WireResponse& wire, const std::string& name) {
  const std::string& head = *wire.prepared.head;
  const auto at = head.find("\r\n" + name + ": ");
  return at == std::string::npos ? "" : head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
}

std::size_t size_of(const WireResponse& wire) {
  return wire.prepared.head->size() + wire.prepared.body->size();
}

}  // namespace

TEST_CASE("A response without faults goes out whole and at once, with its headers") {
  const WireResponse wire = wire_response(
      {.status = 429, .body = "{}", .headers = {{"Date", "then"}, {"X-Odd", "%0d%0a"}}}, {});
  CHECK(wire.prepared.head->starts_with("HTTP/1.1 429 "));
  CHECK(line(wire, "Content-Type") == "Content-Type: application/json;charset=UTF-8");
  CHECK(line(wire, "Content-Length") == "Content-Length: 2");
  CHECK(line(wire, "X-Odd") == "X-Odd: %0d%0a");
  CHECK(wire.prepared.has_date);
  CHECK(*wire.prepared.body == "{}");
  CHECK(wire.delivery.delay == 0ms);
  CHECK(wire.delivery.drip == 0);
  CHECK_FALSE(wire.delivery.cut_after);
  CHECK(wire.delivery.end == End::keep);
}

TEST_CASE("A latency and a drip are the delivery's to keep, together with a fault that breaks") {
  InjectedFaults faults{.delay = 30ms, .drip_bytes = 3, .drip_every = 5ms};
  faults.breaks = Fault{.kind = FaultKind::truncated, .after_bytes = 40};
  const Delivery delivery = wire_response({.body = "hello, world"}, faults).delivery;
  CHECK(delivery.delay == 30ms);
  CHECK(delivery.drip == 3);
  CHECK(delivery.drip_every == 5ms);
  CHECK(delivery.cut_after == 40);
  CHECK(delivery.end == End::close);
}

TEST_CASE("A response is cut off by a reset or a close, where the fault says or half way") {
  const WireResponse before = broken_by({.kind = FaultKind::reset_before});
  CHECK(before.delivery.cut_after == 0);
  CHECK(before.delivery.end == End::reset);

  const WireResponse within = broken_by({.kind = FaultKind::reset_within, .after_bytes = 5});
  CHECK(within.delivery.cut_after == 5);
  CHECK(within.delivery.end == End::reset);

  const WireResponse half = broken_by({.kind = FaultKind::truncated});
  CHECK(half.delivery.cut_after == size_of(half) / 2);
  CHECK(half.delivery.end == End::close);
}

TEST_CASE("A wrong length is wrong by so much, and never negative") {
  const WireResponse more = broken_by({.kind = FaultKind::wrong_length, .by = 10});
  CHECK(line(more, "Content-Length") == "Content-Length: 22");
  CHECK(more.delivery.end == End::close);  // else the client would wait for ever
  CHECK_FALSE(more.delivery.cut_after);

  const WireResponse less = broken_by({.kind = FaultKind::wrong_length, .by = -5});
  CHECK(line(less, "Content-Length") == "Content-Length: 7");
  CHECK(*less.prepared.body == "hello, world");
  CHECK(less.delivery.end == End::keep);

  CHECK(line(broken_by({.kind = FaultKind::wrong_length, .by = -50}), "Content-Length") ==
        "Content-Length: 0");
}

TEST_CASE("A 304 says neither a length nor a type") {
  const WireResponse wire =
      broken_by({.kind = FaultKind::not_modified_without_length}, {.status = 304});
  CHECK(wire.prepared.head->starts_with("HTTP/1.1 304 "));
  CHECK(line(wire, "Content-Length").empty());
  CHECK(line(wire, "Content-Type").empty());
  CHECK(wire.delivery.end == End::keep);
}

TEST_CASE("A connection that is to be closed without a word is closed after the whole response") {
  const WireResponse wire = broken_by({.kind = FaultKind::close_before, .after_ms = 4});
  CHECK(wire.delivery.end == End::close);
  CHECK(wire.delivery.end_after == 4ms);
  CHECK_FALSE(wire.delivery.cut_after);
}

}  // namespace delivery_test
