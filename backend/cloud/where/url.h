// A URL taken apart, strictly: what we would not send is refused, not repaired.
//
// Knows: the parts of a URL. Must not know: which URLs may be used, what is sent to them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jobtree::cloud {

struct Url {
  std::string scheme;  ///< "https" or "http"
  std::string host;    ///< as a Host header has it: with the port, unless it is the scheme's own
  std::string path;    ///< as written, "" or beginning with "/"
  std::string query;   ///< as written, without "?"
};

/// Where a server is: what its URLs begin with. A request needs the host by itself, for it is
/// signed.
struct Origin {
  std::string scheme;
  std::string host;  ///< as of a Url

  /// "https://vpc.cn-north-4.myhuaweicloud.com"
  std::string text() const { return scheme + "://" + host; }
  bool operator==(const Origin&) const = default;
};

/// Where the same service is to be had, the first to be used before the others. Never empty.
using Origins = std::vector<Origin>;

/// "https://a.example,https://b.example"
std::string joined(const Origins& origins);

/// What an operator writes for an endpoint: a URL, or up to eight with commas between them. Without
/// a scheme it is https. A URL is https, or http to a loopback address; it has no path, no query
/// and no user.
Result<Origins> parse_origins(std::string_view text);

/// Takes absolute http and https URLs of at most 16 KiB. No user, no fragment, no blanks in the
/// host.
Result<Url> parse_url(std::string_view text);

/// Whether the host is 127.0.0.1, [::1] or localhost, whatever the port.
bool is_loopback(const Url& url);
/// Whether the host is an address of 169.254.0.0/16 (RFC 3927), whatever the port.
bool is_link_local(const Url& url);

}  // namespace jobtree::cloud
