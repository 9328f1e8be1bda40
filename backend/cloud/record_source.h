// The cloud's own records of jobs, a page at a time: the seam between this wing and who finds jobs.
//
// Knows: lists by their names in the catalogue, windows, places. Must not know: anything else of
// the wing, what a record looks like.
#pragma once

#include <cstddef>
#include <string>

#include "cloud/job_source.h"
#include "cloud/where/lists.h"

namespace jobtree::cloud {

/// Of a page, in bytes: a larger one is not read.
inline constexpr std::size_t kLargestPage = std::size_t{16} << 20;

/// Which page. The project is the key's own in the region: others cannot be listed.
struct RecordQuery {
  std::string region{};
  std::string list{};  ///< a name of the catalogue's lists
  ListWindow window{};
  ListPlace place{};

  /// By which one that was deferred is known when it comes again.
  std::string key() const;
};

/// Thread-safe.
class RecordSource {
 public:
  virtual ~RecordSource() = default;
  /// Queries the page. Blocks for the network and for nothing else; defers as JobSource::job()
  /// does. not_found where the catalogue has no such list or region, or the service no host there.
  virtual JobReply records(const RecordQuery& query) = 0;
};

/// All of a cloud.
class Source : public JobSource, public RecordSource {};

}  // namespace jobtree::cloud
