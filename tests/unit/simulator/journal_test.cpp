#include "simulator/wire/journal.h"

#include <nlohmann/json.hpp>

#include "unit/catch.h"

namespace journal_test {

using namespace std::chrono_literals;
using namespace jobtree::simulator;
using nlohmann::json;

TEST_CASE("The journal counts exactly and keeps the last calls") {
  Journal journal;
  for (std::size_t i = 0; i < Journal::kMaxCalls + 5; ++i)
    journal.add({.method = "GET", .job_id = i % 2 == 0 ? "even" : "odd"});
  const json all = json::parse(journal.json());
  CHECK(all.at("total") == Journal::kMaxCalls + 5);
  CHECK(all.at("calls").size() == Journal::kMaxCalls);
  CHECK(all.at("calls").front().at("n") == 6);
  CHECK(all.at("jobs").at("even") == Journal::kMaxCalls / 2 + 3);
  CHECK(all.at("jobs").at("odd") == Journal::kMaxCalls / 2 + 2);
  journal.clear();
  CHECK(journal.json() == R"({"calls":[],"total":0,"jobs":{}})");
}

TEST_CASE("The journal bounds how many jobs it counts apart") {
  Journal journal;
  for (std::size_t i = 0; i < Journal::kMaxJobs + 7; ++i)
    journal.add({.job_id = std::to_string(i)});
  journal.add({.job_id = "3"});
  const json all = json::parse(journal.json());
  CHECK(all.at("jobs").size() == Journal::kMaxJobs + 1);
  CHECK(all.at("jobs").at("*") == 7);
  CHECK(all.at("jobs").at("3") == 2);
}

TEST_CASE("The journal names every header and keeps the values of harmless ones") {
  Journal journal;
  journal.add({.at = WallTime{500000h},
               .headers = {{"HOST", "h"},
                           {"Authorization", "canary"},
                           {"x-auth-token", "canary"},
                           {"X-Sdk-Date", "d"}}});
  const std::string text = journal.json();
  CHECK(text.find("canary") == std::string::npos);
  const json call = json::parse(text).at("calls").at(0);
  CHECK(call.at("at") == "2027-01-15T08:00:00.000Z");
  CHECK(call.at("headers") == json::parse(R"([{"name":"HOST","value":"h"},{"name":"Authorization"},
                                              {"name":"x-auth-token"},
                                              {"name":"X-Sdk-Date","value":"d"}])"));
}

}  // namespace journal_test
