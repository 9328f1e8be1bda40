#include "gateway/sdk/identity.h"

#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <utility>

#include "gateway/jobs/executor.h"
#include "support/until.h"
#include "unit/catch.h"

namespace identity_test {

using namespace jobtree::gateway;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;
using jobtree::cloud::Catalogue;
using jobtree::cloud::JobReply;
using jobtree::cloud::Outcome;
using jobtree::tests::until;

namespace {

/// An IAM that says nothing until it is let go.
class Silent final : public jobtree::cloud::JobSource {
 public:
  JobReply job(const jobtree::cloud::JobAddress&, const jobtree::cloud::HasRoom&) override {
    return {};
  }
  JobReply own_id(jobtree::cloud::Owner, std::string_view) override {
    ++asked;
    let_go.wait();
    JobReply reply;
    reply.outcome = Outcome::succeeded;
    reply.body = std::string(32, 'a');
    return reply;
  }
  std::atomic<int> asked = 0;
  std::promise<void> go;
  std::shared_future<void> let_go = go.get_future().share();
};

}  // namespace

TEST_CASE("An IAM that hangs holds four threads, and the other regions come when it is back") {
  const Catalogue catalogue = Catalogue::make().value();
  Silent iam;
  auto made = make_executor({});
  REQUIRE(made);
  const auto executor = std::move(made.value());
  std::atomic<int> heard = 0;
  Identity identity(catalogue, iam, *executor,
                    [&heard](const std::string&, JobReply&) { ++heard; });
  for (int i = 0; i < 10; ++i)
    identity.learn_project("cn-north-4");
  CHECK(until([&iam] { return iam.asked == 4; }));
  // What else needs a thread gets one.
  std::promise<void> ran;
  executor->run([&ran] { ran.set_value(); });
  CHECK(ran.get_future().wait_for(20s) == std::future_status::ready);
  CHECK(iam.asked == 4);
  iam.go.set_value();
  CHECK(until([&heard] { return heard == 10; }));
}

}  // namespace identity_test
