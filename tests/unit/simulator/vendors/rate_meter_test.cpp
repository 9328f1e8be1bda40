#include "simulator/vendors/parts/rate_meter.h"

#include "unit/catch.h"

namespace jobtree::simulator::rate_meter_test {

using namespace std::chrono_literals;

namespace {

constexpr RateMeter::Time kNow{1h};

}  // namespace

TEST_CASE("A robot without rates takes any number of messages") {
  RateMeter meter({}, 1);
  for (int i = 0; i < 1000; ++i)
    CHECK_FALSE(meter.take(kNow));
}

TEST_CASE("A message has room again when the oldest leaves the window") {
  RateMeter meter({.all = {{2, 1000ms}}}, 1);
  CHECK_FALSE(meter.take(kNow));
  CHECK_FALSE(meter.take(kNow + 400ms));
  const auto excess = meter.take(kNow + 500ms);
  CHECK(excess->wait == 500ms);
  CHECK_FALSE(meter.take(kNow + 1000ms));
  CHECK(meter.take(kNow + 1000ms)->wait == 400ms);
}

TEST_CASE("Of two rates the one that is exceeded is told") {
  RateMeter meter({.all = {{1, 1000ms}, {3, 60s}}}, 1);
  CHECK_FALSE(meter.take(kNow));
  CHECK(meter.take(kNow)->rate == 0);
  CHECK_FALSE(meter.take(kNow + 1s));
  CHECK_FALSE(meter.take(kNow + 2s));
  CHECK(meter.take(kNow + 3s)->rate == 1);
  CHECK(meter.take(kNow + 3s)->wait == 57s);
}

TEST_CASE("A block lasts from the first message too many, whatever comes in it") {
  RateMeter meter({.all = {{2, 60s}}, .block = 600s}, 1);
  CHECK_FALSE(meter.take(kNow));
  CHECK_FALSE(meter.take(kNow));
  CHECK(meter.take(kNow + 1s)->wait == 600s);
  CHECK(meter.take(kNow + 301s)->wait == 300s);
  CHECK(meter.take(kNow + 601s - 1ms)->wait == 1ms);
  CHECK_FALSE(meter.take(kNow + 601s));
}

TEST_CASE("Speed shortens windows and blocks") {
  RateMeter meter({.all = {{1, 60s}}, .block = 600s}, 100);
  CHECK_FALSE(meter.take(kNow));
  CHECK(meter.take(kNow)->wait == 6s);
  CHECK_FALSE(meter.take(kNow + 6s));
  CHECK_FALSE(meter.take(kNow + 6600ms));
}

}  // namespace jobtree::simulator::rate_meter_test
