// Slack's incoming webhook.
//
// Knows: the vendor's requests and responses
// (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). Must not know: how
// they are sent. Whatever came from the cloud stands in "plain_text"; the one text that cannot be
// of that kind is escaped, or it could mention a whole channel.
#pragma once

#include "notify/channels/outgoing.h"

namespace jobtree::notify::slack {

/// Blocks of at most 12,000 bytes together: above about 13,200 characters Slack refuses them
/// (slackapi/bolt-js, issue 2509).
Result<Dispatches> make(const Outgoing& outgoing);

/// Delivered is what has the body "ok".
Verdict judge(const Response& response);

}  // namespace jobtree::notify::slack
