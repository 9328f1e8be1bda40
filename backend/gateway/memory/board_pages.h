// What the board shows, read once for all who look at the same.
//
// The invariant: for those who wait, one query with one scope is read from the archive no more than
// once a second, and not at all while nothing has changed that a board could show.
//
// Knows: the archive, its revision, the JSON of a page. Must not know: HTTP, who looks.
// Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "gateway/http_fields.h"
#include "store/archive.h"

namespace jobtree::gateway {

struct BoardContent {
  std::string json;
  std::vector<cloud::JobAddress> unfinished{};  ///< of its jobs those that may change by now
  /// A weak validator: that a job was read again without a change is no reason to tell anybody.
  std::string etag;
};

class BoardPages {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Content = std::shared_ptr<const BoardContent>;

  explicit BoardPages(store::Archive& archive) : archive_(archive) {}

  /// Who looks at what.
  struct Look {
    const store::BoardQuery& query;
    Language language = Language::en;
    const std::string& key;  ///< key_of(query, language)
    /// It may be told of a change a second later, and looks again.
    bool may_lag = false;
  };
  /// What is one page for all who look at it.
  static std::string key_of(const store::BoardQuery& query, Language language);
  /// The page where nothing need be read for it; null: get() has it. Never blocks.
  Content known(const Look& look, Time now) JOBTREE_EXCLUDES(mutex_);
  /// The page as it is now. Blocks for the archive. A time: somebody else reads it, look again
  /// then.
  std::variant<Content, Time, Failure> get(const Look& look, Time now) JOBTREE_EXCLUDES(mutex_);
  /// Whether somebody reads it right now.
  bool is_being_read(const Look& look) JOBTREE_EXCLUDES(mutex_);
  /// Whether it is time to have its unfinished jobs looked at: for all who see it, every few
  /// seconds.
  bool is_look_due(const Look& look, Time now) JOBTREE_EXCLUDES(mutex_);

 private:
  /// What a page was made of.
  struct Page {
    Content content{};
    std::uint64_t revision = 0;
    store::ArchiveState::Kind state{};
    Time read_at = Time::min();
    Time next_look = Time::min();  ///< at its jobs
    bool is_being_read = false;
  };

  std::variant<Content, Time, Failure> read(const Look& look);
  void make_room(Time now) JOBTREE_REQUIRES(mutex_);

  store::Archive& archive_;
  Mutex mutex_;
  std::map<std::string, Page> pages_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::gateway
