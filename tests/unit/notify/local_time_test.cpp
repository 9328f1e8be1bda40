// Times with their zone, and durations in words.
#include "notify/local_time.h"

#include "unit/notify/told.h"

namespace jobtree::notify::local_time_test {

using namespace tests;

TEST_CASE("A time always says its zone") {
  const Time time = time_at("2026-11-28T22:28:18Z");
  CHECK(local_text(time, *parse_zone("+08:00")) == "2026-11-29 06:28:18 (GMT+08:00)");
  CHECK(local_text(time, *parse_zone("-03:30")) == "2026-11-28 18:58:18 (GMT-03:30)");
  CHECK(local_text(time, *parse_zone("UTC")) == "2026-11-28 22:28:18 (GMT+00:00)");
}

TEST_CASE("Only an offset is a zone") {
  for (const char* text :
       {"", "+8", "+8:00", "08:00", "+08:60", "+15:00", "+0800", "Asia/Shanghai", "+08:00 ", "CST",
        "+\xC2\xB9"
        "8:00"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_zone(text));
  }
  CHECK(parse_zone("+14:00") == std::chrono::hours(14));
}

TEST_CASE("A duration is in words of the language") {
  using namespace std::chrono_literals;
  CHECK(duration_text(252s, Language::en) == "4m 12s");
  CHECK(duration_text(252s, Language::zh) == "4 分 12 秒");
  CHECK(duration_text(800ms, Language::en) == "0.8s");
  CHECK(duration_text(-5s, Language::en) == "0.0s");
}

}  // namespace jobtree::notify::local_time_test
