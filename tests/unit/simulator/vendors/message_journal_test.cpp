#include "simulator/wire/message_journal.h"

#include <nlohmann/json.hpp>

#include "unit/catch.h"

namespace jobtree::simulator::message_journal_test {

using namespace std::chrono_literals;
using nlohmann::json;

TEST_CASE("The journal keeps the last messages, and counts all") {
  MessageJournal journal;
  for (std::size_t i = 0; i < MessageJournal::kMaxMessages + 5; ++i)
    journal.add({.code = "0"});
  const json all = json::parse(journal.json());
  CHECK(all.at("total") == MessageJournal::kMaxMessages + 5);
  CHECK(all.at("messages").size() == MessageJournal::kMaxMessages);
  CHECK(all.at("messages").front().at("n") == 6);
  journal.clear();
  CHECK(journal.json() == R"({"messages":[],"total":0})");
}

TEST_CASE("A message is told with what matters of its headers, and text stays text") {
  MessageJournal journal;
  journal.add({.at = WallTime{500000h},
               .vendor = "webhook",
               .robot = "simulated",
               .status = 204,
               .code = "204",
               .is_shown = true,
               .faults = "latency",
               .text = "<img src=x> \"quoted\"\n\xff",
               .links = {"https://jobs.example/"},
               .mentions = {"all"},
               .headers = {{"Webhook-Id", "evt_1"},
                           {"webhook-signature", "v1,secret"},
                           {"Authorization", "Bearer secret"},
                           {"User-Agent", "jobtree"}}});
  const std::string text = journal.json();
  CHECK(text.find("secret") == std::string::npos);
  const json message = json::parse(text).at("messages").at(0);
  CHECK(message.at("at") == "2027-01-15T08:00:00.000Z");
  CHECK(message.at("vendor") == "webhook");
  CHECK(message.at("robot") == "simulated");
  CHECK(message.at("status") == 204);
  CHECK(message.at("code") == "204");
  CHECK(message.at("shown") == true);
  CHECK(message.at("fault") == "latency");
  CHECK(message.at("text") == "<img src=x> \"quoted\"\n\xef\xbf\xbd");
  CHECK(message.at("links") == json::array({"https://jobs.example/"}));
  CHECK(message.at("mentions") == json::array({"all"}));
  CHECK(message.at("headers").size() == 2);
  CHECK(message.at("headers").at(0).at("name") == "webhook-id");
  CHECK(message.at("headers").at(0).at("value") == "evt_1");
}

}  // namespace jobtree::simulator::message_journal_test
