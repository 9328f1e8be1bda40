#include "simulator/script/account.h"

namespace jobtree::simulator {

Account demo_account() {
  return {.key = {"SIMULATEDKEY00000001", "simulated-secret-opens-nothing-real-0001"},
          .project_id = "5100000000000000000000000de30001",
          .domain_id = "d0a100000000000000000000de300001"};
}

}  // namespace jobtree::simulator
