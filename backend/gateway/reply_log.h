// What the log says of the cloud's replies.
//
// Knows: which of them are worth a line. Must not know: viewers, routes.
#pragma once

#include <string>

#include "cloud/job_source.h"
#include "gateway/access/request_log.h"

namespace jobtree::gateway {

/// Thread-safe.
class ReplyLog {
 public:
  explicit ReplyLog(RequestLog& log) : log_(log) {}

  /// Once for every reply about a job, however many viewers it has. Gives it the request id of its
  /// line, so that all viewers are told that one.
  void job(const cloud::JobAddress& address, cloud::JobReply& reply);
  /// The same of every look-up of the key's own project or account.
  void project(const std::string& region, cloud::JobReply& reply);

 private:
  /// `failed`: the line of one that failed, with what was asked for.
  void write(LogEntry failed, cloud::JobReply& reply);

  RequestLog& log_;
};

}  // namespace jobtree::gateway
