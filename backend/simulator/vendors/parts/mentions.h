// Whom a text with markup mentions, by the rules of each vendor.
//
// Knows: how mentions are written. Must not know: in which part of a message markup counts.
// Strict in one direction: what might call somebody is a mention, for a test is to see that a text
// of the cloud calls nobody.
#pragma once

#include <string_view>

#include "simulator/vendors/parts/shown.h"

namespace jobtree::simulator {

/// Feishu: <at user_id="ou_x">, <at id=all>, <at email=a@b.example>.
void mention_by_at_tags(std::string_view markup, Shown& shown);

/// WeCom: <@userid>. It has no such form for all members.
void mention_by_at_signs(std::string_view markup, Shown& shown);

/// Slack: <!channel>, <!here>, <!everyone>, <!subteam^S0|name>, <@U0> and <@W0>.
void mention_by_angle_brackets(std::string_view markup, Shown& shown);

}  // namespace jobtree::simulator
