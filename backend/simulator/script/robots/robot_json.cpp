#include "simulator/script/robots/robot_json.h"

#include <algorithm>
#include <iterator>

#include "base/ascii.h"
#include "simulator/script/robots/webhook_secret.h"

namespace jobtree::simulator {
namespace {

constexpr std::size_t kMaxRobotId = 128;
constexpr std::size_t kMaxRobotText = 256;
constexpr std::string_view kDingtalkSecret = "SEC";

/// Whether it stands in a URL as it is.
bool is_url_word(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

/// "T…/B…/…"
bool is_slack_id(std::string_view id) {
  const auto first = id.find('/');
  const auto second = id.find('/', std::min(first, id.size() - 1) + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return false;
  const std::string_view team = id.substr(0, first);
  const std::string_view service = id.substr(first + 1, second - first - 1);
  return team.starts_with('T') && service.starts_with('B') && is_url_word(team) &&
         is_url_word(service) && is_url_word(id.substr(second + 1));
}

void check_id(JsonReader& reader, const Robot& robot) {
  if (robot.vendor == Vendor::alertmanager) {
    if (!robot.id.empty()) {
      reader.fail(
          "id", {"must not be there: an Alertmanager has none", "不应存在：Alertmanager 没有 ID"});
    }
    return;
  }
  // Said before anything else, and the ID is not repeated: it may be a secret.
  if (lower(robot.id).find(kRobotMark) == std::string::npos) {
    reader.fail("id", {"must have the word simulated in it. Never put the URL of a real robot "
                       "into a scenario file: it is a secret",
                       "必须包含 simulated 一词。切勿在场景文件中写入真实机器人的 URL：它是机密"});
  } else if (robot.vendor == Vendor::slack && !is_slack_id(robot.id)) {
    reader.fail("id", {"must be the T…/B…/… of a Slack URL", "应为 Slack URL 中的 T…/B…/…"});
  } else if (robot.vendor != Vendor::slack && !is_url_word(robot.id)) {
    reader.fail("id", {"can have only letters, digits, - and _", "只能包含字母、数字、- 和 _"});
  }
}

void check_secret(JsonReader& reader, const Robot& robot) {
  if (robot.secret.empty()) return;
  const bool is_secretless = robot.vendor == Vendor::wecom || robot.vendor == Vendor::slack;
  if (is_secretless) {
    reader.fail("secret", {"must not be there: robots of this vendor sign nothing",
                           "不应存在：该厂商的机器人不签名"});
  } else if (robot.vendor == Vendor::dingtalk && !robot.secret.starts_with(kDingtalkSecret)) {
    reader.fail("secret", {"must begin with SEC", "应以 SEC 开头"});
  } else if (robot.vendor == Vendor::webhook && robot.secret.starts_with(kWebhookSecretMark) &&
             !webhook_key(robot.secret)) {
    reader.fail("secret", {"must be whsec_ and the base64 of 24 to 64 bytes",
                           "应为 whsec_ 加 24 到 64 字节的 base64"});
  }
}

Robot read_robot(JsonReader& reader) {
  Robot robot;
  std::vector<std::string_view> names;
  std::ranges::transform(kVendors, std::back_inserter(names), vendor_name);
  const std::size_t index = reader.word("vendor", names, names.size());
  if (index >= kVendors.size()) return robot;
  robot.vendor = kVendors.at(index);
  robot.id = robot.vendor == Vendor::alertmanager ? reader.text("id", kMaxRobotId, "")
                                                  : reader.text("id", kMaxRobotId);
  check_id(reader, robot);
  robot.secret = reader.text("secret", kMaxRobotText, "");
  check_secret(reader, robot);
  robot.keyword = reader.text("keyword", kMaxRobotText, "");
  const bool has_keywords = robot.vendor == Vendor::feishu || robot.vendor == Vendor::dingtalk;
  if (!robot.keyword.empty() && !has_keywords) {
    reader.fail("keyword", {"must not be there: robots of this vendor know no keywords",
                            "不应存在：该厂商的机器人没有关键词"});
  }
  robot.has_rates = reader.flag("rates", true);
  robot.is_gone = reader.flag("gone", false);
  reader.done();
  return robot;
}

}  // namespace

std::vector<Robot> read_robots(JsonReader& reader) {
  std::vector<Robot> robots;
  for (JsonReader& one : reader.list("robots", kMaxRobots)) {
    Robot robot = read_robot(one);
    const bool is_known = std::ranges::any_of(robots, [&robot](const Robot& other) {
      return other.vendor == robot.vendor && other.id == robot.id;
    });
    if (is_known)
      one.fail({"is there twice: two robots have one URL", "重复：两个机器人 URL 相同"});
    robots.push_back(std::move(robot));
  }
  return robots;
}

}  // namespace jobtree::simulator
