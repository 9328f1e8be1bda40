// What was asked of the pretend cloud, so that a test can count.
//
// Knows: calls as they are told to it, without secrets: of headers it keeps every name, and the
// values of a few that hold none. Must not know: sockets. Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "simulator/script/time.h"

namespace jobtree::simulator {

struct JournalCall {
  WallTime at = {};
  std::string method = {};
  std::string target = {};
  std::string job_id = {};  ///< "" when none was asked for
  std::string key = {};     ///< a simulator's access key, or ""
  int status = 0;           ///< as it went out
  std::string faults = {};  ///< "latency, reset_within", or ""
  std::vector<std::pair<std::string, std::string>> headers = {};
};

class Journal {
 public:
  static constexpr std::size_t kMaxCalls = 10000;
  /// Jobs that are counted apart; the calls of any others are counted together under "*".
  static constexpr std::size_t kMaxJobs = 100000;

  void add(JournalCall call);
  void clear();
  /// {"calls": [the last 10,000], "total": 3, "jobs": {"JOB_ID": 3}}
  std::string json() const;

 private:
  mutable Mutex mutex_;
  std::deque<JournalCall> calls_ JOBTREE_GUARDED_BY(mutex_);
  std::uint64_t total_ JOBTREE_GUARDED_BY(mutex_) = 0;
  std::map<std::string, std::uint64_t> jobs_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::simulator
