// The pretend cloud's APIs: jobs, one order, IAM's lists, and the records of jobs (records/);
// key_issuers.h has what nobody signs.
//
// Knows: the upstream's routes and what stands before them: signature, lock, quota. Must not know:
// sockets, faults, or what time it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/cloud/call.h"
#include "simulator/cloud/identity.h"
#include "simulator/cloud/job_book.h"
#include "simulator/cloud/quota.h"
#include "simulator/cloud/records/task_lists.h"
#include "simulator/cloud/records/traces.h"
#include "simulator/cloud/response.h"
#include "simulator/script/scenario.h"

namespace jobtree::simulator {

/// The response, and what is known of who asked for what.
struct CallResult {
  Response response;
  std::string access = {};   ///< a simulator's key, or ""
  std::string job_id = {};   ///< that was asked for, or ""
  std::string service = {};  ///< whose job or list that is, or ""
};

/// What a request is for, as far as its path tells.
struct Route {
  std::vector<RouteMatch> jobs = {};  ///< that may be meant
  std::optional<TraceMatch> traces = {};
  std::optional<TaskListMatch> tasks = {};
  bool is_known = false;
};

/// Thread-safe.
class CloudApi {
 public:
  /// `scenario` has at least one account. `started`: when it begins, by the simulator's clock.
  CloudApi(const Scenario& scenario, std::uint64_t seed, double speed, WallTime started);

  CallResult handle(const Call& call);

  JobBook& book() { return book_; }
  const JobBook& book() const { return book_; }

 private:
  Response route(const Call& call, CallResult& result);
  Response signed_route(const Call& call, const Account& account, const Route& route);
  Response show_tasks(const Call& call, const Account& account, const TaskListMatch& tasks);
  Response show_job(const Call& call, const Account& account,
                    const std::vector<RouteMatch>& matches);
  Response create_batch(const Call& call, const Account& account, std::string_view project_id);
  Response list_projects(const Call& call, const Account& account) const;
  static Response list_domains(const Account& account);

  const Scenario scenario_;
  JobBook book_;
  Traces traces_;
  Identity identity_;
  QuotaMeter quota_;
};

}  // namespace jobtree::simulator
