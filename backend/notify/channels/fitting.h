// A message made short enough for its channel, and what every message of a channel has.
//
// Knows: what of a message can be missed. Must not know: how a channel writes or counts it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "notify/channel.h"
#include "notify/message.h"

namespace jobtree::notify {

/// The content in the channel's words, with its keyword in the title, where it has one: vendors
/// look for it in every message, and throw away what lacks it.
Message worded(const Channel& channel, const Content& content);

/// Shortens a message until `size` of it is at most `most` bytes: the list from its end, then the
/// advice, then the error, then the facts from their end. Title and link stay. A note says that
/// something is missing.
Message fitted(Message message, std::size_t most, Language language,
               const std::function<std::size_t(const Message&)>& size);

/// With line breaks between.
std::string joined_lines(const std::vector<std::string>& lines);

/// For markup that has no way to write its own signs as they are (DingTalk, WeCom): those that
/// could make a link, an image, a mention or a tag become their wide forms (U+FF00 to U+FF5E),
/// which look alike and do nothing.
std::string without_markup(std::string_view text);

/// A URL between the parentheses of a link in Markdown: what would end it is percent-encoded.
std::string link_target(std::string_view url);

}  // namespace jobtree::notify
