// What can go wrong between the pretend cloud and who asks it, and whose turn it is.
//
// Knows: kinds of faults, whom each is meant for, how often and by which chance. Must not know:
// sockets or answers (delivery.h does both).
#pragma once

#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/script/chance.h"
#include "simulator/script/course.h"

namespace jobtree::simulator {

enum class FaultKind {
  latency,                      ///< `ms` plus up to `jitter_ms` before the answer begins
  drip,                         ///< `bytes` of the answer every `every_ms`
  reset_before,                 ///< TCP reset instead of the answer
  reset_within,                 ///< TCP reset after `after_bytes` of it
  truncated,                    ///< a clean close after `after_bytes` of it
  wrong_length,                 ///< Content-Length is off by `by`
  not_modified_without_length,  ///< a 304 that does not say it has no body
  oversized,                    ///< JSON of `bytes`
  gzip_bomb,                    ///< gzip of `bytes` of JSON, asked for or not
  html_error,                   ///< `status` and the HTML page of some proxy
  redirect,                     ///< `status` to `location`
  error,                        ///< `status`, and the gateway's JSON with `code` and `message`
  close_before,                 ///< the answer promises to keep the connection, which is closed
                                ///< without a word `after_ms` later, before a next request
};

struct Fault {
  static constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
  static constexpr std::int64_t kHalfWay = -1;

  FaultKind kind = FaultKind::latency;

  // Whom it is meant for; "" for all.
  std::string job_id = {};
  std::string service = {};
  std::string path = {};  ///< what the target begins with

  std::int64_t times = kForever;
  double chance = 1;

  // What the kinds have for parameters. Times are those at speed 1.
  std::int64_t ms = 0;
  std::int64_t jitter_ms = 0;
  std::int64_t bytes = 0;
  std::int64_t every_ms = 0;
  std::int64_t after_bytes = kHalfWay;  ///< of the whole answer, its head counted
  std::int64_t by = 0;
  std::int64_t status = 0;
  std::int64_t after_ms = 0;
  std::string location = {};
  std::string code = {};
  std::string message = {};
};

/// "reset_within"
std::string_view name_of(FaultKind kind);

/// A call, as far as faults choose by it.
struct CallMarks {
  std::string_view target;
  std::string_view job_id;   ///< "" when none is asked for
  std::string_view service;  ///< "" when there is no such job
};

/// What is to happen to one answer.
struct Mishap {
  Milliseconds delay{};         ///< real time, before the answer
  std::size_t drip_bytes = 0;   ///< 0: all at once
  Milliseconds drip_every{};    ///< real time
  std::optional<Fault> breaks;  ///< any kind but latency and drip
  std::string names = {};       ///< "latency, reset_within", for the journal
};

/// The faults of a running simulator. Each has chance of its own from the seed, so the same calls
/// in the same order meet the same faults. Thread-safe.
class FaultBook {
 public:
  FaultBook(std::uint64_t seed, double speed) : seed_(seed), speed_(speed) {}

  void replace(std::vector<Fault> faults);
  /// With `times` as many as are left.
  std::vector<Fault> faults() const;

  /// Draws for one call. Latencies add up; of drips, and of the faults that break an answer, the
  /// first that is drawn happens and the others stay for a later call.
  Mishap draw(const CallMarks& call);

 private:
  struct Entry {
    Fault fault;
    Chance chance;
  };

  Milliseconds real_time(std::int64_t ms) const;

  const std::uint64_t seed_;
  const double speed_;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace jobtree::simulator
