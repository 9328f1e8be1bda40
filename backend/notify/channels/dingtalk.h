// DingTalk's robot of a group.
//
// Knows: the vendor's requests and responses
// (https://open.dingtalk.com/document/orgapp/custom-robot-access). Must not know: how they are
// sent.
#pragma once

#include "notify/channels/outgoing.h"

namespace jobtree::notify::dingtalk {

/// Markdown of at most 20,000 bytes with the request around it; signed in the URL where the channel
/// has a secret. Who is mentioned stands twice, in the text too: else nobody is.
Result<Dispatches> make(const Outgoing& outgoing);

/// By the code: its text may change, says the vendor. Too many messages shut the robot for ten
/// minutes.
Verdict judge(const Response& response);

}  // namespace jobtree::notify::dingtalk
