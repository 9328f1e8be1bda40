// One list of one region, read again and again into a real archive.
#include "discovery/record_reader.h"

#include <string>
#include <vector>

#include "discovery/finder.h"
#include "unit/discovery/records.h"

namespace record_reader_test {

namespace {

using namespace jobtree;
using namespace jobtree::discovery;  // NOLINT(google-build-using-namespace)
using namespace jobtree::tests;      // NOLINT(google-build-using-namespace)
using nlohmann::json;
using Ids = std::vector<std::string>;
using State = Reading::State;

std::string id(int number) {
  const std::string digits = std::to_string(number);
  return "ff80808290a1b2c301990000" + std::string(8 - digits.size(), '0') + digits;
}

/// A trace of a job that ended `ago`.
json ended(Desk& desk, int number, std::chrono::seconds ago, const char* status = "SUCCESS") {
  const UtcTime end = desk.wall - ago;
  return trace_with(
      json{{"job_id", id(number)},
           {"job_type", "createSingleServer"},
           {"begin_time", iso_time(end - 40s)},
           {"end_time", iso_time(end)},
           {"status", status},
           {"error_code", nullptr},
           {"fail_reason", nullptr},
           {"entities", {{"server_id", "5a5a0001"}}}}
          .dump(),
      {{"trace_id", "trace-" + std::to_string(number)},
       {"time", std::chrono::floor<std::chrono::milliseconds>(end).time_since_epoch().count()}});
}

/// A trace of a call that RDS took, `ago`.
json submitted(Desk& desk, int number, std::chrono::seconds ago) {
  json trace = ended(desk, number, ago);
  trace["service_type"] = "RDS";
  trace["resource_type"] = "instance";
  trace["trace_name"] = "createInstance";
  trace["response"] = json{{"job_id", id(number)}};
  return trace;
}

json task(int number, const char* status, const char* created = "1799999000000") {
  return {{"id", id(number)},       {"name", "CreateInstance"},
          {"instance_id", "in01"},  {"instance_name", "orders-db"},
          {"process", "40"},        {"status", status},
          {"create_time", created}, {"end_time", ""}};
}

class Reader {
 public:
  explicit Reader(Desk& desk, const char* list = "traces")
      : desk_(desk), with_(desk.with()), reader_(with_, list_named(list), region_) {}
  void step() { reader_.step(); }
  /// Reads until nothing is due; how many queries that took.
  std::size_t read() {
    const std::size_t before = desk_.cloud.queries.size();
    for (int i = 0; i < 100 && reader_.due() <= desk_.steady + 1s; ++i) {
      desk_.steady = std::max(desk_.steady, reader_.due());
      reader_.step();
    }
    return desk_.cloud.queries.size() - before;
  }
  const Reading& state() const { return reader_.reading(); }
  auto due() const { return reader_.due(); }
  Neighbours& with() { return with_; }

