// What stands for itself in a URL, and what does not.
#include "base/protocol/percent.h"

#include "unit/catch.h"

namespace percent_test {

using jobtree::percent_encoded;

TEST_CASE("Only the unreserved characters stand for themselves") {
  CHECK(percent_encoded("azAZ09-._~") == "azAZ09-._~");
  CHECK(percent_encoded("a b+c/d=e&f%") == "a%20b%2Bc%2Fd%3De%26f%25");
  CHECK(percent_encoded("\r\n") == "%0D%0A");
  CHECK(percent_encoded("云") == "%E4%BA%91");
  CHECK(percent_encoded("").empty());
}

}  // namespace percent_test
