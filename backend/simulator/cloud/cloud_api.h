// The pretend cloud's APIs: jobs, one order, IAM's lists, and the metadata service.
//
// Knows: the upstream's routes and what stands before them: signature, lock, quota. Must not know:
// sockets, faults, or what time it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "simulator/cloud/answer.h"
#include "simulator/cloud/identity.h"
#include "simulator/cloud/job_book.h"
#include "simulator/cloud/quota.h"
#include "simulator/cloud/signature_check.h"
#include "simulator/script/world.h"

namespace jobtree::simulator {

/// A request and when it came.
struct Call {
  const ReceivedRequest& request;
  std::string_view request_id;
  WallTime now;            ///< by the simulator's clock
  KeyLock::Time steady{};  ///< for locks and quotas
};

/// An answer, and what is known of who asked for what.
struct Outcome {
  Answer answer;
  std::string access = {};   ///< a simulator's key, or ""
  std::string job_id = {};   ///< that was asked for, or ""
  std::string service = {};  ///< whose job that is, or ""
};

/// Thread-safe.
class CloudApi {
 public:
  /// `world` has at least one account.
  CloudApi(const World& world, std::uint64_t seed, double speed);

  Outcome handle(const Call& call);

  JobBook& book() { return book_; }
  const JobBook& book() const { return book_; }

 private:
  Answer route(const Call& call, Outcome& outcome);
  Answer signed_route(const Call& call, const Account& account, const std::vector<Asked>& asked);
  Answer show_job(const Call& call, const Account& account, const std::vector<Asked>& asked);
  Answer create_batch(const Call& call, const Account& account, std::string_view project_id);
  Answer list_projects(const Call& call, const Account& account) const;
  static Answer list_domains(const Account& account);
  Answer metadata(const Call& call);

  const World world_;
  JobBook book_;
  Identity identity_;
  QuotaMeter quota_;
};

}  // namespace jobtree::simulator
