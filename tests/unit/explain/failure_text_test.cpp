// The cause of an error, where it stands in a text.
#include "explain/failure_text.h"

#include <string>

#include "unit/catch.h"
#include "unit/explain/meaning_of.h"

namespace failure_text_test {

using namespace jobtree::explain;

namespace {

std::string code_in(std::string_view text) {
  const auto found = find_code_in(text);
  return found ? std::string(found->code) : "none";
}

std::string cause_in(std::string_view text) {
  return meaning_of(find_cause_in(text), Basis::text);
}

}  // namespace

TEST_CASE("A code is found in a sentence, in any case") {
  CHECK(code_in("CreateServerTask-fail:Ecs.0319") == "Ecs.0319");
  CHECK(code_in("The job failed (ecs.0319), try another flavor.") == "Ecs.0319");
  CHECK(code_in("It failed with Ecs.0319.") == "Ecs.0319");
  CHECK(code_in("Task-Ecs.0319") == "Ecs.0319");
  CHECK(code_in("SVCSTG.CCE-ADDONMGR.4040204 not found") == "SVCSTG.CCE-ADDONMGR.4040204");
  CHECK(code_in("DCS 111400035") == "DCS.4035");
}

TEST_CASE("A code is found in JSON, however often that is escaped") {
  CHECK(code_in(R"({"code":"VPC.0532"})") == "VPC.0532");
  CHECK(code_in(R"({\"error\":{\"code\":\"VPC.0532\"}})") == "VPC.0532");
  CHECK(code_in(R"({\\\"code\\\":\\\"VPC.0532\\\"})") == "VPC.0532");
  CHECK(code_in(R"(first line\nVPC.0532)") == "VPC.0532");
}

TEST_CASE("Of several codes the innermost is taken, which comes last") {
  CHECK(code_in(R"({"error":{"code":"Ecs.0304","details":[{"code":"Ecs.1520"}]}})") == "Ecs.1520");
  CHECK(code_in("CCE.01400001: request invalid: CCE_CM.0410") == "CCE_CM.0410");
}

TEST_CASE("A code that only wraps another is taken when there is no other") {
  CHECK(code_in("Ecs.0319, therefore Ecs.0204") == "Ecs.0319");
  CHECK(code_in("Ecs.0005 of Ecs.0204") == "Ecs.0204");
}

TEST_CASE("What is no code of the table is passed over") {
  for (const char* text :
       {"", ".", "version v1.2024", "Ecs.9999", "10.0.0.1", "-", "\\", "Ecs.0319a1",
        "ff808082843684110184e155fdb36461", "2026-11-24T12:00:00.000Z"}) {
    CAPTURE(text);
    CHECK(code_in(text) == "none");
  }
  CHECK(code_in(std::string(1 << 20, 'a') + " Ecs.0319") == "none");  // bounded
}

TEST_CASE("A phrase of the services behind says the cause") {
  CHECK(
      cause_in(R"({\"forbidden\":{\"code\":403,\"message\":\"Quota exceeded for instances\"}})") ==
      "A quota is used up.");
  CHECK(cause_in("No valid host was found. There are not enough hosts available.") ==
        "No host has enough capacity for the server.");
  CHECK(cause_in("No more IP addresses available on network 1") ==
        "The subnet has too few free IPs.");
  CHECK(
      cause_in(R"({"NeutronError":{"message":"Router 1 still has ports","type":"RouterInUse"}})") ==
      "The resource is still used by another one.");
  CHECK(cause_in("EbsCreateVolumeTask-fail:volume is error!") == "The disk ended in error status.");
  CHECK(cause_in("It failed.") == "none");
}

}  // namespace failure_text_test
