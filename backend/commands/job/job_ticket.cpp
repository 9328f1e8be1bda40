#include "commands/job/job_ticket.h"

#include <algorithm>
#include <string_view>

#include "commands/job/engine_text.h"
#include "commands/job/job_reasons.h"
#include "commands/job/terminal_text.h"
#include "model/error_groups.h"
#include "output/ticket.h"

namespace jobtree::commands {

std::string ticket_of(const Snapshot& snapshot, const TicketPlace& place, double now,
                      engine::Language language) {
  engine::Array<engine::Explained> explained;
  for (const engine::ErrorGroup& group :
       error_groups(snapshot.tree, engine::ErrorsBy::code_and_reason)) {
    const auto found = explanation_of(snapshot.tree, group.job);
    explained.push_back(
        found ? engine::Explained{in(found->meaning, language), in(found->remedy, language)}
              : engine::Explained{});
  }
  const engine::TicketInput input{.tree = snapshot.tree,
                                  .language = language,
                                  .now = now,
                                  .service = place.service,
                                  .region = place.region,
                                  .project = place.project,
                                  .job_id = place.job_id,
                                  .request_id = snapshot.request_id,
                                  .explained = explained};
  const std::string ticket = text_of(engine::put_ticket, input);
  std::string safe;
  for (std::size_t at = 0; at < ticket.size();) {
    const std::size_t end = std::min(ticket.find('\n', at), ticket.size());
    safe += safe_text(std::string_view(ticket).substr(at, end - at)) + "\n";
    at = end + 1;
  }
  return safe;
}

}  // namespace jobtree::commands
