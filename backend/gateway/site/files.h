// The files of the page: types, versions, the smallest coding a browser takes.
//
// Knows: assets.h, a folder in their place. Must not know: routes, the cloud, who asks.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/http_fields.h"
#include "gateway/routing/route_response.h"
#include "gateway/site/assets.h"

namespace jobtree::gateway {

/// What a browser says of the file it wants, as its headers have it.
struct FileQuery {
  std::string_view if_none_match;
  std::string_view accept_encoding;
};

/// Thread-safe: nothing changes after make().
class Files {
 public:
  /// Files of the folder `root` go before assets of the same name and are read anew each time, for
  /// work on the page; "" for none. Fails when it is no folder.
  static Result<Files> make(std::span<const Asset> assets, const std::string& root);

  /// Whether it reads from a folder, which may block.
  bool reads_folder() const { return !root_.empty(); }

  /// Of each built-in file that portals load, by name, the hash for an integrity attribute
  /// (Subresource Integrity): "sha384-…".
  std::map<std::string, std::string> integrity() const;

  /// The file of this name as it is, for who makes another of it; nothing when there is none.
  std::optional<std::string> text(std::string_view name) const;

  /// The file of this name, "job-tree.js", or 304; nothing when there is none.
  std::optional<RouteResponse> get(std::string_view name, const FileQuery& query = {}) const;

 private:
  struct Variant {
    Coding coding;
    std::shared_ptr<const std::string> bytes;
  };
  struct File {
    std::vector<Variant> variants;  ///< smallest first
    std::string etag;               ///< of the plain bytes
    std::string integrity;          ///< of the plain bytes; "" for what no portal loads
  };

  std::optional<std::string> read(std::string_view name) const;
  bool is_for_portals(std::string_view name) const;
  RouteResponse respond(std::string_view name, const Variant& variant, const std::string& etag,
                        const FileQuery& query) const;

  std::map<std::string, File, std::less<>> files_;
  std::string root_;
};

}  // namespace jobtree::gateway
