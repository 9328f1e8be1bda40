#include "simulator/vendors/vendor_api.h"

#include <algorithm>
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

Rates rates_of(const Robot& robot) {
  if (!robot.has_rates) return {};
  switch (robot.vendor) {
    case Vendor::feishu:
      return feishu::rates();
    case Vendor::dingtalk:
      return dingtalk::rates();
    case Vendor::wecom:
      return wecom::rates();
    case Vendor::slack:
      return slack::rates();
    case Vendor::webhook:
    case Vendor::alertmanager:
      break;
  }
  return {};
}

Receipt received(Vendor vendor, const Incoming& incoming) {
  switch (vendor) {
    case Vendor::feishu:
      return feishu::receive(incoming);
    case Vendor::dingtalk:
      return dingtalk::receive(incoming);
    case Vendor::wecom:
      return wecom::receive(incoming);
    case Vendor::slack:
      return slack::receive(incoming);
    case Vendor::webhook:
      return webhook::receive(incoming);
    case Vendor::alertmanager:
      break;
  }
  return alertmanager::receive(incoming);
}

}  // namespace

Receipt busy(Vendor vendor) {
  switch (vendor) {
    case Vendor::feishu:
      return feishu::busy();
    case Vendor::dingtalk:
      return dingtalk::busy();
    case Vendor::wecom:
      return wecom::busy();
    case Vendor::slack:
      return slack::busy();
    case Vendor::webhook:
      return webhook::busy();
    case Vendor::alertmanager:
      break;
  }
  return alertmanager::busy();
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
  result.receipt = received(address->vendor, incoming);
  return result;
}

}  // namespace jobtree::simulator
