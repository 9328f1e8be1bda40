// Joins what replicas share: the parts on one thread's connection.
#include <unistd.h>

#include <array>
#include <random>
#include <utility>

#include "store/postgres/bounded_calls.h"
#include "store/postgres/postgres_limits.h"
#include "store/postgres/postgres_share.h"
#include "store/postgres/postgres_turns.h"
#include "store/shared.h"

namespace jobtree::store {
namespace {

/// For people who look at the tables the host, and what makes it the only one.
std::string new_replica() {
  std::array<char, 64> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  std::random_device chance;
  return std::string(host.data()) + '/' + std::to_string(::getpid()) + '/' +
         std::to_string(chance()) + std::to_string(chance());
}

class PostgresShared final : public Shared {
 public:
  PostgresShared(const std::string& url, const Clock& clock, const std::string& replica)
      : limits_({.replica = replica, .now = clock.steady}, calls_),
        share_({.replica = replica, .now = clock.steady}),
        turns_(limits_, calls_),
        calls_({.url = url,
                .routine = [this](PgConnection& connection) { return refresh(connection); },
                .most_wait = cloud::SharedLimits::kLongestWait}) {}
  ~PostgresShared() override {
    limits_.leave();
    calls_.post([this](PgConnection& connection) { return share_.leave(connection); });
  }

  cloud::SharedLimits& limits() override { return limits_; }
  BackgroundShare& background() override { return share_; }
  PollTurns& poll_turns() override { return turns_; }

 private:
  Outcome<Done> refresh(PgConnection& connection) {
    if (auto done = limits_.refresh(connection); !done) return done;
    return share_.refresh(connection, limits_.replicas());
  }

  PostgresLimits limits_;
  PostgresShare share_;
  PostgresTurns turns_;
  BoundedCalls calls_;  ///< last: its thread uses all of the above
};

}  // namespace

std::unique_ptr<Shared> open_shared(const std::string& url, const Clock& clock) {
  return std::make_unique<PostgresShared>(url, clock, new_replica());
}

}  // namespace jobtree::store
