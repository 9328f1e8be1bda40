// A feed: what became of jobs, for readers that come by now and then. Atom (RFC 4287) and JSON Feed
// 1.1.
//
// The invariant: an entry's id never changes, and there is one for each job and each way it
// settled.
//
// Pure. Knows: both formats, what an entry says. Must not know: HTTP, how jobs are found.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http_fields.h"
#include "gateway/sharing/share_summary.h"

namespace jobtree::gateway {

inline constexpr std::size_t kMostFeedEntries = 100;

struct FeedEntry {
  std::string id{};     ///< a tag: URI
  std::string title{};  ///< all of it as shown_text()
  std::string text{};
  store::Time at{};
};

struct Feed {
  std::string id{};
  std::string title{};
  std::string self{};  ///< its own address
  std::string page{};  ///< what people see
  Language language = Language::en;
  store::Time updated{};
  std::vector<FeedEntry> entries{};  ///< the newest first
};

/// The settled ones of these, the newest first.
std::vector<FeedEntry> settled_entries(const std::vector<store::JobRecord>& jobs,
                                       Language language);
/// That it started, and how it settled.
std::vector<FeedEntry> entries_of_job(const store::JobRecord& job, Language language);

/// Without its addresses. `share`: what it is a feed of.
Feed feed_of(const store::Share& share, std::vector<FeedEntry> entries, const ShareSummary& summary,
             Language language);

std::string atom_of(const Feed& feed);
std::string json_feed_of(const Feed& feed);

}  // namespace jobtree::gateway
