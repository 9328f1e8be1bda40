#include "gateway/jobs/job_memory.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/jobs/cache/job_cache.h"
#include "gateway/jobs/job_response.h"
#include "unit/catch.h"
#include "unit/gateway/fake_archive.h"
#include "unit/gateway/still_executor.h"

namespace job_memory_test {

using namespace std::chrono_literals;
using jobtree::cloud::HasRoom;
using jobtree::cloud::JobAddress;
using jobtree::cloud::JobReply;
using jobtree::cloud::JobSource;
using jobtree::cloud::Outcome;
using jobtree::gateway::ByteLedger;
using jobtree::gateway::FakeArchive;
using jobtree::gateway::JobCache;
using jobtree::gateway::JobMemory;
using jobtree::gateway::Reading;

namespace {

const JobAddress kJob{"cn-north-4", "eip", "-", "a"};
const JobAddress kStored{"cn-north-4", "eip", "id", "a"};

JobReply good(std::string body) {
  JobReply reply;
  reply.outcome = Outcome::succeeded;
  reply.http_status = 200;
  reply.body = std::move(body);
  return reply;
}

JobReply bad(Outcome outcome, int status = 0, std::string code = "") {
  JobReply reply;
  reply.outcome = outcome;
  reply.http_status = status;
  reply.error_code = std::move(code);
  return reply;
}

const JobReply kGone = bad(Outcome::not_found, 404, "VPC.0603");

class Cloud final : public JobSource {
 public:
  JobReply says = good("running");
  int calls = 0;
  JobReply job(const JobAddress&, const HasRoom&) override {
    ++calls;
    return says;
  }
};

/// A cache with a memory; both clocks are in the test's hands, and go together.
class Table {
 public:
  explicit Table(std::size_t max_bytes = std::size_t{1} << 20)
      : ledger(std::make_shared<ByteLedger>(max_bytes)),
        memory(
            archive,
            [](const JobAddress& address) {
              return JobAddress(address.region(), address.service(), "id", address.job_id());
            },
            [this] { return wall(); }),
        cache(options(), cloud, hands, clock(), ledger) {}

  Reading read() {
    auto told = std::make_shared<std::optional<Reading>>(cache.read(kJob, {}));
    if (!*told) {
      cache.wait(kJob, {}, [told](Reading reading) { *told = std::move(reading); });
    }
    hands.run_all();
    REQUIRE(told->has_value());
    return **told;
  }

  /// The job as it was seen so long ago.
  void remember(std::chrono::minutes ago, const std::string& body = "remembered",
                bool is_final = false) {
    archive.put({.address = kStored, .is_final = is_final, .last_seen = stored(wall() - ago)},
                body);
  }

