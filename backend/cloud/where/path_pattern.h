// The path under which a service shows a job, with places for ids: matched against a request's
// path, and filled in for one job.
//
// Knows: the language of the catalogue's paths, "/v1/{project_id}/jobs/{job_id}" or
// "/v2/{project_id}/instances/{instance_id}/tasks/{task_id}" or
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
  std::string_view owner;             ///< "" where the pattern has no place for it
  std::vector<std::string_view> ids;  ///< the job's, and before it those of what it belongs to
};

/// Taken apart once, when it is made.
class PathPattern {
 public:
  PathPattern() = default;
  /// {project_id} and {domain_id} are the owner's place; whatever else stands in braces is one of
  /// the job's ids, of which the last is its own.
  explicit PathPattern(std::string_view pattern);

  /// "instance_id", "task_id"
  const std::vector<std::string>& id_names() const { return id_names_; }
  bool has_owner() const { return has_owner_; }

  /// Nothing when path or query have another shape. Where the pattern has no query, one that comes
  /// nevertheless does not count; where it has one, no other parameter may stand beside it.
  std::optional<PathIds> match(std::string_view path, std::string_view query) const;

  /// With the ids in it, which the caller has judged; "/" stands between those of the job.
  Target fill(std::string_view owner_id, std::string_view job_ids) const;

 private:
  /// A text as it stands, and the id after it.
  struct Piece {
    enum class Id { none, owner, job };
    std::string literal;
    Id id = Id::none;
  };
  using Pieces = std::vector<Piece>;

  Pieces take_apart(std::string_view pattern);
  static bool match(const Pieces& pieces, std::string_view text, char separator, PathIds& ids);

  Pieces path_;
  Pieces query_;
  std::vector<std::string> id_names_;
  bool has_owner_ = false;
};

}  // namespace jobtree::cloud
