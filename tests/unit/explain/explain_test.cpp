// Which of several sources says most of a failure.
#include "explain/explain.h"

#include <string>

#include "explain/explanation_json.h"
#include "unit/catch.h"

namespace explain_test {

using namespace jobtree::explain;

namespace {

/// What was found: a code, else what it was found by.
std::string found_for(std::string_view code, std::string_view text) {
  const auto found = explain_failure(code, text);
  if (!found) return "nothing";
  switch (found->basis) {
    case Basis::code:
      return std::string(found->code);
    case Basis::text:
      return "text: " + std::string(found->meaning.en);
    case Basis::range:
      return "range: " + std::string(found->meaning.en);
  }
  return "";
}

}  // namespace

TEST_CASE("A code is explained by its entry, else by its number") {
  REQUIRE(explain_code("vpc.0532"));
  CHECK(explain_code("vpc.0532")->code == "VPC.0532");
  REQUIRE(explain_code("VPC.0299"));
  CHECK(explain_code("VPC.0299")->basis == Basis::range);
  CHECK_FALSE(explain_code("XYZ.0299"));
}

TEST_CASE("A failure is explained by its code") {
  CHECK(found_for("EVS.2024", "SdrsGenerateNativeServerParamsTask-fail:volume is error!") ==
        "EVS.2024");
  CHECK(found_for("CreateELBTask-fail:ELB.8950", "") == "ELB.8950");
  CHECK(found_for("", "") == "nothing");
  CHECK(found_for("403", "Forbidden") == "nothing");
}

TEST_CASE("A code inside the text is better than the one that wraps it") {
  CHECK(found_for("Ecs.0204", "CreateServerTask-fail:Ecs.0319") == "Ecs.0319");
  CHECK(found_for("Ecs.0005", R"({"details":[{"code":"Ecs.0057"}]})") == "Ecs.0057");
  CHECK(found_for("Ecs.0319", "rolled back after Ecs.0204") == "Ecs.0319");
  CHECK(found_for("", "Ecs.0319") == "Ecs.0319");
}

TEST_CASE("What a text says is better than a wrapper, and a wrapper better than nothing") {
  CHECK(found_for("Ecs.0204",
                  R"({\"forbidden\":{\"code\":403,\"message\":\"Quota exceeded for cores\"}})") ==
        "text: A quota is used up.");
  CHECK(found_for("CreateELBTask-fail:DWS.0114", "The network has no free address left.") ==
        "text: The subnet has too few free IPs.");
  CHECK(found_for("Ecs.0204", "CreateServerTask-fail: no reason") == "Ecs.0204");
  CHECK(found_for("", "No valid host was found") ==
        "text: No host has enough capacity for the server.");
}

TEST_CASE("The number is the last resort") {
  CHECK(found_for("VPC.0299", "no reason") == "range: The subnet operation failed.");
  CHECK(found_for("VPC.0299", "SubnetInUse") == "text: The resource is still used by another one.");
}

TEST_CASE("As JSON an explanation says whether the code itself is known") {
  CHECK(
      json_of(*explain_code("vpc.0532"), "vpc.0532").dump() ==
      R"({"code":"VPC.0532","known":true,)"
      R"("meaning":{"en":"The public IP pool has no free addresses.","zh":"公网 IP 地址池已用完。"},)"
      R"("remedy":{"en":"Retry later, or choose another EIP type or region.",)"
      R"("zh":"稍后重试，或更换线路类型、区域。"}})");
  CHECK(json_of(*explain_code("VPC.0299"), " VPC.0299 ")
            .dump()
            .starts_with(R"({"code":"VPC.0299","known":false,)"));
}

}  // namespace explain_test
