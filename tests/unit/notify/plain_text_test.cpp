// Texts from outside become one line that shows what it says.
#include "notify/plain_text.h"

#include <string>

#include "unit/notify/told.h"

namespace jobtree::notify::plain_text_test {

using namespace tests;

TEST_CASE("Line breaks and controls of every kind become one blank") {
  CHECK(plain_line("a\r\nb\tc", 100) == "a b c");
  CHECK(plain_line("  a \n ", 100) == "a");
  CHECK(plain_line("a\xC2\x85"
                   "b\xE2\x80\xA8"
                   "c\xE2\x80\xA9"
                   "d\x7F"
                   "e",
                   100) == "a b c d e");
  CHECK(plain_line(std::string("a\0b", 3), 100) == "a b");
  CHECK(plain_line("", 100).empty());
}

TEST_CASE("What is no UTF-8 is replaced, and what turns the direction is left out") {
  CHECK(plain_line("a\xFF"
                   "b",
                   100) ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(plain_line("\xE4\xBA", 100) == "\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(plain_line("\xED\xA0\x80", 100) == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(plain_line("a\xE2\x80\xAE"
                   "b\xE2\x81\xA6"
                   "c\xD8\x9C"
                   "d",
                   100) == "abcd");
  CHECK(plain_line("云 \xF0\x9F\x98\x80", 100) == "云 \xF0\x9F\x98\x80");
}

TEST_CASE("A text is cut between characters, and shows that it was") {
  CHECK(cut("abcdef", 6) == "abcdef");
  CHECK(cut("abcdefg", 6) == "abc…");
  CHECK(cut("云云云", 9) == "云云云");
  CHECK(cut("云云云云", 9) == "云云…");
  CHECK(cut("云云云云", 10) == "云云…");
  CHECK(cut("云云", 3) == "…");
  CHECK(plain_line(std::string(100'000, 'x'), 10) == "xxxxxxx…");
}

TEST_CASE("A cut anywhere leaves UTF-8 that fits") {
  const std::string text = "a云\xC3\xA9\xF0\x9F\x98\x80z云云";
  for (std::size_t most = 3; most < text.size() + 3; ++most) {
    CAPTURE(most);
    CHECK(cut(text, most).size() <= most);
    CHECK(is_utf8(cut(text, most)));
    CHECK(plain_line(text.substr(0, most), most).size() <= most);
    CHECK(is_utf8(plain_line(text.substr(0, most), most)));
  }
}

}  // namespace jobtree::notify::plain_text_test
