#include "base/utc.h"

#include "unit/catch.h"

namespace utc_test {

using namespace jobtree;
using namespace std::chrono_literals;

namespace {

const UtcTime kMoment = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + 8h + 49min + 37s;

}  // namespace

TEST_CASE("A moment is printed in the form of each protocol", "[utc]") {
  CHECK(iso_time(kMoment) == "1994-11-06T08:49:37Z");
  CHECK(iso_time_with_milliseconds(kMoment + 7ms + 900us) == "1994-11-06T08:49:37.007Z");
  CHECK(sdk_date(kMoment) == "19941106T084937Z");
  CHECK(http_date(kMoment) == "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_CASE("A moment before 1970 is printed as right as one after it", "[utc]") {
  const UtcTime before = UtcTime() - 1ms;
  CHECK(iso_time_with_milliseconds(before) == "1969-12-31T23:59:59.999Z");
  CHECK(iso_time(before) == "1969-12-31T23:59:59Z");
  CHECK(http_date(before) == "Wed, 31 Dec 1969 23:59:59 GMT");
}

TEST_CASE("What was printed is parsed again", "[utc]") {
  CHECK(parse_iso_time(iso_time(kMoment)) == kMoment);
  CHECK(parse_iso_time(iso_time_with_milliseconds(kMoment + 7ms)) == kMoment + 7ms);
  CHECK(parse_sdk_date(sdk_date(kMoment)) == kMoment);
  CHECK(parse_http_date(http_date(kMoment)) == kMoment);
}

TEST_CASE("A fraction of any length is read", "[utc]") {
  CHECK(parse_iso_time("1994-11-06T08:49:37.5Z") == kMoment + 500ms);
  CHECK(parse_iso_time("1994-11-06T08:49:37.123456Z") == kMoment + 123456us);
  CHECK(parse_iso_time("1994-11-06T08:49:37.00000000000000000001z") == kMoment);
  CHECK_FALSE(parse_iso_time("1994-11-06T08:49:37.Z"));
}

TEST_CASE("HTTP's obsolete dates are read too", "[utc]") {
  CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == kMoment);
  CHECK(parse_http_date("Sun Nov  6 08:49:37 1994") == kMoment);
  CHECK(parse_http_date("Tue Nov 16 08:49:37 1994") == kMoment + 240h);
  CHECK(parse_http_date("Monday, 01-Jan-69 00:00:00 GMT") ==
        std::chrono::sys_days(std::chrono::year(2069) / 1 / 1));
}

TEST_CASE("A moment that does not exist is not parsed", "[utc]") {
  for (const char* text :
       {"", "2026", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z", "2026-01-01T-1:00:00Z", "2026-01-01T00:00:00",
        "2026/01/01T00:00:00Z", "2026-01-01 00:00:00Z", " 2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z ", "2026-01-01T00:00:00+08:00", "+026-01-01T00:00:00Z",
        "99999-01-01T00:00:00Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_iso_time(text));
  }
  for (const char* text : {"", "20260230T000000Z", "20260101T240000Z", "20260101T006000Z",
                           "20260101T000061Z", "20260101T000000", "2026-01-01T00:00:00Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_sdk_date(text));
  }
  for (const char* text : {"", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37", "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Xxx, 06 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
                           "784111777", "Sun Nov 6 08:49:37 1994"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_http_date(text));
  }
}

TEST_CASE("A moment that the clock cannot hold is the first or the last it can", "[utc]") {
  const UtcTime first{};
  const UtcTime last = std::chrono::sys_days(std::chrono::year(2261) / 1 / 1);
  CHECK(parse_iso_time("9999-12-31T23:59:59Z") == last);
  CHECK(parse_iso_time("2262-04-12T00:00:00Z") == last);
  CHECK(parse_iso_time("0000-01-01T00:00:00Z") == first);
  CHECK(parse_sdk_date("99991231T235960Z") == last);
  CHECK(parse_http_date("Fri, 31 Dec 9999 23:59:59 GMT") == last);
  CHECK(parse_http_date("Mon, 01 Jan 0001 00:00:00 GMT") == first);
  CHECK(last - first > std::chrono::years(290));
}

TEST_CASE("A leap second is the second after it", "[utc]") {
  CHECK(parse_sdk_date("20161231T235960Z") ==
        std::chrono::sys_days(std::chrono::year(2017) / 1 / 1));
  CHECK(parse_iso_time("2024-02-29T00:00:60Z") ==
        std::chrono::sys_days(std::chrono::year(2024) / 2 / 29) + 1min);
}

}  // namespace utc_test
