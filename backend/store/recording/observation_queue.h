// What waits to be stored, within bounds.
//
// Nothing is lost as long as there is room. When it is short, a job's later body takes the place of
// the earlier one that waits: what changed between is seen as one change. Only when there is no
// such body either, one is dropped. Both are counted.
//
// Knows: order, bytes. Must not know: databases, threads. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <future>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/archive.h"

namespace jobtree::store {

/// One thing to be stored.
struct Pending {
  enum class Kind { observed, forgotten, stuck, marking, muting, found };
  Kind kind = Kind::observed;
  Observation observation{};  ///< of one forgotten or stuck its address and time
  Marking marking{};
  Muting muting{};
  std::vector<Sighting> sightings{};                   ///< that were found
  std::optional<ReadUntil> read{};                     ///< with them
  std::shared_ptr<std::promise<Result<bool>>> done{};  ///< of orders: somebody waits
  int tries = 0;                                       ///< that failed
};

class ObservationQueue {
 public:
  ObservationQueue(std::size_t most_bytes, std::size_t most_entries)
      : most_bytes_(most_bytes), most_entries_(most_entries) {}

  void push(Pending pending);
  std::optional<Pending> pop();
  /// One that could not be stored, for the next try.
  void put_back(Pending pending);

  /// One that was taken out, and cannot be stored.
  void count_dropped() { ++dropped_; }

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  std::uint64_t superseded() const { return superseded_; }
  std::uint64_t dropped() const { return dropped_; }

 private:
  using Entries = std::list<Pending>;
  bool is_short_of_room(std::size_t more) const;
  void remember_last(Entries::iterator entry);

  const std::size_t most_bytes_, most_entries_;
  std::size_t bytes_ = 0;
  Entries entries_;
  /// Of each job the last observation that waits, when nothing else of it waits behind.
  std::unordered_map<std::string, Entries::iterator> last_;
  std::uint64_t superseded_ = 0, dropped_ = 0;
};

}  // namespace jobtree::store
