#include "simulator/cloud/key_lock.h"

#include "unit/catch.h"

namespace key_lock_test {

using namespace std::chrono_literals;
using jobtree::simulator::KeyLock;

namespace {
const KeyLock::Time kNow{1h};
}

TEST_CASE("Five failures in a row do not lock a key, the sixth locks it for five minutes") {
  KeyLock lock(1);
  for (int i = 0; i < 5; ++i)
    lock.failed(kNow);
  CHECK_FALSE(lock.is_locked(kNow));
  lock.failed(kNow);
  CHECK(lock.is_locked(kNow));
  CHECK(lock.is_locked(kNow + 5min - 1ms));
  CHECK_FALSE(lock.is_locked(kNow + 5min));
}

TEST_CASE("A success between failures begins the count anew") {
  KeyLock lock(1);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 5; ++i)
      lock.failed(kNow);
    lock.succeeded();
  }
  CHECK_FALSE(lock.is_locked(kNow));
}

TEST_CASE("After a lock the count begins anew") {
  KeyLock lock(1);
  for (int i = 0; i < 6; ++i)
    lock.failed(kNow);
  lock.failed(kNow + 6min);
  CHECK_FALSE(lock.is_locked(kNow + 6min));
}

TEST_CASE("Speed shortens the lock") {
  KeyLock lock(100);
  for (int i = 0; i < 6; ++i)
    lock.failed(kNow);
  CHECK(lock.is_locked(kNow + 2999ms));
  CHECK_FALSE(lock.is_locked(kNow + 3s));
}

}  // namespace key_lock_test
