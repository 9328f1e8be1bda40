#include "discovery/finder.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace jobtree::discovery {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kKeyRest{10};
constexpr seconds kBudgetRest{2};
constexpr seconds kIdle{5};  // at most, as others may have given up their share
constexpr milliseconds kShortestGap{100};
constexpr double kOurPart = 0.25;  // of the key's rate

bool is_wanted(Mode mode, const cloud::List& list) {
  if (list.name == kTrackers) return false;
  if (list.name == kTraces) return mode == Mode::traces || mode == Mode::all;
  return mode == Mode::lists || mode == Mode::all;
}

}  // namespace

RegionFinder::RegionFinder(const Neighbours& with, Mode mode, const std::string& region,
                           std::size_t regions, const store::BackgroundShare* share)
    : with_(with), regions_(regions), share_(share) {
  for (const cloud::List& list : with.catalogue.lists()) {
    if (!is_wanted(mode, list)) continue;
    readers_.push_back(std::make_unique<RecordReader>(with, list, region));
  }
}

RegionFinder::Steady RegionFinder::step() {
  const Steady now = with_.clock.steady();
  const cloud::Health health = with_.source.health();
  if (const auto until = rests_until(health, now)) return *until;
  if (share_ != nullptr && share_->revision() != share_revision_) {
    share_revision_ = share_->revision();
    for (const auto& reader : readers_) {
      if (!is_ours(*reader)) reader->forget_place();
    }
  }
  RecordReader* const reader = next(now);
  if (reader == nullptr) {
    Steady soonest = now + kIdle;
    for (const auto& other : readers_) {
      if (is_ours(*other)) soonest = std::min(soonest, other->due());
    }
    return soonest;
  }
  reader->step();
  const double rate = health.budget.per_second * kOurPart / static_cast<double>(regions_);
  const auto gap = rate > 0 ? milliseconds(static_cast<std::int64_t>(1000 / rate)) : kShortestGap;
  return with_.clock.steady() + std::clamp(gap, kShortestGap, milliseconds(60'000));
}

bool RegionFinder::is_ours(const RecordReader& reader) const {
  const Reading& reading = reader.reading();
  return share_ == nullptr || share_->has("discovery/" + reading.region + "/" + reading.list);
}

RecordReader* RegionFinder::next(Steady now) {
  RecordReader* first = nullptr;
  for (const auto& reader : readers_) {
    if (reader->due() > now || !is_ours(*reader)) continue;
    if (first == nullptr || reader->due() < first->due()) first = reader.get();
  }
  return first;
}

std::optional<RegionFinder::Steady> RegionFinder::rests_until(const cloud::Health& health,
                                                              Steady now) const {
  if (health.no_key) return now + kKeyRest;
  if (health.shut_for.count() > 0) return now + std::min(health.shut_for, kKeyRest);
  // Who follows jobs rests below one; what is between is theirs.
  const double reserve = std::min(2.0, std::max(1.0, health.budget.per_second));
  if (health.budget.per_second > 0 && health.budget.left < reserve) return now + kBudgetRest;
  return std::nullopt;
}

std::vector<Reading> RegionFinder::readings() const {
  std::vector<Reading> readings;
  for (const auto& reader : readers_)
    readings.push_back(reader->reading());
  return readings;
}

Finder::Finder(FinderOptions options) : options_(std::move(options)) {
  for (const std::string& region : options_.regions) {
    regions_.push_back(std::make_unique<RegionFinder>(options_.with, options_.mode, region,
                                                      options_.regions.size(), options_.share));
    readings_.push_back(regions_.back()->readings());
  }
}

void Finder::stop() {
  {
    const Lock lock(mutex_);
    is_stopping_ = true;
  }
  stopping_.notify_all();
  for (std::thread& thread : threads_)
    thread.join();
  threads_.clear();
}

void Finder::start(std::function<void(const cloud::JobAddress&)> follow) {
  options_.with.follow = std::move(follow);
  for (std::size_t i = 0; i < regions_.size(); ++i)
    threads_.emplace_back([this, i] { run(i); });
}

void Finder::run(std::size_t index) {
  RegionFinder& region = *regions_[index];
  while (true) {
    auto again = options_.with.clock.steady() + kBudgetRest;
    // Nobody above would hear of an exception: memory that is short now may not be later.
    try {
      again = region.step();
    } catch (const std::exception& exception) {
      if (options_.log) options_.log({LogEntry::Level::error, exception.what()});
    }
    std::vector<Reading> now = region.readings();
    const std::vector<Reading> before = [&] {
      const Lock lock(mutex_);
      return std::exchange(readings_[index], now);
    }();
    for (std::size_t i = 0; i < now.size(); ++i)
      tell(before[i], now[i]);
    const Lock lock(mutex_);
    while (!is_stopping_ && options_.with.clock.steady() < again)
      stopping_.wait_until(mutex_, again);
    if (is_stopping_) return;
  }
}

void Finder::tell(const Reading& before, const Reading& now) const {
  if (!options_.log || before.state == now.state) return;
  const bool is_bad = is_unread(now.state);
  if (!is_bad && !is_unread(before.state)) return;
  const std::string what = now.list == kTraces ? std::string("operations recorded by CTS")
                                               : "the task list of " + now.service;
  options_.log({.level = is_bad ? LogEntry::Level::warning : LogEntry::Level::info,
                .message = is_bad ? "cannot find jobs in " + what + ": " + now.detail.en
                                  : "jobs are found again in " + what,
                .fields = {{"region", now.region}, {"service", now.service}}});
}

Finding Finder::finding() const {
  Finding finding{.mode = options_.mode, .with_people = options_.with.with_people};
  const Lock lock(mutex_);
  for (const std::vector<Reading>& region : readings_)
    finding.readings.insert(finding.readings.end(), region.begin(), region.end());
  return finding;
}

}  // namespace jobtree::discovery
