#include "poll/http_outcome.h"

#include "base/flat_table.h"

namespace jobtree::engine {
namespace {

/// Codes that say more than the status they come with.
struct Code : Entry<1, 1> {
  constexpr Code(std::string_view code, PollOutcome outcome)
      : Entry{{static_cast<std::uint8_t>(outcome)}, {code}} {}
};

constexpr Code kOutcomes[] = {
    {"jobtree.malformed", PollOutcome::not_a_job},
    {"jobtree.too_large", PollOutcome::not_a_job},
    {"jobtree.untrusted_certificate", PollOutcome::denied},
    // A 404 for want of a job is worth another try; these are for want of anything of the kind. The
    // older gateways spell theirs APIG.
    {"jobtree.not_found", PollOutcome::no_place},
    {"jobtree.unknown_region", PollOutcome::no_place},
    {"jobtree.unknown_service", PollOutcome::no_place},
    {"jobtree.unknown_path", PollOutcome::no_place},
    {"APIGW.0101", PollOutcome::no_place},
    {"APIG.0101", PollOutcome::no_place},
};

constexpr auto kFlatOutcomes = flat<flat_size(kOutcomes)>(kOutcomes);

}  // namespace

PollOutcome http_outcome(std::int32_t status, std::string_view code) {
  const char* const end = kFlatOutcomes.data() + kFlatOutcomes.size();
  for (const char* at = kFlatOutcomes.data(); at != end; at = behind(at + 1)) {
    const auto outcome = static_cast<PollOutcome>(*at);
    const bool is_of_status = outcome != PollOutcome::no_place || status == 404;
    if (is_of_status && is_word(at + 1, code)) return outcome;
  }
  if (status == 404) return PollOutcome::not_found;
  if (status == 429) return PollOutcome::throttled;
  // Of a proxy, as whoever else tells a code.
  if (status == 504 && code.empty()) return PollOutcome::timed_out;
  const bool is_late = status == 408 || status == 425;
  return status >= 400 && status < 500 && !is_late ? PollOutcome::denied : PollOutcome::unreachable;
}

}  // namespace jobtree::engine
