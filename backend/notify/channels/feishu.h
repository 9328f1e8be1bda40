// Feishu's robot of a group, and Lark's, which has the same form under another host.
//
// Knows: the vendor's requests and responses
// (https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot). Must not know: how they are
// sent. Whatever came from the cloud stands in "plain_text", which has no markup: in "lark_md" a
// text could mention everyone.
#pragma once

#include "notify/channels/outgoing.h"

namespace jobtree::notify::feishu {

/// A card; signed where the channel has a secret. At most 20,000 bytes.
Result<Dispatches> make(const Outgoing& outgoing);

/// By the body, for a robot reports what went wrong with status 200 as well.
Verdict judge(const Response& response);

}  // namespace jobtree::notify::feishu
