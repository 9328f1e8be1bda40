#include "base/free_memory.h"

#include "unit/catch.h"

namespace free_memory_test {

using namespace jobtree;

TEST_CASE("A string whose memory is freed is empty, and holds none", "[free_memory]") {
  std::string text(1'000'000, 'x');
  free_memory(text);
  CHECK(text.empty());
  CHECK(text.capacity() == std::string().capacity());
}

}  // namespace free_memory_test
