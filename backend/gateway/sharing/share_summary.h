// What a link shows, in few words and in both languages: for badges, feeds and link previews.
//
// Pure. Knows: jobs and groups of them as they are remembered, status words. Must not know: HTTP,
// how the words are laid out, where they are read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bilingual.h"
#include "gateway/http_fields.h"
#include "store/shares/shares.h"

namespace jobtree::gateway {

enum class Tone { good, bad, running, neutral };

struct ShareSummary {
  Bilingual name{};     ///< the label, or what the job is called
  Bilingual message{};  ///< "failed 17/20"
  Tone tone = Tone::neutral;
  std::optional<store::Time> as_of{};  ///< when that was seen
  bool is_trouble = false;             ///< there is nothing to show
};

const std::string& in(Language language, const Bilingual& text);

/// Of a shared job; nothing is remembered of it where there is no record.
ShareSummary summary_of(const store::Share& share, const std::optional<store::JobRecord>& job);
/// Of a shared board, by how many of its jobs are in which state.
ShareSummary summary_of(const store::Share& share, const std::vector<store::JobGroup>& groups);
/// Where there is nothing to show.
ShareSummary no_summary(Bilingual message);

/// "Create EIPs", "createPublicip", or the id of a job of which no more is known.
Bilingual name_of(const store::JobRecord& job);
/// "failed", or that nobody knows how it ended.
Bilingual status_of(const store::JobRecord& job);
/// "failed 17/20": with how many of its parts succeeded.
Bilingual message_of(const store::JobRecord& job);
/// Whether it changes no more, as far as anybody can know.
bool is_settled(const store::JobRecord& job);

}  // namespace jobtree::gateway
