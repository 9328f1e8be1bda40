// A source of jobs that counts what it is asked.
//
// Knows: outcomes, how long a query took with its tries and pauses. Must not know: who asks.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/mutex.h"
#include "cloud/job_source.h"
#include "gateway/metrics.h"

namespace jobtree::gateway {

/// Thread-safe.
class CountedSource final : public cloud::JobSource {
 public:
  /// Both must outlive it.
  CountedSource(cloud::JobSource& source, Metrics& metrics) : source_(source), metrics_(metrics) {}

  cloud::JobReply job(const cloud::JobAddress& address, const cloud::HasRoom& has_room) override;
  cloud::JobReply own_id(cloud::Owner owner, std::string_view region) override {
    return source_.own_id(owner, region);
  }
  std::string known_own_id(cloud::Owner owner, std::string_view region) override {
    return source_.known_own_id(owner, region);
  }
  cloud::Health health() override { return source_.health(); }
  double rate_of(std::string_view service) override { return source_.rate_of(service); }
  void stop() override { source_.stop(); }

 private:
  using Time = std::chrono::steady_clock::time_point;

  Time begun(const std::string& key);
  void forget(const std::string& key);

  cloud::JobSource& source_;
  Metrics& metrics_;
  Mutex mutex_;
  /// When the queries that were deferred began: each is called for again, or nobody wants it.
  std::unordered_map<std::string, Time> deferred_ JOBTREE_GUARDED_BY(mutex_);
};

}  // namespace jobtree::gateway
