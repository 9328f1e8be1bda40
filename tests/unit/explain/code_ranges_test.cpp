// What the number of a code says that is in no table.
#include "explain/code_ranges.h"

#include <string>

#include "unit/catch.h"
#include "unit/explain/meaning_of.h"

namespace code_ranges_test {

using namespace jobtree::explain;

namespace {

std::string meaning(std::string_view code) {
  return meaning_of(explain_by_range(code), Basis::range);
}

}  // namespace

TEST_CASE("A number with an HTTP status in it is explained by that") {
  const std::string invalid = "The request or one of its parameters is invalid.";
  CHECK(meaning("CCE.01400999") == invalid);
  CHECK(meaning("DMS.00400999") == invalid);
  CHECK(meaning("EVS.5400") == invalid);
  CHECK(meaning("SVCSTG.CCE-ADDONMGR.4000999") == invalid);
  CHECK(meaning("E.CFE.4000999") == invalid);
  CHECK(meaning("111400999") == invalid);
  CHECK(meaning("CCE.01401999") == "The request could not be authenticated.");
  CHECK(meaning("cce.01403999") == "A permission is missing, or a quota is used up.");
  CHECK(meaning("111404999") == "The resource does not exist.");
  CHECK(meaning("CCE.02409999") ==
        "The request conflicts with the resource's state or with another operation.");
  CHECK(meaning("DMS.00429999") == "The limit of requests is reached.");
  CHECK(meaning("EVS.5503") == "The service had an internal error.");
}

TEST_CASE("Else the first digits say what the code is about") {
  CHECK(meaning("VPC.0299") == "The subnet operation failed.");
  CHECK(meaning(" ecs.0899 ") == "Resizing the ECS failed.");
  CHECK(meaning("EVS.2999") == "The EVS job failed.");
  CHECK(meaning("SDRS.1699") == "The replication pair operation failed.");
  CHECK(meaning("BMS.3999") == "Creating the BMS failed.");
}

TEST_CASE("A number of another service, length or form says nothing") {
  for (const char* code : {"", "Ecs", "Ecs.", "Ecs.02", "Ecs.02999", "VPC.2999", "XYZ.0201",
                           "Ecs.\"0299", "SVCSTG.\x1b.4000999", "CCE.01302999", "CCE.0140099",
                           "11140099", "1114009999", "Some.0001"}) {
    CAPTURE(code);
    CHECK(meaning(code) == "none");
  }
}

}  // namespace code_ranges_test
