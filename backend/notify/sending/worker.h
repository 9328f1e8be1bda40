// Sends what waits for one channel, one message after the other.
//
// Knows: the outbox, rates, what becomes of a message after an attempt. Must not know: threads,
// how a channel words or sends a message. Each step takes at most one message; who calls it waits
// in between as long as it says.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log_entry.h"
#include "notify/setup/setup.h"
#include "store/outbox/outbox.h"

namespace jobtree::notify {

using std::chrono::milliseconds;

struct WorkerOptions {
  store::Outbox& outbox;  ///< must outlive the worker
  Clock clock;
  std::string public_url{};
  std::string holder{};  ///< another name for each worker of each replica
  /// Waits; false when the program is about to end.
  std::function<bool(milliseconds)> pause{};
  std::function<void(const LogEntry&)> log{};
};

/// What a worker did, for metrics.
struct WorkerFigures {
  std::uint64_t delivered = 0;
  std::uint64_t refused = 0;  ///< attempts after which it is tried again, or never
};

class Worker {
 public:
  explicit Worker(WorkerOptions options) : with_(std::move(options)) {}

  /// Blocks for the outbox and the other side. How long there is nothing to do then, unless
  /// something new comes: a second at most.
  milliseconds step(const ReadyChannel& ready);
  /// From any thread.
  WorkerFigures figures() const { return {delivered_, refused_}; }

 private:
  void merge(const ReadyChannel& ready);
  void send(const ReadyChannel& ready, const store::ClaimedEntry& entry);
  bool may_go_on(const ReadyChannel& ready, const store::OutboxClaim& claim, std::uint32_t parts);
  void close(const store::OutboxClaim& claim, const store::Closing& closing);
  Time now() const;

  const WorkerOptions with_;
  /// The channel is behind, or was: so it is worth looking how much waits.
  bool is_behind_ = true;
  std::chrono::steady_clock::time_point next_merge_ = std::chrono::steady_clock::time_point::min();
  std::atomic<std::uint64_t> delivered_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;
};

}  // namespace jobtree::notify
