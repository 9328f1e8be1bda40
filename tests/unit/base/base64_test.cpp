// Base64 as RFC 4648 has it, and nothing that only looks like it.
#include "base/protocol/base64.h"

#include <string>

#include "unit/catch.h"

namespace base64_test {

using jobtree::from_base64;
using jobtree::to_base64;

TEST_CASE("The vectors of RFC 4648, section 10, hold both ways") {
  struct Vector {
    const char* bytes;
    const char* text;
  };
  for (const auto& [bytes, text] : std::initializer_list<Vector>{{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"}}) {
    CHECK(to_base64(bytes) == text);
    CHECK(from_base64(text) == std::string(bytes));
  }
  CHECK(to_base64("\xFB\xFF\xFE") == "+//+");
}

TEST_CASE("Every byte comes back, NUL among them") {
  std::string all;
  for (int i = 0; i < 256; ++i) {
    all += static_cast<char>(i);
    CHECK(from_base64(to_base64(all)) == all);
  }
}

TEST_CASE("What was not written so is not read") {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zg==Zg==", "Zm 9v", "Zm9v\n",
                           "Zm-_", "=", "====", "Z\xE4=="}) {
    CAPTURE(text);
    CHECK_FALSE(from_base64(text));
  }
}

}  // namespace base64_test