 private:
  const std::string region_ = "cn-north-4";
  Desk& desk_;
  Neighbours with_;
  RecordReader reader_;
};

TEST_CASE("Every job of the last week is on the board after the first reading, page by page") {
  const Home home;
  Desk desk(home);
  for (int i = 0; i < 5; ++i)
    desk.cloud.traces.push_back(ended(desk, i, std::chrono::hours(20 * i + 1)));
  Reader reader(desk);
  CHECK(reader.state().state == State::waiting);
  CHECK(reader.read() == 3);
  CHECK(desk.board() == Ids{id(0), id(1), id(2), id(3), id(4)});
  CHECK(reader.state().state == State::good);
  CHECK(reader.state().records == 5);
  CHECK(reader.state().complete_to == UtcTime(500'000h));
}

TEST_CASE("A job that has ended comes whole out of its trace") {
  const Home home;
  Desk desk(home);
  desk.cloud.traces = {ended(desk, 1, 3h, "FAIL")};
  Reader(desk).read();
  const store::JobRecord job = desk.job(id(1));
  CHECK(job.version == 1);
  CHECK(job.is_final);
  CHECK(job.status == store::Status::failed);
  CHECK(job.finding.person == "anna");
  CHECK(job.finding.resource_name == "web-01");
  CHECK(job.last_change == std::chrono::time_point_cast<store::Time::duration>(desk.wall - 3h));
  const auto body = desk.archive->body(job.address, 0);
  REQUIRE(body);
  CHECK(body.value()->find("createSingleServer") != std::string::npos);
  // Of the request nothing is stored, whatever stands in it.
  CHECK(body.value()->find("Secret-1") == std::string::npos);
}

TEST_CASE("What was read of the job itself is not replaced by its trace") {
  const Home home;
  Desk desk(home);
  const std::string whole =
      json{{"job_id", id(1)},
           {"status", "SUCCESS"},
           {"entities", {{"sub_jobs", {{{"job_id", id(2)}, {"status", "SUCCESS"}}}}}}}
          .dump();
  desk.archive->observed({.address = {"cn-north-4", "ecs", kProject, id(1)},
                          .body = std::make_shared<const std::string>(whole),
                          .at = std::chrono::time_point_cast<store::Time::duration>(desk.wall)});
  desk.archive->flush(std::chrono::steady_clock::now() + 5s);
  desk.cloud.traces = {ended(desk, 1, 10s)};
  Reader(desk).read();
  CHECK(desk.job(id(1)).version == 1);
  CHECK(desk.archive->body({"cn-north-4", "ecs", kProject, id(1)}, 0).value() == whole);
}

TEST_CASE("What is new is found half a minute later, and what came late with it") {
  const Home home;
  Desk desk(home);
  desk.cloud.traces = {ended(desk, 1, 1h)};
  Reader reader(desk);
  reader.read();
  desk.pass(30s);
  desk.cloud.traces.push_back(ended(desk, 2, 5s));
  desk.cloud.traces.push_back(ended(desk, 3, 400s));  // which CTS had not shown before
  CHECK(reader.read() == 1);
  CHECK(desk.board() == Ids{id(1), id(2), id(3)});
  // It ends at the first page of which everything is known.
  desk.pass(30s);
  CHECK(reader.read() == 1);
}

TEST_CASE("A start in the middle of a reading loses nothing and stores nothing twice") {
  const Home home;
  Desk desk(home);
  for (int i = 0; i < 7; ++i)
    desk.cloud.traces.push_back(ended(desk, i, std::chrono::minutes(10 * i + 1)));
  {
    Reader reader(desk);
    reader.step();
    reader.step();
    CHECK(desk.board().size() == 4);
  }
  desk.open();
  Reader reader(desk);
  reader.read();
  CHECK(desk.board().size() == 7);
  for (int i = 0; i < 7; ++i)
    CHECK(desk.job(id(i)).version == 1);
  // One that was read to its end is not read again from the beginning.
  desk.open();
  desk.pass(1h);
  Reader third(desk);
  third.step();
  CHECK(desk.cloud.queries.back().window.from == UtcTime(500'000h) - 600s);
}

TEST_CASE("A page that could not be stored is read again") {
  const Home home;
  Desk desk(home);
  desk.cloud.traces = {ended(desk, 1, 1h)};
  desk.archive.reset();
  const auto nowhere = store::no_archive();
  const Neighbours with{
      .source = desk.cloud, .archive = *nowhere, .catalogue = catalogue(), .clock = desk.clock()};
  RecordReader reader(with, list_named("traces"), "cn-north-4");
  reader.step();
  CHECK(reader.reading().state == State::trouble);
  CHECK(reader.due() >= desk.steady + 30s);
  CHECK(desk.cloud.queries.empty());
}

TEST_CASE("A permission that is missing is named, and looked for again after a while") {
  const Home home;
  Desk desk(home);
  desk.cloud.denied = "rds";
  Reader reader(desk, "rds");
  reader.step();
  CHECK(reader.state().state == State::denied);
  CHECK(reader.state().detail.en == "The key lacks the permission rds:task:list");
  CHECK(reader.due() >= desk.steady + 10min);
  desk.cloud.denied.clear();
  desk.pass(20min);
  desk.cloud.tasks = {task(1, "Running")};
  reader.read();
  CHECK(reader.state().state == State::good);
  CHECK(desk.board() == Ids{id(1)});
}

TEST_CASE("A key that is refused is not taken for a permission that is missing") {
  const Home home;
  Desk desk(home);
  desk.cloud.replies = {Records::failed(cloud::Outcome::denied, 401)};
  Reader reader(desk, "rds");
  reader.step();
  CHECK(reader.state().state == State::trouble);
  CHECK(reader.state().detail.en == "It failed.");
}

TEST_CASE("Each failure in a row makes the pause longer, up to a quarter of an hour") {
  const Home home;
  Desk desk(home);
  Reader reader(desk);
  std::vector<std::int64_t> pauses;
  for (int i = 0; i < 8; ++i) {
    desk.cloud.replies = {Records::failed(cloud::Outcome::unreachable)};
    reader.step();
    pauses.push_back(
        std::chrono::duration_cast<std::chrono::seconds>(reader.due() - desk.steady).count());
    desk.pass(std::chrono::seconds(pauses.back()));
  }
  CHECK(pauses == std::vector<std::int64_t>{30, 60, 120, 240, 480, 900, 900, 900});
  reader.read();
  CHECK(reader.state().state == State::good);
}

TEST_CASE("A pause that the cloud asks for is kept") {
  const Home home;
  Desk desk(home);
  Reader reader(desk);
  cloud::JobReply reply = Records::failed(cloud::Outcome::throttled, 429);
  reply.retry_after = 77s;
  desk.cloud.replies = {reply};
  reader.step();
  CHECK(reader.due() == desk.steady + 77s);
}

TEST_CASE("A page that is none is said to be, and read again from its beginning") {
  const Home home;
  Desk desk(home);
  cloud::JobReply reply;
  reply.outcome = cloud::Outcome::succeeded;
  reply.body = "[]";
  desk.cloud.replies = {reply};
  Reader reader(desk);
  reader.step();
  CHECK(reader.state().state == State::trouble);
  CHECK(reader.state().detail.en == "the response is not a list of traces");
}

TEST_CASE("CTS without a tracker is told from an account where nothing happened") {
  const Home home;
  Desk desk(home);
  SECTION("a disabled one") {
    desk.cloud.trackers = R"({"trackers":[{"tracker_type":"system","status":"disabled"}]})";
    Reader reader(desk);
    reader.read();
    CHECK(reader.state().state == State::silent);
    // Until something comes.
    desk.pass(30s);
    reader.read();
    CHECK(reader.state().state == State::silent);
    desk.pass(30s);
    desk.cloud.traces = {ended(desk, 1, 1s)};
    reader.read();
    CHECK(reader.state().state == State::good);
  }
  SECTION("none") {
    desk.cloud.trackers = R"({"trackers":[]})";
    Reader reader(desk);
    reader.read();
    CHECK(reader.state().state == State::silent);
  }
  SECTION("an enabled one") {
    Reader reader(desk);
    reader.read();
    CHECK(reader.state().state == State::good);
    CHECK(desk.cloud.queries.back().list == "trackers");
    desk.pass(30s);
    reader.read();
    CHECK(desk.cloud.queries.back().list == "traces");
  }
  SECTION("trackers that may not be seen") {
    desk.cloud.denied = "trackers";
    Reader reader(desk);
    reader.read();
    CHECK(reader.state().state == State::good);
  }
}

TEST_CASE("A found job that runs is looked at until it has ended, once it is told") {
  const Home home;
  Desk desk(home);
  desk.cloud.traces = {submitted(desk, 1, 10s), ended(desk, 2, 20s), submitted(desk, 3, 30h)};
  Reader reader(desk);
  reader.read();
  CHECK(desk.followed == Ids{id(1)});
  desk.pass(30s);
  reader.read();
  CHECK(desk.followed == Ids{id(1)});
}

TEST_CASE("A list says how its jobs are, and who is known from their traces stays") {
  const Home home;
  Desk desk(home);
  desk.cloud.traces = {submitted(desk, 1, 10s)};
  desk.cloud.tasks = {task(1, "Running")};
  Reader(desk).read();
  Reader reader(desk, "rds");
  reader.read();
  store::JobRecord job = desk.job(id(1), "rds");
  CHECK(job.status == store::Status::running);
  CHECK(job.finding.person == "anna");
  CHECK(job.finding.operation == "createInstance");
  desk.pass(60s);
  desk.cloud.tasks = {task(1, "Failed")};
  reader.read();
  job = desk.job(id(1), "rds");
  CHECK(job.status == store::Status::failed);
  CHECK(job.is_final);
}

TEST_CASE("Names of people are not kept where that is not wanted") {
  const Home home;
  Desk desk(home);
  desk.cloud.traces = {ended(desk, 1, 1h)};
  Reader reader(desk);
  reader.with().with_people = false;
  reader.read();
  CHECK(desk.job(id(1)).finding.person.empty());
  CHECK(desk.job(id(1)).finding.operation == "createServer");
}

TEST_CASE("Who called is known from a trace on another page than the job's") {
  const Home home;
  Desk desk(home);
  json end = ended(desk, 1, 60s);
  end["user"] = nullptr;
  json call = ended(desk, 2, 150s);
  call["response"] = json::object();
  desk.cloud.traces = {end, ended(desk, 3, 70s), call};
  desk.cloud.traces[1]["resource_name"] = "web-02";
  Reader(desk).read();
  CHECK(desk.job(id(1)).finding.person == "anna");
}

TEST_CASE("A region's lists have turns, and one that is denied stops no other") {
  const Home home;
  Desk desk(home);
  desk.cloud.denied = "dds";
  desk.cloud.traces = {ended(desk, 1, 1h)};
  desk.cloud.tasks = {task(2, "Running")};
  const Neighbours with = desk.with();
  RegionFinder region(with, Mode::all, "cn-north-4", 1, nullptr);
  for (int i = 0; i < 40; ++i)
    desk.steady = std::max(desk.steady, region.step());
  CHECK(desk.board() == Ids{id(1), id(2)});
  for (const Reading& reading : region.readings()) {
    CAPTURE(reading.list);
    CHECK(reading.state != State::waiting);
    CHECK((reading.state == State::denied) == (reading.list == "dds"));
  }
}

TEST_CASE("Nothing is sent faster than a quarter of the key's rate, or while its budget is low") {
  const Home home;
  Desk desk(home);
  desk.cloud.state.budget = {.per_second = 2, .left = 2};
  const Neighbours with = desk.with();
  RegionFinder region(with, Mode::all, "cn-north-4", 2, nullptr);
  const auto began = desk.steady;
  for (int i = 0; i < 5; ++i)
    desk.steady = region.step();
  CHECK(desk.cloud.queries.size() == 5);
  CHECK(desk.steady - began >= 5 * 4s);
  desk.cloud.state.budget.left = 0.9;
  desk.steady = region.step();
  CHECK(desk.cloud.queries.size() == 5);
  desk.cloud.state.no_key = Failure::unavailable({"no key", "无"});
  CHECK(region.step() >= desk.steady + 10s);
  CHECK(desk.cloud.queries.size() == 5);
}

TEST_CASE("What is wanted is read, and nothing else") {
  const Home home;
  Desk desk(home);
  const Neighbours with = desk.with();
  CHECK(RegionFinder(with, Mode::traces, "cn-north-4", 1, nullptr).readings().size() == 1);
  CHECK(RegionFinder(with, Mode::lists, "cn-north-4", 1, nullptr).readings().size() == 12);
  CHECK(RegionFinder(with, Mode::all, "cn-north-4", 1, nullptr).readings().size() == 13);
  CHECK(RegionFinder(with, Mode::off, "cn-north-4", 1, nullptr).readings().empty());
}

/// A share that a test gives.
class Share final : public store::BackgroundShare {
 public:
  bool has(std::string_view name) const override {
    return is_all && name.starts_with("discovery/");
  }
  std::uint64_t revision() const override { return number; }
  bool is_all = false;
  std::uint64_t number = 1;
};

TEST_CASE(
    "A list that is another replica's is not read; when it comes, it goes on where that was") {
  const Home home;
  Desk desk(home);
  Share share;
  const Neighbours with = desk.with();
  RegionFinder region(with, Mode::traces, "cn-north-4", 1, &share);
  desk.steady = region.step();
  CHECK(desk.cloud.queries.empty());
  REQUIRE(desk.archive->found(
      {}, {},
      store::ReadUntil{"traces/cn-north-4",
                       std::chrono::time_point_cast<store::Time::duration>(desk.wall - 1h)}));
  share.is_all = true;
  ++share.number;
  region.step();
  REQUIRE(desk.cloud.queries.size() == 1);
  CHECK(desk.cloud.queries[0].window.from == desk.wall - 1h - 600s);
}

}  // namespace

}  // namespace record_reader_test
