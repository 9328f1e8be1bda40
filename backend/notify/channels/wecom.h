// WeCom's robot of a group.
//
// Knows: the vendor's requests and responses
// (https://developer.work.weixin.qq.com/document/path/91770). Must not know: how they are sent.
// There is no signature: the URL is the secret.
#pragma once

#include "notify/channels/outgoing.h"

namespace jobtree::notify::wecom {

/// Markdown of at most 4,096 bytes. It can mention persons; everyone, and telephone numbers, are
/// mentioned by a second message, of text.
Result<Dispatches> make(const Outgoing& outgoing);

Verdict judge(const Response& response);

}  // namespace jobtree::notify::wecom
