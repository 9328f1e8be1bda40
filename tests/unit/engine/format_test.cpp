#include "i18n/format.h"

#include "i18n/messages.h"
#include "unit/catch.h"
#include "unit/engine/text_of.h"

namespace format_test {

using namespace jobtree::engine;

TEST_CASE("Every Chinese tag is Chinese, and all else English") {
  for (const char* tag : {"zh", "zh-CN", "ZH-Hans-CN", "zh-TW"}) {
    CHECK(language_of(tag) == Language::zh);
  }
  for (const char* tag : {"", "en", "en-US", "zha", "z", "de-zh", "fr"}) {
    CHECK(language_of(tag) == Language::en);
  }
}

TEST_CASE("Durations are as short as they can be") {
  const auto en = [](std::int64_t ms) { return text_of(put_duration, ms, Language::en, false); };
  CHECK(en(0) == "0.0s");
  CHECK(en(1913) == "1.9s");
  CHECK(en(9999) == "9.9s");
  CHECK(en(34'000) == "34s");
  CHECK(en(154'000) == "2m 34s");
  CHECK(en(61'000) == "1m 01s");
  CHECK(en(11'100'000) == "3h 05m");
  CHECK(en(187'200'000) == "2d 4h");
  CHECK(en(-5) == "0.0s");
  CHECK(text_of(put_duration, 1913, Language::en, true) == "1s");
  CHECK(text_of(put_duration, 154'000, Language::zh, false) == "2 分 34 秒");
  CHECK(text_of(put_duration, 1913, Language::zh, false) == "1.9 秒");
}

TEST_CASE("Large counts have separators") {
  CHECK(text_of(put_figure, 0) == "0");
  CHECK(text_of(put_figure, 999) == "999");
  CHECK(text_of(put_figure, 10'000) == "10,000");
  CHECK(text_of(put_figure, 1'234'567) == "1,234,567");
  CHECK(text_of(put_done, 12, 20, Language::en) == "12 of 20 done");
  CHECK(text_of(put_done, 12, 20, Language::zh) == "已完成 12 / 20");
}

}  // namespace format_test
