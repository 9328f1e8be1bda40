// One trace as a form of documents/trace-forms-made.json fills it in.
//
// Knows: the fields of a trace, their order and their awkward variants. Must not know: when a trace
// is written.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/script/account.h"
#include "simulator/script/time.h"

namespace jobtree::simulator {

/// The file.
const nlohmann::ordered_json& trace_forms();

/// Of the forms of a service that which fits what the job does best.
const nlohmann::ordered_json& form_of_job(std::string_view service, std::string_view operation,
                                          std::uint64_t number);

/// What a form leaves open.
struct TraceFacts {
  const Account& account;
  std::string trace_id;
  WallTime time;
  Milliseconds recorded_after{};
  std::string job_id = {};
  std::string number = {};
  std::string resource_id = {};
  std::string resource_name = {};            ///< "": the form's own
  std::string user = {};                     ///< "": one of the three people
  std::optional<std::string> document = {};  ///< instead of the form's response
  std::optional<std::size_t> cut_after = {};
  bool has_failed = false;
};

nlohmann::ordered_json filled_trace(const nlohmann::ordered_json& form, const TraceFacts& facts);

}  // namespace jobtree::simulator
