#include "simulator/vendors/vendor_api.h"

#include <algorithm>
#include <array>
#include <utility>

#include "simulator/vendors/alertmanager.h"
#include "simulator/vendors/dingtalk.h"
#include "simulator/vendors/feishu.h"
#include "simulator/vendors/slack.h"
#include "simulator/vendors/vendor_routes.h"
#include "simulator/vendors/webhook.h"
#include "simulator/vendors/wecom.h"

namespace jobtree::simulator {
namespace {

struct VendorRules {
  Vendor vendor;
  Receipt (*receive)(const Incoming&);
  Receipt (*busy)();
  Rates (*rates)() = nullptr;  ///< null: it takes any number of messages
};

constexpr auto kVendorRules = std::to_array<VendorRules>({
    {Vendor::feishu, feishu::receive, feishu::busy, feishu::rates},
    {Vendor::dingtalk, dingtalk::receive, dingtalk::busy, dingtalk::rates},
    {Vendor::wecom, wecom::receive, wecom::busy, wecom::rates},
    {Vendor::slack, slack::receive, slack::busy, slack::rates},
    {Vendor::webhook, webhook::receive, webhook::busy},
    {Vendor::alertmanager, alertmanager::receive, alertmanager::busy},
});
static_assert(kVendorRules.size() == kVendors.size());

const VendorRules& rules_of(Vendor vendor) {
  return *std::ranges::find(kVendorRules, vendor, &VendorRules::vendor);
}

Rates rates_of(const Robot& robot) {
  const VendorRules& rules = rules_of(robot.vendor);
  return robot.has_rates && rules.rates != nullptr ? rules.rates() : Rates{};
}

}  // namespace

Receipt busy(Vendor vendor) {
  return rules_of(vendor).busy();
}

VendorApi::VendorApi(std::vector<Robot> robots, double speed) : robots_(std::move(robots)) {
  const Lock lock(mutex_);
  for (const Robot& robot : robots_)
    meters_.emplace_back(rates_of(robot), speed);
}

std::optional<Excess> VendorApi::count(std::size_t robot, KeyLock::Time now) {
  const Lock lock(mutex_);
  return meters_.at(robot).take(now);
}

std::optional<VendorResult> VendorApi::handle(const Call& call) {
  const std::optional<RobotAddress> address = find_robot(call.request.target);
  if (!address) return std::nullopt;
  const auto robot = std::ranges::find_if(robots_, [&address](const Robot& one) {
    return one.vendor == address->vendor && one.id == address->id;
  });
  const bool is_known = robot != robots_.end();
  VendorResult result{
      .vendor = address->vendor,
      .robot = is_known ? robot->id : "",
      .target = is_known ? path_of(*robot) : std::string(path_before_id(address->vendor))};
  if (call.request.method != "POST") {
    result.receipt = {.response = {.status = 405, .headers = {{"Allow", "POST"}}}, .code = "405"};
    return result;
  }
  Incoming incoming{.request = call.request, .now = call.now};
  if (is_known) {
    incoming.robot = &*robot;
    incoming.excess = count(static_cast<std::size_t>(robot - robots_.begin()), call.steady);
  }
  result.receipt = rules_of(address->vendor).receive(incoming);
  return result;
}

}  // namespace jobtree::simulator
