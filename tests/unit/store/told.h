// A store of each kind of database in turn, whose news are told; and the outbox as two replicas see
// it. Time passes as a test wants it in the file, and really in a database.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "store/outbox/store_outbox.h"
#include "store/record_json.h"
#include "unit/store/filled.h"

namespace jobtree::testing {

using store::Happening;
using store::News;
using store::OutboxEntry;
using store::StoreOutbox;

inline std::string name_of(Happening happening) {
  constexpr const char* kNames[] = {"begun", "settled",     "first_failure",
                                    "stuck", "failure_new", "failure_back"};
  return kNames[static_cast<int>(happening)];
}

/// Tells some channels of all that happens, and keeps what it was given.
class PlainHerald final : public store::Herald {
 public:
  explicit PlainHerald(std::vector<std::string> channels) : channels_(std::move(channels)) {}

  std::vector<OutboxEntry> entries_of(const News& news) const override {
    {
      const std::lock_guard lock(mutex_);
      told_.push_back({.job = news.job,
                       .observed_at = news.observed_at,
                       .seen_before = news.seen_before,
                       .silent_since = news.silent_since});
    }
    const bool is_failure = news.failure != nullptr;
    const std::string subject = is_failure
                                    ? news.job.address.service() + "/" + news.failure->error_code
                                    : news.job.address.key();
    const std::string run = is_failure
                                ? (news.silent_since ? store::text_of(*news.silent_since) : "")
                                : store::text_of(news.job.begun_at.value_or(news.job.first_seen));
    const std::string event = subject + "|" + name_of(news.happening) + "|" +
                              std::string(is_failure ? "failed" : status_of(news)) + "|" + run;
    std::vector<OutboxEntry> entries;
    for (const std::string& channel : channels_) {
      entries.push_back({.channel = channel,
                         .subject = subject,
                         .event_id = event,
                         .dedupe = event + "|" + channel,
                         .occurred_at = news.observed_at,
                         .payload = "{\"said\":\"" + name_of(news.happening) + "\"}"});
    }
    return entries;
  }

  struct Told {
    JobRecord job{};
    store::Time observed_at{};
    std::optional<store::Time> seen_before{}, silent_since{};
  };
  std::vector<Told> told() const {
    const std::lock_guard lock(mutex_);
    return told_;
  }

 private:
  static std::string_view status_of(const News& news) {
    return store::name_of(news.job.is_lost() ? store::Status::unknown : news.job.status);
  }

  const std::vector<std::string> channels_;
  mutable std::mutex mutex_;
  mutable std::vector<Told> told_;
};

class Told {
 public:
  explicit Told(std::vector<std::string> channels = {"ops"})
      : herald(channels.empty() ? nullptr : std::make_shared<PlainHerald>(std::move(channels))),
        engine_(GENERATE(from_range(engines()))) {
    if (engine_ != Engine::sqlite) url_ = tests::PostgresServer::get()->new_database();
    if (engine_ == Engine::pooled_postgres) {
      const std::string pooled = tests::PostgresServer::get()->through_pooler(url_);
      if (!pooled.empty()) url_ = pooled;
    }
    reopen();
  }

  const std::shared_ptr<const PlainHerald> herald;

  void reopen() {
    other_.reset();
    store_.reset();
    store_ = opened();
    // One process alone has the file; on a database another has connections of its own.
    other_ = engine_ == Engine::sqlite ? store_ : opened();
  }
  Store* operator->() { return store_.get(); }
  Store& store() { return *store_; }
  Store& other() { return *other_; }
  StoreOutbox& outbox() { return outbox_; }
  StoreOutbox& other_outbox() { return other_outbox_; }
  bool is_file() const { return engine_ == Engine::sqlite; }

  /// In a database it really does: let it be little.
  void pass(std::chrono::milliseconds time) {
    if (is_file()) {
      *wall_ += time;
    } else {
      std::this_thread::sleep_for(time);
    }
  }
  store::Time now() {
    std::optional<store::Time> now;
    REQUIRE(store_->in_session([&now](store::SqlSession& session) -> store::Outcome<store::Done> {
      const auto said = session.now();
      if (!said) return said.error();
      now = said.value();
      return store::Done();
    }));
    return *now;
  }

  Known write(const Observation& seen, const Known* before = nullptr) {
    Known after;
    const auto change = change_between(before, seen, after);
    REQUIRE(change);
    const auto done = store_->write(*change);
    if (!done) FAIL(done.error().message);
    return after;
  }
  Known write(const Part& job, int seconds = 0, const Known* before = nullptr) {
    return write(observation_of(job, seconds), before);
  }

  /// What a statement selects, a text each.
  std::vector<std::string> select(const std::string& sql) {
    std::vector<std::string> texts;
    const auto done = store_->in_session([&](store::SqlSession& session) {
      return session.read(sql, {},
                          [&texts](const store::SqlRow& row) { texts.emplace_back(row.text(0)); });
    });
    if (!done) FAIL(done.error().message);
    return texts;
  }
  /// What was told, in order: all of each event, or one word.
  std::vector<std::string> events() { return select("SELECT event_id FROM outbox ORDER BY id"); }
  std::vector<std::string> said() {
    std::vector<std::string> said;
    for (const std::string& event : events()) {
      const std::size_t begin = event.find('|') + 1;
      said.push_back(event.substr(begin, event.find('|', begin) - begin));
    }
    return said;
  }
  std::vector<std::string> states() { return select("SELECT state FROM outbox ORDER BY id"); }
  void execute(const std::string& sql) {
    const auto done =
        store_->in_session([&](store::SqlSession& session) -> store::Outcome<store::Done> {
          const auto count = session.change(sql, {});
          if (!count) return count.error();
          return store::Done();
        });
    if (!done) FAIL(done.error().message);
  }

 private:
  std::shared_ptr<Store> opened() {
    if (engine_ != Engine::sqlite) {
      auto opened = PostgresStore::open(url_, herald);
      if (!opened) FAIL(opened.error());
      return std::move(opened.value());
    }
    Clock clock = real_clock();
    clock.wall = [wall = wall_] { return *wall; };
    std::vector<Bilingual> notices;
    auto opened = SqliteStore::open(home_.path() + "/data", clock, notices, herald);
    if (!opened) FAIL(opened.error());
    return std::move(opened.value());
  }

  const Engine engine_;
  tests::Home home_;
  std::string url_;
  std::shared_ptr<std::chrono::system_clock::time_point> wall_ =
      std::make_shared<std::chrono::system_clock::time_point>(std::chrono::system_clock::now());
  std::shared_ptr<Store> store_, other_;
  StoreOutbox outbox_{[this] { return store_; }, "the store"};
  StoreOutbox other_outbox_{[this] { return other_; }, "the store"};
};

}  // namespace jobtree::testing
