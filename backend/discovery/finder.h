// Finds jobs that nobody named: reads the cloud's own records of every region that is wanted, again
// and again, for as long as it lives.
//
// Viewers go first, then jobs that are followed, then this: it holds to a quarter of the key's
// rate, and rests while little of the budget is left. Where several replicas share a database,
// each list is read by one of them.
//
// Knows: readers, threads (one a region), whose turn it is. Must not know: what a record looks
// like, HTTP.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/log_entry.h"
#include "base/mutex.h"
#include "discovery/finding.h"
#include "discovery/record_reader.h"
#include "store/shared.h"

namespace jobtree::discovery {

/// The readers of one region, one after the other. Not thread-safe.
class RegionFinder {
 public:
  using Steady = std::chrono::steady_clock::time_point;

  /// `share`: which of them are this replica's; null: all. `regions`: how many there are, which
  /// have the rate together.
  RegionFinder(const Neighbours& with, Mode mode, const std::string& region, std::size_t regions,
               const store::BackgroundShare* share);

  /// Lets the reader go on whose turn it is. Blocks as that does. Returns when to call again.
  Steady step();
  std::vector<Reading> readings() const;

 private:
  bool is_ours(const RecordReader& reader) const;
  /// The one that has waited for the longest, of those that are due; null: none is.
  RecordReader* next(Steady now);
  std::optional<Steady> rests_until(const cloud::Health& health, Steady now) const;

  const Neighbours& with_;
  const std::size_t regions_;
  const store::BackgroundShare* const share_;
  std::uint64_t share_revision_ = 0;
  std::vector<std::unique_ptr<RecordReader>> readers_;
};

struct FinderOptions {
  Mode mode = Mode::off;
  std::vector<std::string> regions{};  ///< of the catalogue
  Neighbours with;
  const store::BackgroundShare* share = nullptr;  ///< must outlive the finder
  /// Is told what the operator should know, from any thread; may be empty.
  std::function<void(const LogEntry&)> log{};
};

/// Thread-safe.
class Finder {
 public:
  explicit Finder(FinderOptions options);
  ~Finder() { stop(); }
  Finder(const Finder&) = delete;
  Finder& operator=(const Finder&) = delete;

  /// Begins. `follow`: see Neighbours.
  void start(std::function<void(const cloud::JobAddress&)> follow);
  /// Waits for what is under way, which a cloud that was stopped ends at once.
  void stop();
  Finding finding() const;

 private:
  void run(std::size_t index);
  void tell(const Reading& before, const Reading& now) const;

  FinderOptions options_;
  mutable Mutex mutex_;
  Condition stopping_;
  bool is_stopping_ JOBTREE_GUARDED_BY(mutex_) = false;
  std::vector<std::vector<Reading>> readings_ JOBTREE_GUARDED_BY(mutex_);  ///< by region
  std::vector<std::unique_ptr<RegionFinder>> regions_;  ///< each its thread's alone
  std::vector<std::thread> threads_;
};

}  // namespace jobtree::discovery
