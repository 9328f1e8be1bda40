// The path under which a service shows a job, with places for two ids: matched against a request's
// path, and filled in for one.
//
// Knows: the language of the catalogue's paths, "/v1/{project_id}/jobs/{job_id}" or
// "/v3/{project_id}/jobs?id={job_id}". Must not know: services, which ids are good.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobtree::cloud {

/// What is sent to a service's host.
struct Target {
  std::string path;   ///< "/v1/0605…/jobs/ff80…"
  std::string query;  ///< without "?"; "" when there is none
};

/// The ids as they stand in a path, not judged yet. The views point into it.
struct PathIds {
  std::string_view owner;
  std::string_view job;
};

/// Taken apart once, when it is made.
class PathPattern {
 public:
  PathPattern() = default;
  /// {job_id} is the job's place; whatever else stands in braces is the owner's.
  explicit PathPattern(std::string_view pattern);

  /// Nothing when path or query have another shape. Where the pattern has no query, one that comes
  /// nevertheless does not count; where it has one, no other parameter may stand beside it.
  std::optional<PathIds> match(std::string_view path, std::string_view query) const;

  /// With both ids in it, which the caller has judged.
  Target fill(std::string_view owner_id, std::string_view job_id) const;

 private:
  /// A text as it stands, and the id after it.
  struct Piece {
    enum class Id { none, owner, job };
    std::string literal;
    Id id = Id::none;
  };
  using Pieces = std::vector<Piece>;

  static Pieces pieces_of(std::string_view pattern);
  static bool match(const Pieces& pieces, std::string_view text, char separator, PathIds& ids);
  static std::string fill(const Pieces& pieces, std::string_view owner_id, std::string_view job_id);

  Pieces path_;
  Pieces query_;
};

}  // namespace jobtree::cloud
