// From which pages one may ask: our own, and those of origins that the operator named (CORS).
//
// Knows: Origin, Sec-Fetch-Site, the headers by which browsers let a page read a response. Must not
// know: routes, tokens. Pure: no sockets.
#pragma once

#include <httplib.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jobtree::gateway {

class OriginPolicy {
 public:
  /// `allow_origins`: the pages elsewhere that may ask, "https://portal.example.com[:port]". Fails
  /// on what cannot be an Origin that one can trust: "*" and "null" are everybody.
  static Result<OriginPolicy> make(const std::vector<std::string>& allow_origins);

  /// Whether the Origin header names a page elsewhere that may ask. Byte for byte.
  bool allows(std::string_view origin) const { return lines_.contains(origin); }

  /// What lets a page of this origin read a response, if it may: header lines, each with its CRLF.
  /// They belong to errors too, or the page could not tell them from a dead server.
  std::string_view header_lines(std::string_view origin) const;
  /// The same as headers of a response. What is for every page already stays so.
  void add_headers(std::string_view origin, httplib::Response& response) const;

  /// "https://a.example https://b.example:8443", for a list in a policy; "" for none.
  std::string names() const;

 private:
  std::map<std::string, std::string, std::less<>> lines_;  ///< of each origin that may ask
};

/// Whether a request comes from a page of this server or from no page at all. Browsers tell where
/// it comes from in Origin, and in Sec-Fetch-Site where they leave Origin out.
bool is_same_origin(std::string_view host, std::string_view origin, std::string_view fetch_site);

/// Fills the response to a browser that asks whether a page of an allowed origin may ask (a
/// preflight).
void answer_preflight(httplib::Response& response);

}  // namespace jobtree::gateway
