// The robots of chat channels that a simulator plays, and the two receivers that a site runs
// itself.
//
// Knows: values. Must not know: what a vendor checks (vendors/), how a file writes them
// (robot_json.h).
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace jobtree::simulator {

enum class Vendor { feishu, dingtalk, wecom, slack, webhook, alertmanager };

inline constexpr std::array kVendors{Vendor::feishu, Vendor::dingtalk, Vendor::wecom,
                                     Vendor::slack,  Vendor::webhook,  Vendor::alertmanager};

/// "feishu"
std::string_view vendor_name(Vendor vendor);
bool is_vendor(std::string_view name);

/// The ID of every robot of a simulator has this in it, in any case. A URL without it may be that
/// of a real robot, which is a secret and has no business here.
inline constexpr std::string_view kRobotMark = "simulated";

struct Robot {
  Vendor vendor = Vendor::feishu;
  /// What its URL says of it: an ID, a token, a key, a name; Slack's three with "/" between.
  /// Alertmanager has none.
  std::string id = {};
  std::string secret = {};   ///< "": it checks no signature, Alertmanager no password
  std::string keyword = {};  ///< "": it takes any text
  bool has_rates = true;     ///< whether it is throttled as a real one
  bool is_gone = false;      ///< whether somebody has removed it
};

/// One or more of each vendor, for a simulator that is given none; fixed and public.
std::vector<Robot> demo_robots();

}  // namespace jobtree::simulator
