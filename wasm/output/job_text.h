// What one job says for itself, in words: the page's rows and the command line show the same.
//
// Knows: which of a job's fields make a name, an error, a progress. Must not know: where the words
// are shown. Texts of the cloud come out as they were sent; who shows them makes them safe.
#pragma once

#include <cstdint>

#include "base/array.h"
#include "i18n/messages.h"
#include "model/error_groups.h"
#include "model/job.h"

namespace jobtree::engine {

/// One job, and how it is described.
struct Subject {
  const JobTree& tree;
  std::uint32_t number;  ///< of the job in the tree
  Language language = Language::en;
  double now = 0;              ///< until when a running job has run, milliseconds since 1970
  bool is_on_the_way = false;  ///< it is shown for a match below

  const Job& job() const { return tree.jobs[number]; }
};

// Each puts its words behind what is there, or nothing when there is nothing to say.

/// Its type by name, else as sent, else its id; of the made-up root of a list, how many jobs there
/// are.
void put_name(String& out, const Subject& subject);

/// The same with every type as sent, for a terminal, where people search and copy.
void put_sent_name(String& out, const Subject& subject);

void put_id(String& out, const Subject& subject);
void put_type(String& out, const Subject& subject);

/// The word of its class; a status we do not know, as sent.
void put_status(String& out, const Subject& subject);
void put_status_sent(String& out, const Subject& subject);

/// Code and reason, either of which may be missing.
void put_error(String& out, const Subject& subject);
void put_error_code(String& out, const Subject& subject);
void put_error_text(String& out, const Subject& subject);

/// How long it took, or has taken until `now`, in milliseconds; NaN when that is not known.
double elapsed(const Subject& subject);
/// The same in words.
void put_time_taken(String& out, const Subject& subject);

/// "12 of 20 done", or "40%" of an unfinished job that says so.
void put_progress(String& out, const Subject& subject);

/// Whether a fact of this name is the id of something.
bool is_id(std::string_view fact_name);

/// A few facts on one line: names and addresses first, ids last, for the end of the line may be
/// cut. Names, addresses and ids say by themselves what they are; the list of all facts labels
/// them.
void put_facts_line(String& out, const Subject& subject);

/// All of them, each on a line of its own.
void put_facts_list(String& out, const Subject& subject);

/// What a row shows, for those who listen: "attachVolume, failed, 2m 3s, 4 of 9 done, web · s1,
/// Ecs.0319: no capacity, likely root failure". Of what went well nobody wants to hear the ids.
void put_label(String& out, const Subject& subject);

/// What failed how often, when there is more than one error: "VPC.0602 × 25, VPC.0503 × 11".
void put_failures(String& out, const JobTree& tree, const Array<ErrorGroup>& groups,
                  Language language);

/// Whether a job that ended well holds one that failed.
bool hides_failure(const Job& job);

}  // namespace jobtree::engine
