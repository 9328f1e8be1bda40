#include "gateway/jobs/prefer.h"

#include <string>
#include <vector>

#include "unit/catch.h"

namespace prefer_test {

using jobtree::gateway::seconds_to_wait;

TEST_CASE("The seconds a request would wait, and nothing of what is malformed") {
  struct Case {
    std::string prefer;
    int seconds;
  };
  const std::vector<Case> cases{
      {"", 0},
      {"wait=25", 25},
      {"Wait=25", 25},
      {"wait = 25", 25},
      {"wait=\"25\"", 25},
      {"respond-async, wait=25", 25},
      {"return=minimal;foo=\"a\", wait=25; x=y", 25},
      {"wait=10, wait=20", 10},
      {"wait=60", 60},
      {"wait=61", 60},
      {"wait=99999999999999999999999999", 60},
      {"wait=000005", 5},
      {"wait=0", 0},
      {"wait", 0},
      {"wait=", 0},
      {"wait=-1", 0},
      {"wait=+5", 0},
      {"wait=2.5", 0},
      {"wait=0x10", 0},
      {"wait=5s", 0},
      {"wait=\"\"", 0},
      {"wait=\"5", 0},
      {"waits=5", 0},
      {"x=\"wait=5\"", 0},
      {"handling=lenient; wait=5", 0},
      {",,;=,=5", 0},
      {std::string("wait=5\0", 7), 0},
  };
  for (const auto& [prefer, seconds] : cases) {
    INFO(prefer);
    CHECK(seconds_to_wait(prefer).count() == seconds);
  }
}

}  // namespace prefer_test
