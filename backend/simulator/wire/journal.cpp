#include "simulator/wire/journal.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "base/utc.h"

namespace jobtree::simulator {
namespace {

using nlohmann::ordered_json;

// What may be read by whoever reads the journal. A value that is not listed may be a secret, or a
// key somebody put where it does not belong.
constexpr auto kOpenHeaders = std::to_array<std::string_view>(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "host",
     "if-none-match", "user-agent", "x-domain-id", "x-project-id", "x-sdk-date"});

bool is_open(const std::string& name) {
  return std::ranges::find(kOpenHeaders, lower(name)) != kOpenHeaders.end();
}

ordered_json json_of(const JournalCall& call, std::uint64_t number) {
  ordered_json headers = ordered_json::array();
  for (const auto& [name, value] : call.headers) {
    headers.push_back(is_open(name) ? ordered_json{{"name", name}, {"value", value}}
                                    : ordered_json{{"name", name}});
  }
  return {{"n", number},
          {"at", iso_time_with_milliseconds(call.at)},
          {"method", call.method},
          {"path", call.target},
          {"job_id", call.job_id},
          {"key", call.key},
          {"status", call.status},
          {"fault", call.faults},
          {"headers", std::move(headers)}};
}

}  // namespace

void Journal::add(JournalCall call) {
  for (auto& [name, value] : call.headers) {
    if (!is_open(name)) value.clear();
  }
  const Lock lock(mutex_);
  ++total_;
  if (!call.job_id.empty()) {
    const bool counted = jobs_.size() < kMaxJobs || jobs_.contains(call.job_id);
    ++jobs_[counted ? call.job_id : "*"];
  }
  calls_.push_back(std::move(call));
  if (calls_.size() > kMaxCalls) calls_.pop_front();
}

void Journal::clear() {
  const Lock lock(mutex_);
  calls_.clear();
  jobs_.clear();
  total_ = 0;
}

std::string Journal::json() const {
  std::deque<JournalCall> kept;
  ordered_json all{{"calls", ordered_json::array()}};
  std::uint64_t number = 0;
  {
    const Lock lock(mutex_);
    kept = calls_;
    number = total_ - calls_.size();
    all["total"] = total_;
    all["jobs"] = jobs_;
  }
  for (const JournalCall& call : kept) {
    all["calls"].push_back(json_of(call, ++number));
  }
  return all.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace jobtree::simulator
