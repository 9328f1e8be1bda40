#include "view/time_axis.h"

#include <string>

#include "unit/catch.h"
#include "unit/engine/text_of.h"

using namespace jobtree::engine;

namespace {

constexpr Instant kSecond = 1000;

std::string marks(Instant seconds, Language language = Language::en) {
  const Instant length = seconds * kSecond;
  return text_of(put_marks, mark_step(length), length, language);
}

}  // namespace

TEST_CASE("A timeline has at most four marks, at round times") {
  CHECK(marks(1) == "1s");
  CHECK(marks(4) == "1s\n2s\n3s\n4s");
  CHECK(marks(5) == "2s\n4s");
  CHECK(marks(34) == "10s\n20s\n30s");
  CHECK(marks(100) == "30s\n1m\n1m 30s");
  CHECK(marks(20 * 60) == "5m\n10m\n15m\n20m");
  CHECK(marks(100 * 60) == "30m\n1h\n1h 30m");
  CHECK(marks(30 * 3600) == "12h\n1d");
  CHECK(marks(100 * 86400) == "32d\n64d\n96d");
}

TEST_CASE("Marks are said in Chinese too") {
  CHECK(marks(100, Language::zh) == "30秒\n1分\n1分30秒");
  CHECK(marks(30 * 3600, Language::zh) == "12小时\n1天");
}

TEST_CASE("What took no second, or nobody knows how long, has no marks") {
  CHECK(mark_step(0) == 0);
  CHECK(mark_step(999) == 0);
  CHECK(marks(0).empty());
}
