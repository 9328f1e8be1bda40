// A channel whose other side is played, and a queue in a real database with a clock of its own.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "notify/herald.h"
#include "notify/sending/worker.h"
#include "notify/setup/setup.h"
#include "store/outbox/store_outbox.h"
#include "store/sqlite/sqlite_store.h"
#include "support/home.h"
#include "unit/notify/told.h"

namespace jobtree::notify::tests {

/// Takes what is sent, and gives the responses that it was told to give, the last one for ever.
class PlayedSender final : public Sender {
 public:
  using Reaction = std::function<Result<Response>()>;

  explicit PlayedSender(std::vector<Reaction> reactions) : reactions_(std::move(reactions)) {}

  Result<Response> send(const Dispatch& dispatch) override {
    const std::lock_guard lock(mutex_);
    sent_.push_back(dispatch);
    return reactions_.at(std::min(sent_.size(), reactions_.size()) - 1)();
  }
  void stop() override {}

  std::vector<Dispatch> sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }
  std::string body(std::size_t i) const { return std::get<HttpRequest>(sent().at(i)).body; }

 private:
  const std::vector<Reaction> reactions_;
  mutable std::mutex mutex_;
  std::vector<Dispatch> sent_;
};

inline PlayedSender::Reaction says(int status, std::string body = "") {
  return [status, body] { return Response{.status = status, .body = body}; };
}
inline PlayedSender::Reaction is_cut() {
  return [] { return Response{.trouble = "the connection broke", .may_have_arrived = true}; };
}

/// A channel, its other side, and the queue that a worker empties.
class Sending {
 public:
  explicit Sending(ChannelKind kind, std::vector<PlayedSender::Reaction> reactions)
      : Sending(channel_of(kind), std::move(reactions)) {}
  Sending(Channel channel, std::vector<PlayedSender::Reaction> reactions) {
    Clock file_clock = real_clock();
    file_clock.wall = [this] { return wall_; };
    std::vector<Bilingual> notices;
    auto opened = store::SqliteStore::open(home_.path() + "/data", file_clock, notices);
    REQUIRE(opened);
    store_ = std::move(opened.value());
    auto played = std::make_unique<PlayedSender>(std::move(reactions));
    other_side = played.get();
    ready.channel = std::move(channel);
    ready.settings = "1";
    ready.sender = std::move(played);
  }

  ReadyChannel ready;
  PlayedSender* other_side = nullptr;
  std::vector<std::string> log;

  Clock clock() {
    Clock clock;
    clock.wall = [this] { return wall_; };
    clock.steady = [this] { return steady_; };
    clock.chance = [] { return 0.5; };
    return clock;
  }
  Worker& worker() {
    if (!worker_) worker_ = another();
    return *worker_;
  }
  /// As another replica has it.
  std::unique_ptr<Worker> another(const std::string& holder = "a") {
    return std::make_unique<Worker>(
        WorkerOptions{.outbox = outbox(),
                      .clock = clock(),
                      .public_url = kPublicUrl,
                      .holder = holder,
                      .pause =
                          [this](milliseconds time) {
                            pass(time);
                            return true;
                          },
                      .log = [this](const LogEntry& entry) { log.push_back(entry.message); }});
  }
  store::StoreOutbox& outbox() { return outbox_; }
  void pass(std::chrono::milliseconds time) {
    wall_ += time;
    steady_ += time;
  }
  Time now() const { return std::chrono::time_point_cast<Time::duration>(wall_); }
  void set_back(std::chrono::milliseconds time) { wall_ -= time; }
  void take_database_away() { is_away_ = true; }
  void bring_database_back() { is_away_ = false; }

  /// `count` jobs that failed, one after the other.
  void put(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      store::JobRecord record = failed_record();
      record.address = {"cn-north-4", "eip", record.address.project_id(),
                        "job" + std::to_string(++made_)};
      Occasion occasion = settled();
      occasion.observed_at = now();
      const Notice notice = notice_of(record, occasion);
      REQUIRE(outbox().put({entry_of(notice, ready.channel.name, record.address.key())}));
    }
  }
  /// Works until there is nothing to do for as long, a step at a time.
  void work(std::chrono::milliseconds time) {
    const auto end = steady_ + time;
    // A worker looks each second; of days so many looks are as good as all.
    const auto least =
        std::max(milliseconds(1), std::chrono::duration_cast<milliseconds>(time) / 5'000);
    while (steady_ < end)
      pass(std::max(worker().step(ready), least));
  }
  store::ChannelQueue queue() {
    const auto queues = outbox().queues();
    REQUIRE(queues);
    for (const store::ChannelQueue& queue : queues.value()) {
      if (queue.channel == ready.channel.name) return queue;
    }
    return {};
  }

 private:
  jobtree::tests::Home home_;
  std::chrono::system_clock::time_point wall_ = time_at("2026-11-28T22:30:00Z");
  std::chrono::steady_clock::time_point steady_{std::chrono::hours(1)};
  std::shared_ptr<store::Store> store_;
  bool is_away_ = false;
  store::StoreOutbox outbox_{[this] { return is_away_ ? nullptr : store_; }, "the store"};
  std::unique_ptr<Worker> worker_;
  std::size_t made_ = 0;
};

}  // namespace jobtree::notify::tests
