// Hands a job to a server, which follows it to its end.
//
// Knows: POST /api/jobs and the addresses of jobs on this program's own server, and its problem
// documents. Must not know: the cloud's keys, what a job looks like.
#pragma once

#include <string>

#include "base/result.h"
#include "cloud/ask/transport.h"

namespace jobtree::commands {

struct FollowOrder {
  std::string server;  ///< "https://jobtree.example.com", a path may follow
  std::string token;   ///< an access token of that server; "" for none
  std::string region, service, project, job_id;
  std::string label;  ///< what the board calls it; ""
};

struct Followed {
  std::string page;         ///< of the job, on that server
  bool is_unknown = false;  ///< the cloud knows no such job, so far
};

/// Has the server follow it, and look at it once. Fails with kind usage when the server
/// does not want it, with the server's own words, and with kind unavailable when it may yet.
Result<Followed> follow_by(cloud::Transport& transport, const FollowOrder& order);

}  // namespace jobtree::commands
