// Mail, as the message that a server of SMTP is given.
//
// Knows: the form of messages (RFC 5322), encoded words (RFC 2047), parts in base64 (RFC 2045), and
// replies of SMTP (RFC 5321). Must not know: how a server is talked to. Header fields are made of
// judged addresses, our own words and encoded ones: nothing from outside can end a line.
#pragma once

#include <string_view>

#include "notify/channels/outgoing.h"

namespace jobtree::notify::mail {

/// name@domain, in ASCII, as it can stand between "<" and ">" of a header and of SMTP. No quoted
/// names, no comments: what we need not send.
bool is_address(std::string_view text);

/// One for each recipient. Its Message-ID is the same at each attempt. Fails on an address that is
/// none.
Result<Dispatches> make(const Outgoing& outgoing);

/// 4xx: later; 5xx: never.
Verdict judge(const Response& response);

}  // namespace jobtree::notify::mail
