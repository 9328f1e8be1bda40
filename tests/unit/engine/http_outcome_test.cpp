#include "poll/http_outcome.h"

#include "unit/catch.h"

namespace http_outcome_test {

using namespace jobtree::engine;

TEST_CASE("What never passes ends the queries, and what may pass does not") {
  struct Row {
    std::int32_t status;
    const char* code;
    PollOutcome outcome;
  };
  const Row row = GENERATE(
      Row{400, "", PollOutcome::denied}, Row{401, "APIGW.0301", PollOutcome::denied},
      Row{403, "", PollOutcome::denied}, Row{408, "", PollOutcome::unreachable},
      Row{425, "", PollOutcome::unreachable}, Row{404, "", PollOutcome::not_found},
      Row{404, "VPC.0504", PollOutcome::not_found},
      Row{404, "jobtree.job_not_found", PollOutcome::not_found},
      Row{404, "jobtree.unknown_service", PollOutcome::no_place},
      Row{404, "APIGW.0101", PollOutcome::no_place}, Row{404, "APIG.0101", PollOutcome::no_place},
      Row{429, "", PollOutcome::throttled}, Row{500, "", PollOutcome::unreachable},
      Row{502, "jobtree.malformed", PollOutcome::not_a_job},
      Row{502, "jobtree.too_large", PollOutcome::not_a_job},
      Row{502, "jobtree.untrusted_certificate", PollOutcome::denied},
      Row{503, "jobtree.no_key", PollOutcome::unreachable}, Row{504, "", PollOutcome::timed_out},
      Row{504, "jobtree.unreachable", PollOutcome::unreachable});
  CAPTURE(row.status, row.code);
  CHECK(http_outcome(row.status, row.code) == row.outcome);
}

}  // namespace http_outcome_test
