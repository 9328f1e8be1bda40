// Jobs that somebody waits for are followed, each by one replica; the archive is a real one.
#include "notify/job_watch.h"

#include "support/home.h"
#include "unit/notify/told.h"

namespace jobtree::notify::job_watch_test {

using namespace tests;

namespace {

constexpr const char* kProject = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

class OneJob final : public store::BackgroundShare {
 public:
  explicit OneJob(std::string job) : job_(std::move(job)) {}
  bool has(std::string_view job) const override { return job == job_; }
  std::uint64_t revision() const override { return 1; }

 private:
  const std::string job_;
};

class Watched {
 public:
  Watched() {
    Rule rule;
    rule.jobs.service = "eip";
    rule.channels = {"ops"};
    setup_.rules = {rule};
  }

  cloud::JobAddress seen(const std::string& service, const std::string& job,
                         const std::string& status) {
    cloud::JobAddress address{"cn-north-4", service, kProject, job};
    archive_->observed({.address = address,
                        .body = std::make_shared<const std::string>(
                            R"({"job_id":")" + job + R"(","job_type":"createEip","status":")" +
                            status + R"(","begin_time":"2026-11-28T22:24:06.000Z"})"),
                        .at = kNow});
    archive_->flush(std::chrono::steady_clock::now() + std::chrono::seconds(20));
    return address;
  }

  std::vector<std::string> followed(const store::BackgroundShare* share = nullptr) {
    std::vector<std::string> jobs;
    JobWatch watch({.archive = *archive_, .share = share, .follow = [&](const auto& address) {
                      jobs.push_back(address.job_id());
                    }});
    watch.look(setup_, kNow);
    std::ranges::sort(jobs);
    return jobs;
  }

  void has_no_rules() { setup_.rules.clear(); }

 private:
  const Time kNow = time_at("2026-11-28T22:24:20Z");
  const jobtree::tests::Home home_;
  std::unique_ptr<store::Archive> archive_ = open();
  Setup setup_;

  std::unique_ptr<store::Archive> open() const {
    auto archive = store::open_archive({.folder = home_.path(), .clock = real_clock()});
    REQUIRE(archive);
    return std::move(archive.value());
  }
};

}  // namespace

TEST_CASE("Jobs that a rule names are followed until they end") {
  Watched watched;
  watched.seen("eip", "a", "RUNNING");
  watched.seen("eip", "b", "SUCCESS");
  watched.seen("ecs", "c", "RUNNING");
  watched.seen("eip", "d", "INIT");
  CHECK(watched.followed() == std::vector<std::string>{"a", "d"});
  watched.seen("eip", "a", "FAIL");
  CHECK(watched.followed() == std::vector<std::string>{"d"});
  watched.has_no_rules();
  CHECK(watched.followed().empty());
}

TEST_CASE("Each replica follows its share of the jobs that a rule names") {
  Watched watched;
  const OneJob mine(watched.seen("eip", "a", "RUNNING").key());
  const OneJob others(watched.seen("eip", "b", "RUNNING").key());
  CHECK(watched.followed(&mine) == std::vector<std::string>{"a"});
  CHECK(watched.followed(&others) == std::vector<std::string>{"b"});
}

}  // namespace jobtree::notify::job_watch_test
