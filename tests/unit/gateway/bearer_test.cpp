#include "gateway/access/bearer.h"

#include "unit/catch.h"

namespace bearer_test {

using jobtree::gateway::bearer_of;

TEST_CASE("A bearer's token is what follows the scheme") {
  CHECK(bearer_of("Bearer a") == "a");
  CHECK(bearer_of("bEARER   a b") == "a b");
  CHECK(bearer_of("Bearer ") == "");
  for (const char* header : {"", "Bearer", "Bearera", "Basic a", " Bearer a"}) {
    INFO(header);
    CHECK_FALSE(bearer_of(header));
  }
}

}  // namespace bearer_test
