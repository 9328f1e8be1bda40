#include "base/result.h"

#include "unit/catch.h"

namespace result_test {

using namespace jobtree;

TEST_CASE("A result holds a value or a failure with its kind", "[result]") {
  const Result<int> good = 7;
  REQUIRE(good);
  CHECK(good.value() == 7);
  const Result<int> bad = Failure::unavailable("nobody answered");
  REQUIRE_FALSE(bad);
  CHECK(bad.error() == "nobody answered");
  CHECK(bad.failure().kind() == Failure::Kind::unavailable);
}

TEST_CASE("A failure that is told where it happened keeps its kind", "[result]") {
  const Failure failure = Failure::system("no threads").prefixed("the metrics: ");
  CHECK(failure.message() == "the metrics: no threads");
  CHECK(failure.kind() == Failure::Kind::system);
}

}  // namespace result_test
