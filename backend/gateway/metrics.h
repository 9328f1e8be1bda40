// What the gateway has done, in numbers, for a Prometheus server to read.
//
// Knows: counters, histograms, and the text format 0.0.4. Must not know: HTTP, or whose request it
// was. A label's value comes from a list that is fixed when the server starts, never from a
// request, so that no stranger can make the lines more, or put a word of theirs in. Counting takes
// no lock and no memory.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/job_source.h"
#include "gateway/channels/channels.h"
#include "gateway/jobs/cache/job_limits.h"
#include "gateway/site/discovery.h"
#include "store/archive.h"

namespace jobtree::gateway {

/// How many values were at most so large, and their sum. Thread-safe.
class Histogram {
 public:
  static constexpr std::size_t kMostBounds = 16;

  /// `bounds`: in seconds, ascending, of static storage, kMostBounds at most.
  explicit Histogram(std::span<const double> bounds) : bounds_(bounds) {}

  void add(std::chrono::nanoseconds value);
  /// Appends its lines. `labels`: "" or `name="value"`.
  void render(std::string& out, std::string_view name, std::string_view labels = {}) const;

 private:
  const std::span<const double> bounds_;
  std::array<std::atomic<std::uint64_t>, kMostBounds + 1> counts_{};  ///< the last: above them all
  std::atomic<std::uint64_t> nanoseconds_ = 0;
};

class Metrics {
 public:
  using Duration = std::chrono::nanoseconds;
  using Wall = std::chrono::system_clock::time_point;

  /// `routes`: the patterns there are, of static storage. One more is added, "none", for what
  /// reached no route.
  explicit Metrics(std::vector<std::string_view> routes);

  /// A request was answered with this HTTP status. `route`: its place among the routes; any number
  /// past them is "none". `was_parked`: it was made to wait for a change, as it had asked to.
  void answered(std::size_t route, int status, Duration took, bool was_parked);
  /// A request was turned away with this status before any route saw it.
  void turned_away(int status);
  /// A query is over, all its tries together, and was not deferred. nullptr: it broke in this
  /// program.
  void asked(const cloud::JobReply* reply, Duration took, Wall now);
  /// A job that may yet change was shown, and it was so long ago that the cloud said so.
  void showed(std::chrono::seconds age);

  /// When the cloud last answered with a job.
  std::optional<Wall> last_success() const;

  /// What is read and not counted.
  struct Now {
    std::string version{};  ///< of this program
    JobFigures jobs{};
    std::size_t connections = 0;
    cloud::Health cloud{};
    store::ArchiveState memory{};
    std::size_t followed = 0;  ///< jobs that are looked at although nobody views them
    DiscoveryFigures discovery{};
    std::vector<ChannelFigures> channels{};
    std::uint64_t log_lost = 0;  ///< lines of the log for which there was no room
  };
  /// In the text format 0.0.4, "text/plain; version=0.0.4; charset=utf-8".
  std::string render(const Now& now) const;

 private:
  static constexpr std::size_t kResults = 9;    ///< of a request
  static constexpr std::size_t kOutcomes = 13;  ///< of a query

  const std::vector<std::string_view> routes_;
  std::vector<std::array<std::atomic<std::uint64_t>, kResults>> requests_;  ///< a route each
  std::array<std::atomic<std::uint64_t>, kOutcomes> queries_{};
  std::atomic<std::int64_t> last_success_ = 0;  ///< milliseconds since 1970; 0: never
  Histogram prompt_, parked_, upstream_, ages_;
};

}  // namespace jobtree::gateway
