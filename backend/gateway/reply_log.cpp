#include "gateway/reply_log.h"

#include <iterator>
#include <utility>

#include "gateway/problem.h"

namespace jobtree::gateway {

void ReplyLog::job(const cloud::JobAddress& address, cloud::JobReply& reply) {
  const auto level =
      reply.outcome == cloud::Outcome::not_found ? LogEntry::Level::info : LogEntry::Level::warning;
  write({.level = level,
         .message = "job query failed",
         .fields = {{"region", address.region()},
                    {"service", address.service()},
                    {"project", address.project_id()},
                    {"job", address.job_id()}}},
        reply);
}

void ReplyLog::project(const std::string& region, cloud::JobReply& reply) {
  write({.level = LogEntry::Level::warning,
         .message = "project look-up failed",
         .fields = {{"region", region}}},
        reply);
}

void ReplyLog::write(LogEntry failed, cloud::JobReply& reply) {
  for (const Bilingual& notice : reply.notices) {
    log_.notice(notice.en);
  }
  if (reply.outcome == cloud::Outcome::succeeded || reply.outcome == cloud::Outcome::deferred) {
    return;
  }
  const Problem problem = problem_of(reply);
  reply.request_id = problem.request_id;
  std::vector<LogField> why{{"code", problem.code},
                            {"upstream_status", std::to_string(reply.http_status)},
                            {"request_id", problem.request_id},
                            {"detail", reply.detail.en},
                            {"upstream_message", reply.log_detail}};
  std::ranges::move(why, std::back_inserter(failed.fields));
  log_.write(failed);
}

}  // namespace jobtree::gateway
