// Why sub-jobs failed, in our words.
#include "commands/job/job_reasons.h"

#include <string>
#include <vector>

#include "unit/catch.h"
#include "unit/jobs.h"

namespace job_reasons_test {

using namespace jobtree::commands;
using jobtree::engine::JobTree;
using jobtree::engine::Language;
using jobtree::testing::Part;
using jobtree::testing::tree_of;

namespace {

Part failed(const std::string& id, const std::string& code, const std::string& reason = "",
            const std::string& facts = "") {
  return {
      .id = id, .type = "create", .status = "FAIL", .code = code, .reason = reason, .facts = facts};
}

JobTree batch_of(std::vector<Part> parts) {
  return tree_of({.id = "root",
                  .type = "createBatch",
                  .status = "FAIL",
                  .code = "Ecs.0204",
                  .reason = "Ecs.0403",
                  .parts = std::move(parts)});
}

std::vector<std::string> labels(const JobTree& tree) {
  std::vector<std::string> all;
  for (const Reason& reason : reasons_of(tree))
    all.push_back(reason.label);
  return all;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("Reasons are told once each, the most frequent first, with how often") {
  const JobTree tree =
      batch_of({failed("a", "VPC.0532", "one"), failed("b", "EVS.2024"),
                failed("c", "EVS.2024", "disk 1"), failed("d", "EVS.2024", "disk 2")});
  CHECK(labels(tree) == Lines{"EVS.2024 × 2", "VPC.0532", "EVS.2024"});
  CHECK(reasons_of(tree)[0].text == "disk 1");
  CHECK(reasons_of(tree)[1].text.empty());
}

TEST_CASE("What failed for a part of it explains nothing of its own") {
  const JobTree tree = batch_of({failed("a", "EVS.2024")});
  CHECK(labels(tree) == Lines{"EVS.2024"});
}

TEST_CASE("The cause is found in the text of an error, and in any member of a failed part") {
  CHECK(labels(batch_of({failed("a", "Ecs.0204", "CreateServerTask-fail:Ecs.0319")})) ==
        Lines{"Ecs.0204 (Ecs.0319)"});
  const std::string nested =
      R"("errorcode_message":"{\"forbidden\":{\"code\":403,\"message\":\"Quota exceeded for cores\"}}")";
  const JobTree tree = batch_of({failed("a", "Ecs.0204", "Task-fail: no reason", nested)});
  CHECK(labels(tree) == Lines{"Ecs.0204"});
  CHECK(reasons_of(tree)[0].explanation->meaning.en == "A quota is used up.");
  CHECK(labels(batch_of({failed("a", "", "it was Ecs.0319")})) == Lines{"Ecs.0319"});
}

TEST_CASE("What is not known, or only by its number, is left to the cloud's own text") {
  CHECK(reasons_of(batch_of({failed("a", "XYZ.0001", "no reason")})).empty());
  CHECK(reasons_of(batch_of({failed("a", "VPC.0299", "no reason")})).empty());
  CHECK(reason_lines({batch_of({failed("a", "XYZ.0001")})}, false).empty());
}

TEST_CASE("Of what is not known and came more than once the cloud's own text is told") {
  const JobTree tree =
      batch_of({failed("a", "XYZ.0001", "no reason"), failed("b", "XYZ.0001", "no reason")});
  CHECK(reason_lines({tree}, false) == Lines{"Why it failed", "  XYZ.0001 × 2  no reason"});
  CHECK(reason_sentence(reasons_of(tree)[0], Language::en) == "XYZ.0001 × 2  no reason");
}

TEST_CASE("A few reasons are told, not all of many") {
  std::vector<Part> parts;
  for (const char* code : {"VPC.0532", "EVS.2024", "Ecs.0319", "Ecs.0067", "VPC.0521", "Ecs.0001"})
    parts.push_back(failed(code, code));
  const JobTree batch = batch_of(std::move(parts));
  CHECK(labels(batch).size() == 5);
}

TEST_CASE("Below the tree each reason has a line for the meaning and one for the remedy") {
  const JobTree tree =
      batch_of({failed("a", "EVS.2024"), failed("b", "EVS.2024"), failed("c", "VPC.0532")});
  CHECK(reason_lines({tree}, false) ==
        Lines{"Why it failed", "  EVS.2024 × 2  The new disk ended in error status.",
              "                Delete the faulty disk, then create it again.",
              "  VPC.0532      The public IP pool has no free addresses.",
              "                Retry later, or choose another EIP type or region."});
  const Lines chinese = reason_lines({tree, 0, Language::zh}, false);
  CHECK(chinese[0] == "失败原因");
  CHECK(chinese[4] == "                稍后重试，或更换线路类型、区域。");
}

TEST_CASE("A label holds nothing a terminal would obey") {
  for (const std::string& label :
       labels(batch_of({failed("a", "\\u001b[2J", "it was Ecs.0319")}))) {
    CHECK(label.find('\x1b') == std::string::npos);
  }
}

}  // namespace job_reasons_test
