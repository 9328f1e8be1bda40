// Reads one list of one region, page by page, and tells the archive what it has of jobs.
//
// Knows: a source of pages, the archive, when to come again after what went wrong. Must not know:
// threads, other lists, HTTP. Not thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "cloud/record_source.h"
#include "cloud/where/catalogue.h"
#include "discovery/finding.h"
#include "discovery/found_job.h"
#include "discovery/job_place.h"
#include "discovery/rounds.h"
#include "store/archive.h"

namespace jobtree::discovery {

/// Whom readers ask and tell; all must outlive them.
struct Neighbours {
  cloud::Source& source;
  store::Archive& archive;
  const cloud::Catalogue& catalogue;
  Clock clock;
  bool with_people = true;  ///< else who did what is not kept
  /// A job that has not ended is to be looked at until it has; may be empty.
  std::function<void(const cloud::JobAddress&)> follow{};
};

/// The lists of the catalogue that are no task lists.
inline constexpr std::string_view kTraces = "traces";
inline constexpr std::string_view kTrackers = "trackers";

class RecordReader {
 public:
  using Steady = std::chrono::steady_clock::time_point;

  /// `list`: of the catalogue.
  RecordReader(const Neighbours& with, const cloud::List& list, std::string region);

  /// Sends one query at most, which blocks for the network and the archive.
  void step();
  /// When step() is to be called again.
  Steady due() const { return due_; }
  /// How it stands.
  const Reading& reading() const { return reading_; }
  /// Begins where the archive says: another replica has read on in between.
  void forget_place();

 private:
  /// What a page had.
  struct Page {
    std::vector<FoundJob> jobs{};
    std::size_t count = 0;
    bool has_news = false;  ///< a record that was not known
    std::optional<cloud::ListPlace> following{};
    std::vector<std::string> trace_ids{};
  };

  bool begin();
  Result<Page> read(const cloud::ListPlace& place, std::string_view body);
  Result<Page> read_trace_page(const Origin& origin, std::string_view body);
  /// Jobs of earlier pages whose submission this page has, so that it is known who did it.
  void name_people(std::vector<FoundJob>& jobs, std::vector<Submission> submissions);
  /// False when it could not be stored, and is to be read again.
  bool store(Page& page);
  void take_up(const FoundJob& job);
  void look_at_tracker();
  void failed(const cloud::JobReply& reply);
  void pause(std::chrono::seconds least);
  void set(Reading::State state, Bilingual detail = {});
  Rounds::Now now() const { return {.wall = with_.clock.wall(), .steady = with_.clock.steady()}; }

  const Neighbours& with_;
  const cloud::List& list_;
  const bool is_traces_;
  Reading reading_;
  Steady due_ = Steady::min();
  std::optional<Rounds> rounds_;
  int failures_ = 0;  ///< in a row
  Steady next_tracker_ = Steady::min();
  bool is_tracker_due_ = false;
  std::set<std::string> seen_, seen_before_;  ///< ids of traces; the latter go first
  std::vector<FoundJob> unnamed_;             ///< nobody is known to have done them
  std::vector<Submission> submissions_;       ///< the same window's
};

}  // namespace jobtree::discovery