  static jobtree::store::Time stored(jobtree::UtcTime time) {
    return std::chrono::time_point_cast<jobtree::store::Time::duration>(time);
  }
  jobtree::UtcTime wall() const {
    return jobtree::UtcTime(
        std::chrono::days(20'000) +
        std::chrono::duration_cast<std::chrono::microseconds>(hands.now.time_since_epoch()));
  }

 private:
  jobtree::Clock clock() {
    jobtree::Clock clock = hands.clock();
    clock.wall = [this] { return wall(); };
    return clock;
  }
  JobCache::Options options() {
    JobCache::Options options;
    options.version_of = [](std::string_view body) { return "v:" + std::string(body); };
    options.judge = [](const JobAddress&, const JobReply& reply) { return reply.body == "done"; };
    options.memory = &memory;
    return options;
  }

 public:
  Cloud cloud;
  StillExecutor hands;
  FakeArchive archive;
  std::shared_ptr<ByteLedger> ledger;
  JobMemory memory;
  JobCache cache;
};

std::string body_of(const Reading& reading) {
  return reading.content ? reading.content->body : "";
}

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("The archive is told what came: each version once, and that it is still so") {
  Table table;
  table.read();
  table.hands.now += 3s;
  table.read();
  table.read();
  table.cloud.says = good("done");
  table.hands.now += 5s;
  table.read();
  CHECK(table.archive.told() == Told{"observed cn-north-4/eip/id/a running",
                                     "confirmed cn-north-4/eip/id/a",
                                     "observed cn-north-4/eip/id/a done"});
  CHECK(table.archive.observations().back().at == Table::stored(table.wall()));
}

TEST_CASE("Failures are told to no archive, and nothing of a job that nobody knows") {
  for (const JobReply& reply :
       {bad(Outcome::unreachable), bad(Outcome::denied, 403), kGone, bad(Outcome::no_key)}) {
    Table table;
    table.cloud.says = reply;
    table.read();
    CHECK(table.archive.told().empty());
  }
}

TEST_CASE("A body that waits to be stored counts as memory until it is") {
  Table table;
  table.cloud.says = good(std::string(1000, 'x'));
  table.read();
  table.cloud.says = good("small");
  table.hands.now += 5s;
  table.read();
  CHECK(table.ledger->bytes() > 1000);
}

TEST_CASE("A job that the cloud has forgotten is shown from memory, and queried no more") {
  Table table;
  table.remember(48h);
  table.cloud.says = kGone;
  for (int look = 0; look < 3; ++look) {
    const Reading reading = table.read();
    CHECK(body_of(reading) == "remembered");
    REQUIRE(reading.stored);
    CHECK(reading.stored->is_forgotten);
    CHECK(Table::stored(reading.stored->at) == Table::stored(table.wall() - 48h - look * 1h));
    CHECK(reading.age == 48h + look * 1h);
    CHECK(reading.is_final());
    CHECK_FALSE(reading.failure);
    table.hands.now += 1h;
  }
  CHECK(table.cloud.calls == 1);
  CHECK(table.archive.told() == Told{"forgotten cn-north-4/eip/id/a"});
}

TEST_CASE("That a job is gone a moment after it was seen is believed the second time") {
  Table table;
  table.read();
  table.hands.now += 5s;
  table.cloud.says = kGone;
  const Reading first = table.read();
  CHECK(body_of(first) == "running");
  CHECK_FALSE(first.is_final());
  CHECK(table.archive.told() == Told{"observed cn-north-4/eip/id/a running"});

  SECTION("it is there again") {
    table.cloud.says = good("further");
    table.hands.now += 5s;
    table.read();
    const Reading again = table.read();
    CHECK(body_of(again) == "further");
    CHECK_FALSE(again.stored);
    CHECK_FALSE(again.failure);
  }
  SECTION("it is not") {
    table.hands.now += 5s;
    table.read();
    const Reading again = table.read();
    CHECK(body_of(again) == "running");
    CHECK(again.is_final());
    CHECK(table.archive.told().back() == "forgotten cn-north-4/eip/id/a");
    CHECK(again.age == 10s);
  }
}

TEST_CASE("That a job which had ended is gone is believed at once") {
  Table table;
  table.remember(1min, "done", true);
  table.cloud.says = kGone;
  CHECK(table.read().is_final());
  CHECK(table.archive.told() == Told{"forgotten cn-north-4/eip/id/a"});
}

TEST_CASE("A 404 for want of an API, or of a host, forgets nothing") {
  for (const JobReply& reply :
       {bad(Outcome::not_found, 404, "APIGW.0101"), bad(Outcome::not_found)}) {
    Table table;
    table.remember(48h);
    table.cloud.says = reply;
    for (int look = 0; look < 3; ++look) {
      const Reading reading = table.read();
      CHECK(body_of(reading) == "remembered");
      CHECK_FALSE(reading.is_final());
      table.hands.now += 1min;
    }
    CHECK(table.cloud.calls == 3);
    CHECK(table.archive.told().empty());
  }
}

TEST_CASE("While nothing can be had, what is remembered stands in, and the cloud is tried again") {
  for (const Outcome outcome : {Outcome::unreachable, Outcome::no_key, Outcome::refused,
                                Outcome::untrusted, Outcome::failed, Outcome::throttled}) {
    INFO(static_cast<int>(outcome));
    Table table;
    table.remember(24h * 30);
    table.cloud.says = bad(outcome);
    const Reading reading = table.read();
    CHECK(body_of(reading) == "remembered");
    REQUIRE(reading.stored);
    CHECK_FALSE(reading.is_final());
    CHECK(facts_of(reading, 0s).cache_status == "jobtree; hit; detail=stored");
    CHECK_FALSE(facts_of(reading, 0s).problem);

    table.hands.now += 1h;
    CHECK(body_of(table.read()) == "remembered");
    CHECK(table.cloud.calls == 2);
    const int reads = table.archive.reads();
    CHECK(reads == 1);  // once read, it is there

    table.cloud.says = good("running");
    table.hands.now += 1h;
    table.read();
    const Reading now = table.read();
    CHECK(body_of(now) == "running");
    CHECK_FALSE(now.stored);
    CHECK(table.archive.told() == Told{"observed cn-north-4/eip/id/a running"});
  }
}

TEST_CASE("What nobody may see is not shown from memory") {
  for (const Outcome outcome :
       {Outcome::denied, Outcome::unknown_project, Outcome::malformed, Outcome::too_large}) {
    INFO(static_cast<int>(outcome));
    Table table;
    table.remember(48h);
    table.cloud.says = bad(outcome, 403);
    CHECK(body_of(table.read()).empty());
    CHECK(table.archive.reads() == 0);
  }
}

TEST_CASE("What was shown from memory goes when the cloud says that nobody may see it") {
  Table table;
  table.remember(48h);
  table.cloud.says = bad(Outcome::unreachable);
  table.read();
  table.cloud.says = bad(Outcome::denied, 403);
  table.hands.now += 1min;
  table.read();
  const Reading reading = table.read();
  CHECK(body_of(reading).empty());
  CHECK(reading.failure);
}

TEST_CASE("A reading is bridged for a minute, and then it is what is remembered") {
  Table table;
  table.read();
  table.cloud.says = bad(Outcome::unreachable);
  table.hands.now += 30s;
  table.read();
  const Reading bridged = table.read();
  CHECK(body_of(bridged) == "running");
  CHECK_FALSE(bridged.stored);
  table.hands.now += 10min;
  const Reading later = table.read();
  CHECK(body_of(later) == "running");
  REQUIRE(later.stored);
  CHECK(later.age == 10min + 30s);
  CHECK_FALSE(later.is_final());
  CHECK(table.archive.reads() == 0);  // it is in the cache yet
}

TEST_CASE("A job that had ended when it was seen last is not queried while it is shown") {
  Table table;
  table.remember(48h, "done", true);
  table.cloud.says = bad(Outcome::unreachable);
  CHECK(table.read().is_final());
  table.hands.now += 24h;
  CHECK(table.read().is_final());
  CHECK(table.cloud.calls == 1);
}

TEST_CASE("An archive that is off, empty or broken changes nothing") {
  for (const char* const what : {"off", "empty", "broken", "never seen", "no room"}) {
    INFO(what);
    Table table(std::string(what) == "no room" ? 1500 : std::size_t{1} << 20);
    if (std::string(what) != "empty") table.remember(48h, std::string(1000, 'x'));
    if (std::string(what) == "off") table.archive.now.kind = {};
    if (std::string(what) == "broken") table.archive.cannot_read = true;
    if (std::string(what) == "never seen") {
      FakeArchive& archive = table.archive;
      (void)archive.set_marks({.address = {"cn-north-4", "eip", "id", "b"}, .follow = true}, {});
      table.cache.wait({"cn-north-4", "eip", "-", "b"}, {},
                       [](const Reading& reading) { CHECK_FALSE(reading.content); });
    }
    table.cloud.says = bad(Outcome::unreachable);
    if (std::string(what) == "never seen") {
      table.hands.run_all();
      continue;
    }
    const Reading reading = table.read();
    CHECK(body_of(reading).empty());
    REQUIRE(reading.failure);
    CHECK(reading.failure->reply.outcome == Outcome::unreachable);
  }
}

TEST_CASE("Who waits for a change of what is remembered hears of the cloud's word") {
  Table table;
  table.remember(48h);
  table.cloud.says = bad(Outcome::unreachable);
  table.read();
  std::optional<Reading> told;
  table.cache.wait(
      kJob,
      {.has = [](std::string_view version) { return version == "v:remembered"; }, .wait = 60s},
      [&told](Reading reading) { told = std::move(reading); });
  CHECK_FALSE(told);
  table.cloud.says = good("remembered");  // the same, but the cloud's own word now
  table.hands.pass(30s);
  REQUIRE(told);
  CHECK_FALSE(told->stored);
}

}  // namespace job_memory_test
