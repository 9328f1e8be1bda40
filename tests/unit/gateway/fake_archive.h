// An archive in memory, in a test's hands: it is told what a gateway saw, and says what the test
// put there.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/archive.h"
#include "store/outbox/store_outbox.h"
#include "unit/gateway/fake_shares.h"

namespace jobtree::gateway {

/// Thread-safe, but for what a test sets before anybody looks.
class FakeArchive : public store::Archive {
 public:
  using Address = cloud::JobAddress;

  store::ArchiveState now{.kind = store::ArchiveState::Kind::good};  ///< set before
  bool cannot_read = false;                                          ///< likewise
  bool cannot_write = false;

  /// Puts a job there as it was seen last.
  void put(store::JobRecord record, std::string body) {
    const std::lock_guard lock(mutex_);
    const std::string key = record.address.key();
    if (!record.version) record.version = 1;
    bodies_[key][record.version] = std::move(body);
    records_[key] = std::move(record);
    ++revision_;
  }
  /// What was told, one word and the job's key each: "observed cn-north-4/eip/-/a {}".
  std::vector<std::string> told() const {
    const std::lock_guard lock(mutex_);
    return told_;
  }
  std::vector<store::Observation> observations() const {
    const std::lock_guard lock(mutex_);
    return observations_;
  }
  std::optional<store::JobRecord> record(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = records_.find(key);
    return found == records_.end() ? std::nullopt : std::optional(found->second);
  }
  std::vector<store::BoardQuery> boards() const {
    const std::lock_guard lock(mutex_);
    return boards_;
  }
  int reads() const {
    const std::lock_guard lock(mutex_);
    return reads_;
  }

  void stuck(const Address& /*address*/, store::Time /*at*/) override {}
  store::Outbox& outbox() override { return outbox_; }
  FakeShares& shares() override { return shares_; }
  void observed(store::Observation observation) override {
    const std::lock_guard lock(mutex_);
    told_.push_back("observed " + observation.address.key() + " " + *observation.body);
    observations_.push_back(std::move(observation));
  }
  void confirmed(const Address& address, store::Time) override {
    const std::lock_guard lock(mutex_);
    told_.push_back("confirmed " + address.key());
  }
  void forgotten(const Address& address, store::Time at) override {
    const std::lock_guard lock(mutex_);
    told_.push_back("forgotten " + address.key());
    const auto found = records_.find(address.key());
    if (found == records_.end()) return;
    found->second.forgotten_at = at;
    ++revision_;
  }
  store::ArchiveState state() const override { return now; }
  std::uint64_t revision() const override {
    const std::lock_guard lock(mutex_);
    return revision_;
  }

