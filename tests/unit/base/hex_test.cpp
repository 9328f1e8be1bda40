#include "base/hex.h"

#include <array>

#include "unit/catch.h"

namespace hex_test {

using namespace jobtree;

TEST_CASE("Bytes are written as two lower-case digits each", "[hex]") {
  CHECK(to_hex(std::array<unsigned char, 4>{0x00, 0x0F, 0xA9, 0xFF}) == "000fa9ff");
  CHECK(to_hex({}).empty());
}

TEST_CASE("Digits of both cases are read, and nothing else is a digit", "[hex]") {
  CHECK(hex_value('7') == 7);
  CHECK(hex_value('a') == 10);
  CHECK(hex_value('F') == 15);
  for (const char c : {'g', 'G', '/', ':', '@', '`', '\0', '\xFF'}) {
    CHECK(hex_value(c) == -1);
    CHECK_FALSE(is_lower_hex(c));
  }
  CHECK(is_lower_hex('f'));
  CHECK_FALSE(is_lower_hex('F'));
}

}  // namespace hex_test
