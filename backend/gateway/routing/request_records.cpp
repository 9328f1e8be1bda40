#include "gateway/routing/request_records.h"

#include <utility>

namespace jobtree::gateway {

RequestRecords::RequestRecords(std::vector<std::string_view> patterns, Metrics& metrics,
                               RequestLog& log)
    : patterns_(std::move(patterns)), metrics_(metrics), log_(log) {}

void RequestRecords::responded(const RequestFacts& facts, const Response& response) {
  count(facts, response.status, response.was_parked);
  log_.responded({.method = facts.method,
                  .route = facts.route < patterns_.size() ? patterns_[facts.route] : "none",
                  .status = response.status,
                  .request_id = response.request_id,
                  .viewer = facts.viewer});
}

void RequestRecords::broke(const RequestFacts& facts) {
  count(facts, 500, false);
}

void RequestRecords::not_served(int status, std::string_view why, std::string_view request_id,
                                std::string_view viewer) {
  // What broke a handler has been counted under its route.
  if (status != 500) metrics_.turned_away(status);
  log_.not_served(status, why, request_id, viewer);
}

void RequestRecords::count(const RequestFacts& facts, int status, bool was_parked) {
  metrics_.answered(facts.route, status, std::chrono::steady_clock::now() - facts.began,
                    was_parked);
}

}  // namespace jobtree::gateway
