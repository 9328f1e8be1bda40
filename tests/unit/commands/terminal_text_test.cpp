#include "commands/job/terminal_text.h"

#include <string>

#include "unit/catch.h"

namespace terminal_text_test {

using namespace jobtree::commands;

TEST_CASE("What a terminal would obey is shown as a sign") {
  CHECK(safe_text("\x1b[31mred\x07") == "␛[31mred␇");
  CHECK(safe_text(std::string_view("a\0b", 3)) == "a␀b");
  CHECK(safe_text("gone\x7f") == "gone␡");
  CHECK(safe_text("\xc2\x9b"
                  "31m") == "�31m");  // CSI as one character
  CHECK(safe_text("\xe2\x80\xae"
                  "txt.exe") == "�txt.exe");  // right-to-left override
  CHECK(safe_text("one\ntwo\tthree\r") == "one two three ");
  CHECK(safe_text("a\xe2\x80\xa8"
                  "b") == "a�b");  // line separator
}

TEST_CASE("Bytes that are no UTF-8 become replacement characters") {
  CHECK(safe_text("\xff") == "�");
  CHECK(safe_text("a\xe4\xb8") == "a��");          // cut short
  CHECK(safe_text("\xc0\x9b") == "��");            // an escape, overlong
  CHECK(safe_text("\xed\xa0\x80") == "���");       // a surrogate
  CHECK(safe_text("\xf4\x90\x80\x80") == "����");  // past Unicode
}

TEST_CASE("Good text stays as it is") {
  for (const char* text : {"", "createPublicip", "创建云硬盘失败", "café", "🚀 off", "e\u0301"}) {
    CHECK(safe_text(text) == text);
  }
}

TEST_CASE("Marks heaped on one character are not all sent") {
  std::string heap = "a";
  for (int i = 0; i < 1000; ++i)
    heap += "\u0301";
  CHECK(safe_text(heap + "b").size() == 1 + 4 * 2 + 1);
}

TEST_CASE("A text longer than is taken ends with an ellipsis") {
  CHECK(safe_text("abcdef", 3) == "abc…");
  CHECK(safe_text("abc", 3) == "abc");
}

TEST_CASE("Width is counted in cells") {
  CHECK(cells("abc") == 3);
  CHECK(cells("失败") == 4);
  CHECK(cells("│  ├─ ✓ ") == 8);
  CHECK(cells("e\u0301") == 1);
  CHECK(cells("🚀") == 2);
}

TEST_CASE("A cut never makes half a character, nor a cell too many") {
  CHECK(cut("abcdef", 6) == "abcdef");
  CHECK(cut("abcdef", 4) == "abc…");
  CHECK(cut("失败了", 6) == "失败了");
  CHECK(cut("失败了", 5) == "失败…");
  CHECK(cut("失败了", 4) == "失…");
  CHECK(cut("abc", 0).empty());
  for (std::size_t width = 1; width < 12; ++width) {
    CHECK(cells(cut("a失b败c了🚀", width)) <= width);
  }
}

TEST_CASE("A line of many colours is cut as if it had none") {
  Line line;
  line.add("one", Ink::green).add(" ").add("two", Ink::red).pad_to(10).add("three");
  CHECK(line.width() == 15);
  CHECK(line.str(false) == "one two   three");
  CHECK(line.str(false, 15) == "one two   three");
  CHECK(line.str(false, 5) == "one …");
  CHECK(line.str(false, 3) == "on…");
  CHECK(line.str(true, 6) == "\x1b[32mone\x1b[0m \x1b[31mt…\x1b[0m");
  CHECK(cells(line.str(false, 7)) == 7);
}

}  // namespace terminal_text_test
