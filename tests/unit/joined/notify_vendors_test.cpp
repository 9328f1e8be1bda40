// What our own channels send, and what the vendors as the simulator plays them make of it. Each
// side is written from the vendors' rules and apart from the other, so that a mistake in one shows
// here.
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "notify/channels/channels.h"
#include "simulator/vendors/vendor_api.h"
#include "simulator/vendors/vendor_routes.h"
#include "unit/notify/told.h"

namespace jobtree::notify_vendors_test {

using namespace std::chrono_literals;
using namespace notify;
using simulator::Receipt;
using simulator::Robot;
using simulator::Vendor;
using Names = std::vector<std::string>;

namespace {

const Time kNow = notify::tests::time_at("2026-11-28T22:30:00Z");
const std::string kHost = "http://127.0.0.1:9443";

/// One robot, and a channel that is set up for it.
struct Pair {
  Robot robot;
  Channel channel;
  std::string secret;  ///< the channel's
};

Pair pair_of(Robot robot) {
  robot.has_rates = false;
  Pair pair{.robot = robot, .channel = {}, .secret = robot.secret};
  pair.channel.name = "ops";
  pair.channel.kind = channel_kind_named(vendor_name(robot.vendor)).value();
  pair.channel.url = kHost + path_of(robot);
  pair.channel.keyword = robot.keyword;
  return pair;
}

ChannelSecrets secrets_for(const Pair& pair) {
  ChannelSecrets secrets;
  if (!pair.secret.empty()) secrets.keys.emplace_back(pair.secret);
  return secrets;
}

/// The simulator's own robots; each takes what is made for it.
std::vector<Pair> pairs() {
  std::vector<Pair> all;
  for (const Robot& robot : simulator::demo_robots()) {
    if (!robot.is_gone) all.push_back(pair_of(robot));
  }
  all.push_back(pair_of({.vendor = Vendor::dingtalk, .id = "simulated", .keyword = "jobtree"}));
  all.push_back(pair_of({.vendor = Vendor::alertmanager, .secret = "simulated"}));
  all.push_back(all.back());
  all.back().channel.user = "jobtree";
  all.push_back(pair_of({.vendor = Vendor::webhook, .id = "simulated", .secret = "as GitHub's"}));
  all.back().channel.is_signed_like_github = true;
  return all;
}

std::vector<Content> contents() {
  std::vector<Notice> many;
  for (int i = 0; i < 40; ++i) {
    Notice notice = i % 2 == 0 ? notify::tests::long_notice() : notify::tests::hostile_notice();
    notice.id += std::to_string(i);
    many.push_back(notice);
  }
  return {notify::tests::failed_notice(), notify::tests::hostile_notice(),
          notify::tests::long_notice(), test_notice(kNow, notify::tests::kPublicUrl),
          digest_of(many, true, notify::tests::kPublicUrl)};
}

struct Told {
  Receipt receipt;
  Verdict verdict;
};

Told told(simulator::VendorApi& vendors, const Pair& pair, const HttpRequest& sent, Time at,
          simulator::KeyLock::Time steady = simulator::KeyLock::Time{1h}) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (const auto& [name, value] : sent.headers)
    headers.emplace_back(name, value);
  REQUIRE(sent.url.starts_with(kHost));
  const std::string target = sent.url.substr(kHost.size());
  const simulator::Request request{
      .method = "POST", .target = target, .headers = headers, .body = sent.body};
  const auto result =
      vendors.handle({request, "id", std::chrono::floor<std::chrono::milliseconds>(at), steady});
  REQUIRE(result);
  const simulator::Response& response = result->receipt.response;
  return {.receipt = result->receipt,
          .verdict = judge(pair.channel.kind, {.status = response.status, .body = response.body})};
}

/// What the robot makes of each request of one message, that comes `late`.
std::vector<Told> all_told(const Pair& pair, const Content& content,
                           std::chrono::seconds late = 0s) {
  simulator::VendorApi vendors({pair.robot}, 1);
  const ChannelSecrets secrets = secrets_for(pair);
  std::vector<Told> all;
  for (const Dispatch& dispatch : notify::tests::made(pair.channel, content, secrets, kNow)) {
    all.push_back(told(vendors, pair, std::get<HttpRequest>(dispatch), kNow + late));
  }
  return all;
}

Verdict::Kind verdict_on(const Pair& pair, std::chrono::seconds late = 0s) {
  return all_told(pair, notify::tests::failed_notice(), late).at(0).verdict.kind;
}

Names mentions_of(const Pair& pair, const Content& content) {
  Names names;
  for (const Told& one : all_told(pair, content)) {
    const Names& more = one.receipt.shown.mentions();
    names.insert(names.end(), more.begin(), more.end());
  }
  return names;
}

Robot robot_of(Vendor vendor) {
  return {.vendor = vendor, .id = vendor == Vendor::slack ? "T1/B1/simulated" : "simulated"};
}

}  // namespace

TEST_CASE("Whatever we send is taken by every vendor, in both languages") {
  for (Pair& pair : pairs()) {
    for (const Language language : {Language::en, Language::zh}) {
      pair.channel.style.language = language;
      for (const Content& content : contents()) {
        for (const auto& [receipt, verdict] : all_told(pair, content)) {
          INFO(vendor_name(pair.robot.vendor) << ' ' << pair.robot.id << ' ' << content.index());
          INFO(receipt.response.status << ' ' << receipt.response.body);
          CHECK(receipt.is_accepted);
          CHECK(verdict.kind == Verdict::Kind::delivered);
          CHECK_FALSE(receipt.shown.text().empty());
        }
      }
    }
  }
}

