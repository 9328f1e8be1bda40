// What of many lines about one viewer is written.
#include "gateway/access/repeats.h"

#include <string>

#include "unit/catch.h"

namespace repeats_test {

using namespace std::chrono_literals;
using jobtree::gateway::Repeats;

namespace {

const Repeats::Time kStart = Repeats::Time(1000s);

}  // namespace

TEST_CASE("The first line is written, then one a minute, which says how many were left out") {
  Repeats repeats;
  CHECK(repeats.note("10.0.0.1", "bad_token", kStart) == 0U);
  for (int i = 0; i < 500; ++i) {
    CHECK_FALSE(repeats.note("10.0.0.1", "bad_token", kStart + 1s));
  }
  CHECK_FALSE(repeats.note("10.0.0.1", "bad_token", kStart + 59s));
  CHECK(repeats.note("10.0.0.1", "bad_token", kStart + 60s) == 501U);
  CHECK_FALSE(repeats.note("10.0.0.1", "bad_token", kStart + 61s));
  CHECK(repeats.note("10.0.0.1", "bad_token", kStart + 120s) == 1U);
}

TEST_CASE("One viewer's lines, and lines of another kind, do not hide each other") {
  Repeats repeats;
  CHECK(repeats.note("10.0.0.1", "bad_token", kStart) == 0U);
  CHECK(repeats.note("10.0.0.1", "no_token", kStart) == 0U);
  CHECK(repeats.note("10.0.0.2", "bad_token", kStart) == 0U);
  CHECK_FALSE(repeats.note("10.0.0.2", "bad_token", kStart));
  // All addresses of a network of IPv6 are one viewer's.
  CHECK(repeats.note("2001:db8:1:2::1", "bad_token", kStart) == 0U);
  CHECK_FALSE(repeats.note("2001:db8:1:2:ffff::9", "bad_token", kStart));
}

TEST_CASE("What was left out of one who has gone is told when its minute is over") {
  Repeats repeats;
  repeats.note("10.0.0.1", "bad_token", kStart);
  repeats.note("10.0.0.1", "bad_token", kStart + 1s);
  repeats.note("10.0.0.1", "bad_token", kStart + 2s);
  repeats.note("10.0.0.2", "bad_token", kStart);  // of whom nothing was left out
  CHECK(repeats.take_rests(kStart + 3s).empty());
  const auto rests = repeats.take_rests(kStart + 64s);
  REQUIRE(rests.size() == 1);
  CHECK(rests[0].viewer == "10.0.0.1");
  CHECK(rests[0].kind == "bad_token");
  CHECK(rests[0].left_out == 2);
  CHECK(repeats.take_rests(kStart + 200s).empty());
  CHECK(repeats.note("10.0.0.1", "bad_token", kStart + 201s) == 0U);
}

TEST_CASE("However many come, there are few lines and little is remembered") {
  Repeats repeats;
  int written = 0;
  for (int i = 0; i < 50'000; ++i) {
    const std::string viewer = "10." + std::to_string(i >> 16) + "." +
                               std::to_string(i >> 8 & 255) + "." + std::to_string(i & 255);
    if (repeats.note(viewer, "bad_token", kStart)) ++written;
  }
  CHECK(written <= 1'001);
  // A minute later there is room for others again, and nothing is lost of the count.
  std::uint64_t left_out = 0;
  for (const auto& rest : repeats.take_rests(kStart + 61s)) {
    left_out += rest.left_out;
  }
  CHECK(left_out + static_cast<std::uint64_t>(written) == 50'000);
  CHECK(repeats.note("10.9.9.9", "bad_token", kStart + 62s) == 0U);
}

}  // namespace repeats_test