  Result<store::BoardPage> board(const store::BoardQuery& query) override {
    const std::lock_guard lock(mutex_);
    boards_.push_back(query);
    if (cannot_read) return trouble();
    if (query.cursor == "bad") return Failure::usage({"no such cursor", "无效"});
    store::BoardPage page;
    for (const auto& [key, record] : records_) {
      if (!query.scope || fits(*query.scope, record.address)) page.jobs.push_back(record);
    }
    return page;
  }
  Result<std::optional<store::JobRecord>> job(const Address& address) override {
    const std::lock_guard lock(mutex_);
    ++reads_;
    if (cannot_read) return trouble();
    for (const auto& [key, record] : records_) {
      if (is_it(record.address, address)) return std::optional(record);
    }
    return std::optional<store::JobRecord>();
  }
  Result<store::EventsPage> events(const Address& address, std::string_view cursor,
                                   std::size_t limit, bool newest_first) override {
    const std::lock_guard lock(mutex_);
    if (cannot_read) return trouble();
    return store::EventsPage{.json = "{\"of\":\"" + address.key() + "\",\"from\":\"" +
                                     std::string(cursor) + "\",\"limit\":" + std::to_string(limit) +
                                     ",\"newest\":" + (newest_first ? "true" : "false") + "}",
                             .next = "more"};
  }
  Result<std::vector<store::VersionRecord>> versions(const Address& address) override {
    const std::lock_guard lock(mutex_);
    std::vector<store::VersionRecord> versions;
    for (const auto& [version, body] : bodies_[address.key()]) {
      versions.push_back({.version = version, .size = body.size(), .has_body = true});
    }
    return versions;
  }
  Result<std::optional<std::string>> body(const Address& address, std::int64_t version) override {
    const std::lock_guard lock(mutex_);
    if (cannot_read) return trouble();
    const auto& bodies = bodies_[address.key()];
    const auto found =
        version == 0 && !bodies.empty() ? std::prev(bodies.end()) : bodies.find(version);
    if (found == bodies.end()) return std::optional<std::string>();
    return std::optional(found->second);
  }
  Result<store::Durations> durations(std::string_view service, std::string_view type,
                                     std::uint32_t parts) override {
    const std::lock_guard lock(mutex_);
    told_.push_back("durations " + std::string(service) + " " + std::string(type) + " " +
                    std::to_string(parts));
    return store::Durations{.count = 7, .p50 = 1.5, .p90 = 2, .p95 = 3};
  }
  Result<std::vector<store::JobRecord>> unfinished(std::size_t) override {
    const std::lock_guard lock(mutex_);
    if (cannot_read) return trouble();
    std::vector<store::JobRecord> jobs;
    for (const auto& [key, record] : records_) {
      if (!record.is_final || record.marks.is_followed) jobs.push_back(record);
    }
    std::ranges::sort(jobs, {}, &store::JobRecord::last_seen);
    return jobs;
  }
  Result<bool> found(std::vector<store::Sighting> /*sightings*/, store::Time /*now*/,
                     std::optional<store::ReadUntil> /*read*/) override {
    return trouble();
  }
  Result<std::optional<store::Time>> read_until(std::string_view /*name*/) override {
    return trouble();
  }
  Result<bool> set_marks(const store::Marking& marking, store::Time at) override {
    const std::lock_guard lock(mutex_);
    if (cannot_write) return trouble();
    store::JobRecord& record = records_[marking.address.key()];
    if (record.address == Address()) {
      record.address = marking.address;
      record.first_seen = record.last_seen = record.last_change = at;
    }
    if (marking.label) record.marks.label = *marking.label;
    if (marking.links) record.marks.links = *marking.links;
    if (marking.follow) record.marks.is_followed = *marking.follow;
    ++revision_;
    return true;
  }
  Result<store::FailurePage> failure_groups(const store::FailureQuery& query) override {
    const std::lock_guard lock(mutex_);
    if (cannot_read) return trouble();
    store::FailurePage page;
    for (const store::FailureRecord& failure : failures_) {
      if (!query.name.empty() && failure.name != query.name) continue;
      if (!query.service.empty() && failure.service != query.service) continue;
      if (!query.scope || fits(*query.scope, failure.sample)) page.failures.push_back(failure);
    }
    return page;
  }
  Result<bool> set_mute(const store::Muting& muting) override {
    const std::lock_guard lock(mutex_);
    if (cannot_write) return trouble();
    for (store::FailureRecord& failure : failures_) {
      if (failure.name == muting.name) failure.mute = muting.mute;
    }
    return true;
  }
  void put(store::FailureRecord failure) {
    const std::lock_guard lock(mutex_);
    failures_.push_back(std::move(failure));
  }
  void flush(std::chrono::steady_clock::time_point) override {}

 private:
  static Failure trouble() { return Failure::unavailable({"the disk is full", "磁盘已满"}); }
  static bool is_it(const Address& one, const Address& asked) {
    return asked.project_id() == "-"
               ? one.region() == asked.region() && one.service() == asked.service() &&
                     one.job_id() == asked.job_id()
               : one == asked;
  }
  static bool fits(const store::BoardQuery::Scope& scope, const Address& address) {
    const auto has = [](const std::vector<std::string>& words, const std::string& word) {
      return std::ranges::find(words, word) != words.end();
    };
    return (has(scope.projects, "*") || has(scope.projects, address.project_id())) &&
           (scope.services.empty() || has(scope.services, address.service()));
  }

  mutable std::mutex mutex_;
  std::map<std::string, store::JobRecord> records_;
  std::map<std::string, std::map<std::int64_t, std::string>> bodies_;
  std::vector<std::string> told_;
  std::vector<store::Observation> observations_;
  std::vector<store::BoardQuery> boards_;
  std::vector<store::FailureRecord> failures_;
  std::uint64_t revision_ = 1;
  int reads_ = 0;
  store::StoreOutbox outbox_{trouble()};
  FakeShares shares_;
};

}  // namespace jobtree::gateway
