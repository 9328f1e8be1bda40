#include "notify/sending/workers.h"

#include <exception>
#include <thread>
#include <utility>
#include <vector>

namespace jobtree::notify {
namespace {

constexpr milliseconds kIdle{1'000};

}  // namespace

struct Workers::One {
  explicit One(WorkerOptions options) : worker(std::move(options)) {}

  Worker worker;
  std::shared_ptr<const ReadyChannel> channel;  ///< guarded by mutex_; null: it is gone
  std::thread thread;
};

Workers::Workers(WorkersOptions options) : with_(std::move(options)) {}

Workers::~Workers() {
  stop();
}

void Workers::use(const Setup& setup) {
  const Lock lock(mutex_);
  if (is_stopping_) return;
  for (const auto& [name, one] : all_)
    one->channel = setup.find(name);
  for (const auto& channel : setup.channels) {
    const std::string& name = channel->channel.name;
    if (all_.contains(name)) continue;
    auto one = std::make_unique<One>(
        WorkerOptions{.outbox = with_.outbox,
                      .clock = with_.clock,
                      .public_url = with_.public_url,
                      .holder = with_.holder + '/' + name,
                      .pause = [this](milliseconds time) { return pause(time); },
                      .log = with_.log});
    one->channel = channel;
    One& placed = *all_.emplace(name, std::move(one)).first->second;
    placed.thread = std::thread([this, &placed] { run(placed); });
  }
}

void Workers::stop() {
  std::vector<std::thread> threads;
  {
    const Lock lock(mutex_);
    is_stopping_ = true;
    for (const auto& [name, one] : all_) {
      if (one->channel) one->channel->sender->stop();
      if (one->thread.joinable()) threads.push_back(std::move(one->thread));
    }
  }
  stopping_.notify_all();
  for (std::thread& thread : threads)
    thread.join();
}

WorkerFigures Workers::figures(std::string_view channel) const {
  const Lock lock(mutex_);
  const auto found = all_.find(channel);
  return found == all_.end() ? WorkerFigures() : found->second->worker.figures();
}

void Workers::run(One& one) {
  milliseconds idle{0};
  while (pause(idle)) {
    const auto channel = [&] {
      const Lock lock(mutex_);
      return one.channel;
    }();
    idle = kIdle;
    // Nobody above would hear of an exception: memory that is short now may not be later.
    try {
      if (channel) idle = one.worker.step(*channel);
    } catch (const std::exception& error) {
      if (with_.log) with_.log({LogEntry::Level::error, error.what()});
    }
  }
}

bool Workers::pause(milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  const Lock lock(mutex_);
  while (!is_stopping_ && std::chrono::steady_clock::now() < end)
    stopping_.wait_until(mutex_, end);
  return !is_stopping_;
}

}  // namespace jobtree::notify
