// Which page of a list is to be read next: what is new every so often, and what was before the
// start in between.
//
// A list has the newest first. The backlog reaches from what the last start had read up to this
// start, 7 days at most; it may have thousands of pages. What comes after the start is the head: it
// is read anew every so often, and goes before the backlog, so that nobody waits for a backlog to
// see what runs now. Each window begins before the end of the one before, because records come
// late; what comes twice changes nothing where it is stored. A head ends where a page brings
// nothing new; every tenth goes through the whole window, for what came late in its middle.
//
// Knows: windows, places, times, all given to it. Must not know: the cloud, what a record is. Not
// thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <string>

#include "base/utc.h"
#include "cloud/where/lists.h"

namespace jobtree::discovery {

class Rounds {
 public:
  using Steady = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::hours kReach{24 * 7};  ///< as far back as CTS has traces
  /// More than any list has in a week; one that never ends is left at that.
  static constexpr std::size_t kMostPages = 20'000;

  struct Rules {
    std::chrono::seconds every{30};
    std::chrono::seconds overlap{600};
  };

  struct Now {
    UtcTime wall{};
    Steady steady{};
  };

  /// `until`: what the last start had read to its end; nothing when there was none.
  Rounds(Rules rules, std::optional<UtcTime> until, Now now);

  struct Page {
    cloud::ListWindow window{};
    cloud::ListPlace place{};
  };
  /// The page to read next. It stays the next until read() was called.
  Page next(Now now);
  /// That page was read. `following`: the place of the page behind it; nothing when it was the
  /// last. `has_news`: it had a record that was not known.
  void read(const std::optional<cloud::ListPlace>& following, bool has_news, Now now);
  /// That page cannot be read: its round begins anew, as markers may have an end.
  void restart();

  /// When next() is to be called. In the past: now.
  Steady due() const;
  bool has_backlog() const { return backlog_.has_value(); }
  /// Everything before it has been read; nothing as long as there is a backlog.
  std::optional<UtcTime> read_until() const;

 private:
  struct Round {
    Page page{};
    std::size_t pages = 0;
    std::set<std::string> markers{};  ///< of pages that were read: one that comes again is no end
    bool is_whole = false;            ///< goes through the window whatever a page brings
  };

  bool is_over(Round& round, const std::optional<cloud::ListPlace>& following, bool has_news) const;

  const Rules rules_;
  std::optional<Round> backlog_;
  std::optional<Round> head_;
  Steady next_head_;
  UtcTime head_until_;  ///< where the next head begins, but for the overlap
  std::size_t heads_ = 0;
};

}  // namespace jobtree::discovery
