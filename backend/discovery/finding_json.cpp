#include "discovery/finding_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "store/record_json.h"

namespace jobtree::discovery {
namespace {

using OrderedJson = nlohmann::ordered_json;
using store::text_or_null;
using Permission = std::string cloud::List::*;

OrderedJson time_or_null(const std::optional<UtcTime>& time) {
  return time ? OrderedJson(iso_time_with_milliseconds(*time)) : OrderedJson();
}

/// IAM's custom policies: 1.1 by roles and policies, 5.0 by identity policies
/// (https://support.huaweicloud.com/usermanual-iam/iam_01_0017.html).
OrderedJson policy(std::string_view version, Permission permission,
                   std::span<const cloud::List> lists) {
  std::vector<std::string> actions;
  for (const cloud::List& list : lists) {
    const std::string& action = list.*permission;
    if (!action.empty() && std::ranges::find(actions, action) == actions.end()) {
      actions.push_back(action);
    }
  }
  return {
      {"Version", version},
      {"Statement", OrderedJson::array({{{"Effect", "Allow"}, {"Action", std::move(actions)}}})}};
}

OrderedJson json_of(const Reading& reading, std::span<const cloud::List> lists) {
  const auto list = std::ranges::find(lists, reading.list, &cloud::List::name);
  const bool is_known = list != lists.end();
  return {
      {"region", reading.region},
      {"list", reading.list},
      {"service", reading.service},
      {"state", name_of(reading.state)},
      {"detail", reading.detail.empty()
                     ? OrderedJson()
                     : OrderedJson{{"en", reading.detail.en}, {"zh", reading.detail.zh}}},
      {"permission", is_known ? text_or_null(list->permission) : OrderedJson()},
      {"identity_permission", is_known ? text_or_null(list->identity_permission) : OrderedJson()},
      {"read_at", time_or_null(reading.read_at)},
      {"complete_to", time_or_null(reading.complete_to)},
      {"records", reading.records},
      {"jobs", reading.jobs}};
}

}  // namespace

std::string json_of(const Finding& finding, std::span<const cloud::List> lists) {
  OrderedJson readings = OrderedJson::array();
  for (const Reading& reading : finding.readings)
    readings.push_back(json_of(reading, lists));
  const OrderedJson json{
      {"mode", name_of(finding.mode)},
      {"people", finding.with_people},
      {"readings", std::move(readings)},
      {"policy", policy("1.1", &cloud::List::permission, lists)},
      {"identity_policy", policy("5.0", &cloud::List::identity_permission, lists)}};
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace jobtree::discovery
