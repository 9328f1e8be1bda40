#include "simulator/script/random.h"

#include <set>

#include "simulator/cloud/request_ids.h"
#include "unit/catch.h"

namespace random_test {

using namespace jobtree::simulator;

TEST_CASE("Random numbers are those that splitmix64 has for a seed") {
  Random random(1234567);
  CHECK(random.next() == 6457827717110365317U);
  CHECK(random.next() == 3203168211198807973U);
  CHECK(random.next() == 9817491932198370423U);
}

TEST_CASE("A number between two bounds may be either of them, and nothing beyond") {
  Random random(1);
  std::set<std::int64_t> seen;
  for (int i = 0; i < 1000; ++i)
    seen.insert(random.between(-2, 2));
  CHECK(seen == std::set<std::int64_t>{-2, -1, 0, 1, 2});
  CHECK(random.between(7, 7) == 7);
}

TEST_CASE("Each name and number has a stream of its own, the same for a seed") {
  CHECK(random_of(1, "batch", 2).next() == random_of(1, "batch", 2).next());
  CHECK(random_of(1, "batch", 2).next() != random_of(1, "batch", 3).next());
  CHECK(random_of(1, "batch", 2).next() != random_of(1, "plan", 2).next());
  CHECK(random_of(1, "batch", 2).next() != random_of(2, "batch", 2).next());
}

TEST_CASE("Request ids are 32 hex digits, new each time, and the same for a seed") {
  RequestIds one(5);
  RequestIds same(5);
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string id = one.next();
    CHECK(id.size() == 32);
    CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(same.next() == id);
    seen.insert(id);
  }
  CHECK(seen.size() == 100);
  CHECK_FALSE(seen.contains(RequestIds(6).next()));
}

}  // namespace random_test
