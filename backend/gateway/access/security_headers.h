// What every response tells browsers so that they are strict with it.
//
// Knows: content security policies and their like. Must not know: routes, who asks.
#pragma once

#include <httplib.h>

#include <string>
#include <string_view>

namespace jobtree::gateway {

/// Adds to a response what keeps a browser strict. Headers that are already there stay.
void add_security_headers(httplib::Response& response);

/// Lets pages of these origins ("https://a.example https://b.example"), and our own, show this page
/// in a frame.
void allow_framing(std::string_view origins, httplib::Response& response);

/// The same for responses that are data and are worded once: header lines with their CRLF. The
/// policy stands apart, for a 304 would put it in the place of what the browser has kept.
std::string security_header_lines();
std::string data_policy_line();

}  // namespace jobtree::gateway
