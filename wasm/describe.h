// What one job says for itself, in words: the page's rows and the command line show the same.
//
// Knows: which of a job's fields make a name, an error, a progress. Must not know: where the words
// are put. Texts of the cloud come out as they were sent; who shows them makes them safe.
#pragma once

#include <cstdint>
#include <string>

#include "job.h"
#include "text.h"

namespace jobtree::engine {

/// Its type, else its id; of the made-up root of a list, how many jobs there are.
std::string name_of(const JobTree& tree, std::uint32_t number, bool is_list, Language language);

/// The word of its class; a status we do not know, as sent.
std::string status_text(const JobTree& tree, const Job& job, Language language);

/// Code and reason, either of which may be missing.
std::string error_of(const JobTree& tree, const Job& job);

/// How long it took, or has taken until `now` (milliseconds since 1970); "" when not known.
std::string duration_of(const Job& job, double now, Language language);

/// "12 of 20 done", or "40%" of an unfinished job that says so; "" when there is nothing to say.
std::string progress_of(const Job& job, Language language);

/// A few facts on one line, and of them the ids last: an address or a name says more at a glance,
/// and the end of the line may be cut.
std::string facts_line(const JobTree& tree, const Job& job);

/// Whether a job that ended well holds one that failed.
bool hides_failure(const Job& job);

}  // namespace jobtree::engine