TEST_CASE("A signature is the vendor's at every moment, whichever characters it has") {
  for (const Pair& pair : pairs()) {
    simulator::VendorApi vendors({pair.robot}, 1);
    const ChannelSecrets secrets = secrets_for(pair);
    for (int second = 0; second < 20; ++second) {
      const Time at = kNow + std::chrono::seconds(second);
      const HttpRequest sent =
          notify::tests::request_of(pair.channel, notify::tests::failed_notice(), secrets, at);
      INFO(vendor_name(pair.robot.vendor) << ' ' << sent.url);
      CHECK(told(vendors, pair, sent, at).receipt.is_accepted);
    }
  }
}

TEST_CASE("A text of the cloud calls nobody") {
  for (const Pair& pair : pairs()) {
    for (const Content& content : contents()) {
      INFO(vendor_name(pair.robot.vendor) << ' ' << content.index());
      CHECK(mentions_of(pair, content) == Names{});
    }
  }
}

TEST_CASE("Who is to be mentioned is, in a long message too") {
  const auto mentions = [](Vendor vendor, const Mentions& whom, const Content& content) {
    Pair pair = pair_of(robot_of(vendor));
    pair.channel.mentions = whom;
    return mentions_of(pair, content);
  };
  for (const Content& content : contents()) {
    INFO(content.index());
    CHECK(mentions(Vendor::feishu, {.everyone = true, .users = {"ou_1", "a@example.com"}},
                   content) == Names{"all", "ou_1", "a@example.com"});
    CHECK(mentions(Vendor::dingtalk,
                   {.everyone = true, .users = {"li"}, .mobiles = {"13700000000"}},
                   content) == Names{"all", "13700000000", "li"});
    CHECK(mentions(Vendor::wecom, {.everyone = true, .users = {"li"}, .mobiles = {"13700000000"}},
                   content) == Names{"li", "all", "13700000000"});
    CHECK(mentions(Vendor::slack, {.everyone = true, .users = {"U7"}}, content) ==
          Names{"channel", "U7"});
  }
}

TEST_CASE("The link of a job arrives whole") {
  const Notice notice = notify::tests::long_notice();
  REQUIRE_FALSE(notice.link.empty());
  for (const Vendor vendor : {Vendor::feishu, Vendor::slack, Vendor::alertmanager}) {
    Robot robot = robot_of(vendor);
    if (vendor == Vendor::alertmanager) robot.id.clear();
    CHECK(all_told(pair_of(robot), notice).at(0).receipt.shown.links() == Names{notice.link});
  }
}

TEST_CASE("What needs a person is not tried again: a secret, a keyword, a URL that is not theirs") {
  using Kind = Verdict::Kind;
  Pair signed_pair = pair_of({.vendor = Vendor::feishu, .id = "simulated", .secret = "simulated"});
  CHECK(verdict_on(signed_pair) == Kind::delivered);
  CHECK(verdict_on(signed_pair, 3601s) == Kind::never);
  signed_pair.robot.secret = "another";
  CHECK(verdict_on(signed_pair) == Kind::never);

  for (const Vendor vendor : {Vendor::feishu, Vendor::dingtalk}) {
    Pair pair = pair_of(robot_of(vendor));
    pair.robot.keyword = "a word that no message has";
    CHECK(verdict_on(pair) == Kind::never);
  }
  for (const Vendor vendor :
       {Vendor::feishu, Vendor::wecom, Vendor::slack, Vendor::webhook, Vendor::alertmanager}) {
    Robot robot = robot_of(vendor);
    if (vendor == Vendor::alertmanager) robot.id.clear();
    Pair pair = pair_of(robot);
    pair.robot.vendor = Vendor::dingtalk;  // nobody of this vendor is there
    INFO(vendor_name(vendor));
    CHECK(verdict_on(pair) == Kind::never);
  }
  Pair gone = pair_of(robot_of(Vendor::webhook));
  gone.robot.is_gone = true;
  CHECK(verdict_on(gone) == Kind::gone);
}

TEST_CASE("A message too many is tried later, and never lost") {
  for (const Vendor vendor : {Vendor::feishu, Vendor::dingtalk, Vendor::wecom, Vendor::slack}) {
    Pair pair = pair_of(robot_of(vendor));
    pair.robot.has_rates = true;
    simulator::VendorApi vendors({pair.robot}, 1);
    const HttpRequest request =
        notify::tests::request_of(pair.channel, notify::tests::failed_notice());
    Verdict::Kind last = Verdict::Kind::delivered;
    for (int i = 0; i < 101 && last == Verdict::Kind::delivered; ++i)
      last = told(vendors, pair, request, kNow).verdict.kind;
    INFO(vendor_name(vendor));
    CHECK(last == (vendor == Vendor::slack ? Verdict::Kind::again : Verdict::Kind::shut));
  }
}

TEST_CASE("A vendor that is busy is tried later") {
  for (const Vendor vendor : simulator::kVendors) {
    const simulator::Response response = simulator::busy(vendor).response;
    const ChannelKind kind = channel_kind_named(simulator::vendor_name(vendor)).value();
    const Verdict verdict = judge(kind, {.status = response.status, .body = response.body});
    INFO(simulator::vendor_name(vendor));
    CHECK(verdict.kind == (vendor == Vendor::feishu ? Verdict::Kind::shut : Verdict::Kind::again));
  }
}

}  // namespace jobtree::notify_vendors_test
