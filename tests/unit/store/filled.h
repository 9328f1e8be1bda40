// A store of each kind of database in turn, for tests. Where PostgreSQL is not installed there is
// SQLite alone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/postgres/postgres_store.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"
#include "support/home.h"
#include "support/postgres_server.h"
#include "unit/catch.h"
#include "unit/store/observations.h"

namespace jobtree::testing {

using store::BoardQuery;
using store::JobRecord;
using store::Known;
using store::Observation;
using store::PostgresStore;
using store::SqliteStore;
using store::Store;

enum class Engine { sqlite, postgres, pooled_postgres };

inline std::vector<Engine> engines() {
  if (tests::PostgresServer::get() == nullptr) return {Engine::sqlite};
  return {Engine::sqlite, Engine::postgres, Engine::pooled_postgres};
}

/// A store with what was written to it, of each engine in turn.
class Filled {
 public:
  Filled() : engine_(GENERATE(from_range(engines()))) {
    if (engine_ != Engine::sqlite) url_ = tests::PostgresServer::get()->new_database();
    if (engine_ == Engine::pooled_postgres) {
      const std::string pooled = tests::PostgresServer::get()->through_pooler(url_);
      if (!pooled.empty()) url_ = pooled;
    }
    reopen();
  }

  void reopen() {
    store_.reset();
    if (engine_ != Engine::sqlite) {
      auto opened = PostgresStore::open(url_);
      if (!opened) FAIL(opened.error());
      store_ = std::move(opened.value());
      return;
    }
    std::vector<Bilingual> notices;
    auto opened = SqliteStore::open(home_.path() + "/data", real_clock(), notices);
    REQUIRE(opened);
    CHECK(notices.empty());
    store_ = std::move(opened.value());
  }
  Store& operator*() { return *store_; }
  Store* operator->() { return store_.get(); }

  /// Stores what this observation means.
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
  std::vector<std::string> board(BoardQuery query = {}) {
    const auto page = store_->board(query);
    REQUIRE(page);
    std::vector<std::string> ids;
    for (const JobRecord& job : page.value().jobs)
      ids.push_back(job.address.job_id());
    return ids;
  }
  JobRecord job(const std::string& id) {
    const auto found = store_->job(address_of(id));
    REQUIRE(found);
    REQUIRE(found.value());
    return *found.value();
  }

 private:
  const Engine engine_;
  tests::Home home_;
  std::string url_;
  std::unique_ptr<Store> store_;
};

}  // namespace jobtree::testing
