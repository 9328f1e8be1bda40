// A mutex that clang's thread safety analysis knows: -Wthread-safety holds the lock rules at
// compile time (https://clang.llvm.org/docs/ThreadSafetyAnalysis.html). Other compilers see plain
// standard locks.
//
// Knows: std::mutex. Must not know: what is guarded.
//
//   Mutex mutex_;
//   int count_ JOBTREE_GUARDED_BY(mutex_) = 0;
//   void add() { const Lock lock(mutex_); ++count_; }
//   void add_locked() JOBTREE_REQUIRES(mutex_);
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define JOBTREE_ATTRIBUTE(x) __attribute__((x))
#else
#define JOBTREE_ATTRIBUTE(x)
#endif
#define JOBTREE_GUARDED_BY(mutex) JOBTREE_ATTRIBUTE(guarded_by(mutex))
#define JOBTREE_REQUIRES(mutex) JOBTREE_ATTRIBUTE(requires_capability(mutex))
#define JOBTREE_EXCLUDES(...) JOBTREE_ATTRIBUTE(locks_excluded(__VA_ARGS__))

namespace jobtree {

class JOBTREE_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  void lock() JOBTREE_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
  void unlock() JOBTREE_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

 private:
  friend class Condition;
  std::mutex mutex_;
};

/// Holds a mutex until it goes out of scope.
class JOBTREE_ATTRIBUTE(scoped_lockable) Lock {
 public:
  explicit Lock(Mutex& mutex) JOBTREE_ATTRIBUTE(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.lock();
  }
  ~Lock() JOBTREE_ATTRIBUTE(release_capability()) { mutex_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Mutex& mutex_;
};

/// A condition variable. Wait in a loop that looks at the guarded state: wake-ups may be spurious.
class Condition {
 public:
  void wait(Mutex& mutex) JOBTREE_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  /// False when the deadline passed.
  template <class Clock, class Duration>
  bool wait_until(Mutex& mutex, std::chrono::time_point<Clock, Duration> deadline)
      JOBTREE_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    const bool in_time = condition_.wait_until(lock, deadline) == std::cv_status::no_timeout;
    lock.release();
    return in_time;
  }
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace jobtree
