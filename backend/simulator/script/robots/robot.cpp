#include "simulator/script/robots/robot.h"

#include <algorithm>

namespace jobtree::simulator {

std::string_view vendor_name(Vendor vendor) {
  switch (vendor) {
    case Vendor::feishu:
      return "feishu";
    case Vendor::dingtalk:
      return "dingtalk";
    case Vendor::wecom:
      return "wecom";
    case Vendor::slack:
      return "slack";
    case Vendor::webhook:
      return "webhook";
    case Vendor::alertmanager:
      break;
  }
  return "alertmanager";
}

bool is_vendor(std::string_view name) {
  return std::ranges::any_of(kVendors,
                             [name](Vendor vendor) { return vendor_name(vendor) == name; });
}

std::vector<Robot> demo_robots() {
  return {
      {.vendor = Vendor::feishu, .id = "simulated-feishu"},
      {.vendor = Vendor::feishu,
       .id = "simulated-feishu-signed",
       .secret = "simulated-secret-opens-nothing",
       .keyword = "jobtree"},
      {.vendor = Vendor::dingtalk,
       .id = "simulated-dingtalk",
       .secret = "SECsimulated0secret0opens0nothing"},
      {.vendor = Vendor::wecom, .id = "simulated-wecom"},
      {.vendor = Vendor::slack, .id = "T0SIMULATED/B0SIMULATED/simulated"},
      // The base64 of "simulated secret that opens nothing".
      {.vendor = Vendor::webhook,
       .id = "simulated",
       .secret = "whsec_c2ltdWxhdGVkIHNlY3JldCB0aGF0IG9wZW5zIG5vdGhpbmc="},
      {.vendor = Vendor::webhook, .id = "simulated-gone", .is_gone = true},
      {.vendor = Vendor::alertmanager},
  };
}

}  // namespace jobtree::simulator
