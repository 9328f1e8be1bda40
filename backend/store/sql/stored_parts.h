// Events and bodies as they are stored in parts, put together again.
//
// Pure. Knows: how parts follow one another. Must not know: which database they come from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/outcome.h"
#include "store/records.h"
#include "store/store.h"

namespace jobtree::store {

/// Which part of a job's events.
struct EventPlace {
  std::int64_t version;
  std::int64_t part;
};

/// After which part a page begins, by its cursor ("12.3", or "" for the first page); nothing when
/// that is none.
std::optional<EventPlace> event_place(std::string_view cursor, bool newest_first);

/// A part as it is stored.
struct StoredEvents {
  EventPlace place;
  std::size_t count;
  std::size_t size;  ///< of the JSON
  std::string_view packed;
};

/// Collects parts in the order in which they are shown, up to about so many events.
class EventCollector {
 public:
  EventCollector(std::size_t limit, bool newest_first)
      : limit_(limit), newest_first_(newest_first) {}
  /// Whether it was taken; false when the page is full.
  Outcome<bool> add(const StoredEvents& events);
  EventsPage& page() { return page_; }

 private:
  const std::size_t limit_;
  const bool newest_first_;
  std::size_t count_ = 0;
  EventPlace last_{};
  EventsPage page_;
};

/// A body as it is stored.
struct StoredVersion {
  std::int64_t version;
  std::size_t size;
  std::string sha256;
  bool is_whole;
  bool is_there;  ///< false: retention has taken it
  std::string_view packed;
};

/// Bodies from a whole one on, each after the one before.
class BodyChain {
 public:
  Outcome<Done> add(const StoredVersion& version);
  /// The last one that was added, which must be the version that is wanted (0: any); nothing when
  /// it is not, or not there. An error when it has another digest than was stored.
  Outcome<std::optional<BodyRead>> body_of(std::int64_t version);

 private:
  BodyRead read_;
  std::string sha256_;
  std::int64_t last_ = 0;
  bool is_broken_ = false;  ///< one of them is not there
};

}  // namespace jobtree::store
