// Waiting in tests: for something that happens on another thread, and never for ever.
#pragma once

#include <chrono>
#include <thread>

namespace jobtree::tests {

/// True as soon as `is_so` says so; false when it has not by the deadline, which is generous: a
/// test that passes waits no longer than it must, and a busy machine is no failure.
template <class IsSo>
bool until(IsSo is_so, std::chrono::seconds most = std::chrono::seconds(20)) {
  const auto deadline = std::chrono::steady_clock::now() + most;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace jobtree::tests
