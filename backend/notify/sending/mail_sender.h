// Mail to the server of a channel, by SMTP (RFC 5321).
//
// Knows: libcurl's SMTP, TLS, which addresses may be connected to. Must not know: what a mail says,
// what a reply means.
#pragma once

#include "notify/sending/sender.h"

namespace jobtree::notify {

/// Always encrypted: smtps, or smtp with STARTTLS (RFC 8314), without which nothing is sent.
Result<std::unique_ptr<Sender>> make_mail_sender(const Channel& channel,
                                                 const ChannelSecrets& secrets);

}  // namespace jobtree::notify
