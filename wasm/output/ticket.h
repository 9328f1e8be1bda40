// A job that failed as Markdown, to be pasted into a ticket or a chat: what it is, when it ran, why
// it failed, in either language.
//
// Knows: wording, Markdown. Must not know: where error codes are explained, which zone the reader
// is in: it is told both. What came from the cloud stands in code spans, in which nothing is
// markup, and nobody is mentioned.
#pragma once

#include <string_view>

#include "base/array.h"
#include "i18n/format.h"
#include "model/job.h"

namespace jobtree::engine {

struct Explained {
  std::string_view meaning;
  std::string_view remedy;
};

struct TicketInput {
  const JobTree& tree;  ///< not empty
  Language language = Language::en;
  double now = 0;              ///< until when a running job has run, milliseconds since 1970
  std::string_view service{};  ///< where the job is; what is empty is left out
  std::string_view region{};
  std::string_view project{};
  std::string_view job_id{};
  std::string_view link{};        ///< to the job's page
  std::string_view request_id{};  ///< of the query that brought the tree
  std::string_view group{};       ///< the name of the one group that is told of; empty for all
  int zone_minutes = 0;           ///< how far local time is ahead of UTC
  /// Of the groups by code and reason, in their order; may be fewer.
  const Array<Explained>& explained;
};

/// Ends with a line break.
void put_ticket(String& out, const TicketInput& input);

}  // namespace jobtree::engine
