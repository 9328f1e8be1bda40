// The files of the page, ready to send: types, ETags, the best encoding a browser takes.
//
// Knows: assets.h, a folder in their place. Must not know: routes, the cloud.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/http_fields.h"
#include "gateway/http_server.h"
#include "gateway/site/assets.h"

namespace jobtree::gateway {

/// Whether an If-None-Match header names `etag`, or any.
bool matches(std::string_view if_none_match, std::string_view etag);

class Files {
 public:
  /// `assets` must outlive it. Files of the folder `root` go before assets of the same name and are
  /// read anew each time, for work on the page; "" for none. Fails when it is no folder.
  static Result<Files> make(std::span<const Asset> assets, const std::string& root);

  /// Of each file that portals load, by name, the hash for an integrity attribute (Subresource
  /// Integrity): "sha384-…". Only files that are there.
  std::map<std::string, std::string> integrity() const;

  /// The file of this name, "job-tree.js", or 304; nothing when there is none.
  std::optional<Response> get(std::string_view name, const Request& request) const;

 private:
  struct Variant {
    std::string_view encoding;  ///< "" for the plain bytes
    std::string_view bytes;
    std::string etag;
  };
  struct File {
    std::vector<Variant> variants;  ///< smallest first
    std::string integrity;          ///< of the plain bytes; "" for what no portal loads
  };

  std::optional<std::string> read(std::string_view name) const;

  std::map<std::string, File, std::less<>> files_;
  std::string root_;
};

}  // namespace jobtree::gateway
