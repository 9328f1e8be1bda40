// Why sub-jobs failed, in our words: what stands beside the cloud's own text of an error.
//
// Knows: jobs, explanations, how often each applies. Must not know: terminals, when it is shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/job/job_lines.h"
#include "explain/explanation.h"

namespace jobtree::commands {

/// What is known of the error of this job, by its code and by what the cloud says of it. Nothing
/// when it has none, and when only the number of its code is understood: that is too vague beside
/// the cloud's text.
std::optional<explain::Explanation> explanation_of(const engine::JobTree& tree,
                                                   std::uint32_t number);

/// The same of a query that failed, by its code and the one in its details.
std::optional<explain::Explanation> explanation_of(std::string_view code, std::string_view inner);

/// A group of failures, as the engine groups them.
struct Reason {
  std::string label;  ///< "Ecs.0319 × 3"; safe to show
  std::string text;   ///< the cloud's own, where it says more than the explanation; safe to show
  std::optional<explain::Explanation> explanation;
};
/// Those of the jobs that failed themselves, the most frequent first; a few at most. None when
/// there is nothing to say that the failed jobs' own lines do not say.
std::vector<Reason> reasons_of(const engine::JobTree& tree);

/// A meaning or a remedy in that language.
std::string_view in(const explain::Words& words, engine::Language language);

/// "Ecs.0319 × 3  There is not enough capacity … Choose another flavor …"
std::string reason_sentence(const Reason& reason, engine::Language language);

/// For below the tree: a heading, then for each reason a line each for the cloud's text, the
/// meaning and the remedy, as far as they are known. No lines when there are no reasons.
std::vector<std::string> reason_lines(const Picture& picture, bool colour);

}  // namespace jobtree::commands
