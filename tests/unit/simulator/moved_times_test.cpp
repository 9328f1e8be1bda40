// Documented jobs of other years, as if they ran today.
#include "simulator/script/built_in/moved_times.h"

#include <chrono>
#include <string>

#include "unit/catch.h"

namespace jobtree::simulator::moved_times_test {

namespace {

using std::chrono::sys_days;
using std::chrono::year;
using namespace std::chrono_literals;

// 2026-11-24T12:00:00Z
constexpr WallTime kToday = sys_days{year{2026} / 11 / 24} + 12h;

}  // namespace

TEST_CASE("The latest of a document's times is where it is wanted, the others are as far before") {
  CHECK(moved_times(
            R"({"begin_time":"2016-02-04T01:43:37.123Z","end_time":"2016-02-04T01:45:00.5Z"})",
            kToday) ==
        R"({"begin_time":"2026-11-24T11:58:37.123Z","end_time":"2026-11-24T12:00:00.5Z"})");
  CHECK(moved_times(R"({"start":1502349803729,"end":"1502349804000"})", kToday) ==
        R"({"start":1795521599729,"end":"1795521600000"})");
}

TEST_CASE("Times keep the form and the zone that they are written in") {
  CHECK(moved_times(R"(["2020-01-01 08:00:00","2020-01-01T07:59:00.000001 +0000 UTC"])", kToday) ==
        R"(["2026-11-24 12:00:00","2026-11-24T11:59:00.000001 +0000 UTC"])");
  CHECK(moved_times(R"(["20201118T121336Z","20201118121300"])", kToday) ==
        R"(["20261124T120000Z","20261124115924"])");
  // The second is the earlier one: it is eight hours ahead of UTC.
  CHECK(moved_times(R"(["2020-01-01T08:00:00Z","2020-01-01T09:00:00+0800"])", kToday) ==
        R"(["2026-11-24T12:00:00Z","2026-11-24T13:00:00+0800"])");
}

TEST_CASE("What is no time stays as it is") {
  for (const std::string text :
       {"", "{}", R"({"id":"9159543648713455","n":12345678901234,"no":"2020-13-01T00:00:00"})",
        R"({"far":"9999-12-31T23:59:59Z","old":"0001-01-01T00:00:00Z","cut":"2020-01-01T00:00")",
        R"({"ms":1999999999999,"bad":"857a8922223f2a87ffe18e0ad5771018"})"}) {
    CHECK(moved_times(text, kToday) == text);
  }
}

TEST_CASE("A document whose one time moves again and again is as long as before") {
  const std::string text = R"({"begin_time":"2017-08-10T07:23:23Z"})";
  CHECK(moved_times(moved_times(text, kToday - 24h), kToday) == moved_times(text, kToday));
}

}  // namespace jobtree::simulator::moved_times_test
