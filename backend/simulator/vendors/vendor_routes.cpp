#include "simulator/vendors/vendor_routes.h"

#include <algorithm>
#include <array>

#include "simulator/cloud/records/query.h"

namespace jobtree::simulator {
namespace {

struct VendorRoute {
  Vendor vendor;
  std::string_view path;       ///< ends in "/" when the ID comes next
  const char* parameter = "";  ///< that has the ID, or ""
};

constexpr auto kVendorRoutes = std::to_array<VendorRoute>({
    {Vendor::feishu, "/open-apis/bot/v2/hook/"},
    {Vendor::dingtalk, "/robot/send", "access_token"},
    {Vendor::wecom, "/cgi-bin/webhook/send", "key"},
    {Vendor::slack, "/services/"},
    {Vendor::webhook, "/hook/"},
    {Vendor::alertmanager, "/api/v2/alerts"},
});
static_assert(kVendorRoutes.size() == kVendors.size());

const VendorRoute& route_of(Vendor vendor) {
  return *std::ranges::find(kVendorRoutes, vendor, &VendorRoute::vendor);
}

}  // namespace

std::optional<RobotAddress> find_robot(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  for (const VendorRoute& route : kVendorRoutes) {
    if (route.path.ends_with('/') && path.starts_with(route.path)) {
      return RobotAddress{route.vendor, std::string(path.substr(route.path.size()))};
    }
    if (path != route.path) continue;
    return RobotAddress{route.vendor, Query(target).text(route.parameter)};
  }
  return std::nullopt;
}

std::string path_of(const Robot& robot) {
  const VendorRoute& route = route_of(robot.vendor);
  std::string path(route.path);
  if (*route.parameter != '\0') path.append("?").append(route.parameter).append("=");
  return path + robot.id;
}

std::string_view path_before_id(Vendor vendor) {
  return route_of(vendor).path;
}

}  // namespace jobtree::simulator
