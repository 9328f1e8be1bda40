#include "gateway/jobs/job_response.h"

#include <algorithm>

#include "base/utc.h"
#include "gateway/http_fields.h"

namespace jobtree::gateway {
namespace {

using std::chrono::seconds;

constexpr seconds kBusyPause{1};

/// RFC 9211. What was served although it is past its time says how long, and why.
std::string cache_status_of(const Reading& reading) {
  std::string status = "jobtree; ";
  if (reading.content && reading.stored) return status + "hit; detail=stored";
  if (reading.way == Way::hit) {
    status += "hit";
    if (const seconds late = overdue(reading); late.count() > 0) {
      status += "; ttl=-" + std::to_string(late.count());
    }
  } else {
    status += reading.had_content ? "fwd=stale" : "fwd=miss";
    if (reading.way == Way::collapsed) status += "; collapsed";
  }
  if (reading.content && reading.failure) status += "; detail=stale-if-error";
  return status;
}

std::string line(std::string_view name, std::string_view value) {
  return std::string(name).append(": ").append(value).append("\r\n");
}

/// What an answer with a job and one with a problem have in common.
std::string common_lines(const Reading& reading, std::string_view cache_status, seconds waited) {
  std::string lines;
  if (reading.content || reading.failure) {
    lines += line("Age", std::to_string(reading.age.count()));
  }
  lines += line("Cache-Status", cache_status);
  if (waited.count() > 0) {
    lines += line("Preference-Applied", "wait=" + std::to_string(waited.count()));
  }
  return lines;
}

JobProblem problem_of(const Reading& reading) {
  JobProblem problem;
  problem.retry_after = kBusyPause;
  if (!reading.failure) return problem;
  const FailedFetch& failure = *reading.failure;
  problem.retry_after = failure.reply.retry_after;
  if (problem.retry_after) {
    problem.retry_after = std::max(*problem.retry_after - reading.age, seconds(1));
  }
  switch (failure.kind) {
    case FailedFetch::Kind::cloud:
      problem.kind = JobProblem::Kind::cloud;
      problem.reply = {reading.failure, &failure.reply};
      break;
    case FailedFetch::Kind::no_room:
      break;
    case FailedFetch::Kind::broken:
      problem.kind = JobProblem::Kind::internal;
      problem.why = failure.what;
      break;
  }
  return problem;
}

}  // namespace

seconds overdue(const Reading& reading) {
  const bool matters = reading.way == Way::hit && reading.content && !reading.is_final();
  return matters && reading.ttl.count() < 0 ? -reading.ttl : seconds(0);
}

JobResponse facts_of(const Reading& reading, seconds wait) {
  JobResponse response;
  response.way = reading.way;
  response.was_parked = reading.was_parked;
  response.age = reading.age;
  response.cache_status = cache_status_of(reading);
  if (reading.content) {
    response.is_final = reading.is_final();
    response.is_stored = reading.stored.has_value();
    response.cloud_request_id = reading.request_id;
  } else {
    if (reading.failure) response.cloud_request_id = reading.failure->reply.request_id;
    response.problem = problem_of(reading);
    response.header_lines =
        common_lines(reading, response.cache_status, reading.was_parked ? wait : seconds(0));
  }
  return response;
}

std::string head_of(const Reading& reading, const HeadVariant& variant,
                    std::string_view cache_status, const Form& form) {
  const bool has_body = variant.status == 200;
  std::string head = has_body ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 304 Not Modified\r\n";
  if (has_body) {
    head += line("Content-Type", "application/json; charset=utf-8");
    head += line("Content-Length", std::to_string(form.bytes->size()));
    if (variant.coding != Coding::identity) {
      head += line("Content-Encoding", name_of(variant.coding));
    }
  }
  head += line("ETag", etag_of(reading.content->version, variant.coding));
  head += line("Cache-Control", "private, no-cache");
  head += line("Vary", "Accept-Encoding");
  if (!reading.request_id.empty()) head += line("X-Request-Id", reading.request_id);
  if (reading.stored)
    head += line("Jobtree-Stored-At", iso_time_with_milliseconds(reading.stored->at));
  return head + common_lines(reading, cache_status, variant.waited);
}

}  // namespace jobtree::gateway
