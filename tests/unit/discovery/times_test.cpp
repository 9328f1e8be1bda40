// The moments that records of the cloud say.
#include "discovery/times.h"

#include <string>

#include "store/record_json.h"
#include "unit/catch.h"

namespace times_test {

namespace {

using namespace jobtree;

std::string read(std::string_view json) {
  const auto time = discovery::time_of(json);
  return time ? store::text_of(*time) : "none";
}

TEST_CASE("A number is a moment by its size, also as a text") {
  CHECK(read("1795662004488") == "2026-11-26T03:00:04.488Z");
  CHECK(read("\"1795662004488\"") == "2026-11-26T03:00:04.488Z");
  CHECK(read("1795662004") == "2026-11-26T03:00:04.000Z");
  CHECK(read("1795662004488765") == "2026-11-26T03:00:04.488Z");
  CHECK(read("\"1795662004488765184\"") == "2026-11-26T03:00:04.488Z");
  CHECK(read("1795662004488765184") == "2026-11-26T03:00:04.488Z");
  CHECK(read("1.795662004488E12") == "2026-11-26T03:00:04.488Z");
  CHECK(read("1795662004488.0") == "2026-11-26T03:00:04.488Z");
}

TEST_CASE("The dates of traces are read") {
  CHECK(read("\"12/01/2016 11:24:04 GMT+08:00\"") == "2016-12-01T03:24:04.000Z");
  CHECK(read("\"2016-12-15 15:27:40 GMT+08:00\"") == "2016-12-15T07:27:40.000Z");
  CHECK(read("\"2026/11/23 11:07:28 GMT+08:00\"") == "2026-11-23T03:07:28.000Z");
  CHECK(read("\"2026/11/23 11:07:28\"") == "2026-11-23T11:07:28.000Z");
  CHECK(read("\"11/23/2026 11:07:28 GMT\"") == "2026-11-23T11:07:28.000Z");
  CHECK(read("\"2026-11-23 11:07:28 GMT-03:30\"") == "2026-11-23T14:37:28.000Z");
  CHECK(read("\"2026-11-23 11:07:28 UTC+8\"") == "2026-11-23T03:07:28.000Z");
  CHECK(read("\" 2026-11-23 11:07:28 GMT+08:00 \"") == "2026-11-23T03:07:28.000Z");
  // A month that can be none is a day.
  CHECK(read("\"23/11/2026 11:07:28 GMT+08:00\"") == "2026-11-23T03:07:28.000Z");
}

TEST_CASE("The dates of lists are read, without a zone as UTC") {
  CHECK(read("\"2026-11-26T14:30:00+0800\"") == "2026-11-26T06:30:00.000Z");
  CHECK(read("\"2026-11-26T14:30:00+08:00\"") == "2026-11-26T06:30:00.000Z");
  CHECK(read("\"2026-11-26T14:30:00+08\"") == "2026-11-26T06:30:00.000Z");
  CHECK(read("\"2026-11-26T10:00:00\"") == "2026-11-26T10:00:00.000Z");
  CHECK(read("\"2026-11-26 10:00:00\"") == "2026-11-26T10:00:00.000Z");
  CHECK(read("\"2026-11-26 09:00:00.1 +0000 UTC\"") == "2026-11-26T09:00:00.100Z");
  CHECK(read("\"2026-11-26T01:00:32.001Z\"") == "2026-11-26T01:00:32.001Z");
  CHECK(read("\"2026-11-27T01:00:32.001234567Z\"") == "2026-11-27T01:00:32.001Z");
  CHECK(read("\"20261126090000\"") == "2026-11-26T09:00:00.000Z");
  CHECK(read("20261126090000") == "2026-11-26T09:00:00.000Z");
}

TEST_CASE("What is no moment is none") {
  for (const char* json : {"",
                           "null",
                           "0",
                           "\"0\"",
                           "-1",
                           "-1795662004488",
                           "1e999",
                           "99999999999999999999",
                           "9223372036854775807000",
                           "\"\"",
                           "\" \"",
                           "\"null\"",
                           "\"now\"",
                           "\"2026-02-30T00:00:00Z\"",
                           "\"2026-11-26T25:00:00Z\"",
                           "\"1970-01-01T00:00:00Z\"",
                           "\"0001-01-01T00:00:00Z\"",
                           "{}",
                           "[1795662004488]",
                           "true",
                           "\"//\"",
                           "\"99/99/9999 99:99:99 GMT+99:99\"",
                           "\"GMT\"",
                           "\"+:\"",
                           "\":+\"",
                           "\"2026/11/2\"",
                           "\"12/01/2016\"",
                           "\"1795662004488 or so\"",
                           "\"2026-11-26T09:00:00+\""}) {
    CAPTURE(json);
    CHECK(read(json) == "none");
  }
  CHECK(read('"' + std::string(5000, '1') + '"') == "none");
  CHECK(read(std::string(5000, '1')) == "none");
}

}  // namespace

}  // namespace times_test
