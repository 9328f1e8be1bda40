// A webhook of anybody: an event of CloudEvents 1.0 in its structured form, signed as Standard
// Webhooks 1.0.0 has it.
//
// Knows: both specifications (https://github.com/cloudevents/spec,
// https://github.com/standard-webhooks/standard-webhooks). Must not know: how it is sent.
#pragma once

#include "notify/channels/outgoing.h"

namespace jobtree::notify::webhook {

/// At most 20,000 bytes; of a longer one the causes are cut. Id and body are the same at each
/// attempt, time and signatures are those of the attempt. Fails on a secret that is not "whsec_"
/// and the base64 of 24 to 64 bytes.
Result<Dispatches> make(const Outgoing& outgoing);

/// Any 2xx is a delivery; 410 is the end of the channel.
Verdict judge(const Response& response);

}  // namespace jobtree::notify::webhook
