// Requests of HTTP to servers that somebody named.
//
// Knows: which addresses may be connected to, how a reply of the transport reads. Must not know:
// what is sent, what a response means.
#pragma once

#include "notify/sending/sender.h"

namespace jobtree::notify {

Result<std::unique_ptr<Sender>> make_http_sender(const Channel& channel);

}  // namespace jobtree::notify
