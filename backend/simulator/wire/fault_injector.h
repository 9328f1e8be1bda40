// Which faults happen to which call.
//
// Knows: whom each fault is meant for, how often and with which chance it happens. Must not know:
// sockets or responses (delivery.h knows both).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "simulator/script/fault.h"
#include "simulator/script/random.h"
#include "simulator/script/time.h"

namespace jobtree::simulator {

/// What faults choose a call by.
struct CallLabels {
  std::string_view target;
  std::string_view job_id;   ///< "" when none is asked for
  std::string_view service;  ///< "" when there is no such job
};

/// What is to happen to one response. Times are real ones.
struct InjectedFaults {
  Milliseconds delay{};              ///< before the response
  std::size_t drip_bytes = 0;        ///< 0: all at once
  Milliseconds drip_every{};         ///< between two drips
  std::optional<Fault> breaks = {};  ///< any kind but latency and drip
  std::string names = {};            ///< "latency, reset_within", for the journal
};

/// The faults of a running simulator. Each has random numbers of its own from the seed, so the
/// same calls in the same order meet the same faults. Thread-safe.
class FaultInjector {
 public:
  FaultInjector(std::uint64_t seed, double speed) : seed_(seed), speed_(speed) {}

  void replace(std::vector<Fault> faults);
  /// With `times` as many as are left.
  std::vector<Fault> faults() const;

  /// Draws for one call. Latencies add up; of drips, and of the faults that break a response, the
  /// first that is drawn happens and the others stay for a later call.
  InjectedFaults draw(const CallLabels& call);

 private:
  struct Entry {
    Fault fault;
    Random random;
  };

  const std::uint64_t seed_;
  const double speed_;
  mutable Mutex mutex_;
  std::vector<Entry> entries_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::simulator
