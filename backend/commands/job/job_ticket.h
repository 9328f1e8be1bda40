// A job as Markdown for a ticket: the engine's words, and what is known of its error codes.
//
// Knows: jobs, explanations. Must not know: terminals, when it is shown.
#pragma once

#include <string>

#include "commands/job/job_watch.h"
#include "i18n/format.h"

namespace jobtree::commands {

/// Where the job is; what is empty or "-" is left out.
struct TicketPlace {
  std::string service{};
  std::string region{};
  std::string project{};
  std::string job_id{};
};

/// Times are in UTC. Safe to show; ends with a line break.
std::string ticket_of(const Snapshot& snapshot, const TicketPlace& place, double now,
                      engine::Language language);

}  // namespace jobtree::commands
