#include "notify/channels/fitting.h"

#include <algorithm>
#include <variant>

#include "base/protocol/percent.h"
#include "notify/plain_text.h"

namespace jobtree::notify {
namespace {

constexpr std::size_t kShortestError = 60;  // less of it says nothing

/// Leaves out the piece that can be missed most; false when there is none left.
bool shorten(Message& message) {
  if (!message.list.empty()) {
    message.list.pop_back();
  } else if (!message.advice.empty()) {
    message.advice.clear();
  } else if (message.error.size() > kShortestError) {
    message.error = cut(message.error, std::max(message.error.size() / 2, kShortestError));
  } else if (!message.facts.empty()) {
    message.facts.pop_back();
  } else {
    return false;
  }
  return true;
}

}  // namespace

Message worded(const Channel& channel, const Content& content) {
  Message message =
      std::visit([&](const auto& told) { return message_of(told, channel.style); }, content);
  if (message.title.find(channel.keyword) == std::string::npos) {
    message.title = '[' + channel.keyword + "] " + message.title;
  }
  return message;
}

Message fitted(Message message, std::size_t most, Language language,
               const std::function<std::size_t(const Message&)>& size) {
  if (size(message) <= most) return message;
  message.notes.push_back(cut_note(language));
  while (size(message) > most && shorten(message)) {
  }
  return message;
}

std::string joined_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines)
    text.append(text.empty() ? "" : "\n").append(line);
  return text;
}

std::string without_markup(std::string_view text) {
  constexpr std::string_view kSigns = "&<>[]*`@\\#";
  std::string plain;
  for (const char c : text) {
    if (kSigns.find(c) == std::string_view::npos) {
      plain += c;
      continue;
    }
    // U+FF01 is "!", and so on through ASCII.
    const auto wide = static_cast<unsigned>(c) - '!' + 0xFF01U;
    plain += static_cast<char>(0xE0U | wide >> 12U);
    plain += static_cast<char>(0x80U | (wide >> 6U & 0x3FU));
    plain += static_cast<char>(0x80U | (wide & 0x3FU));
  }
  return plain;
}

std::string link_target(std::string_view url) {
  constexpr std::string_view kEnds = " ()<>[]\"\\`";
  std::string target;
  for (const char& c : url) {
    const std::string_view character(&c, 1);
    target += kEnds.find(c) == std::string_view::npos ? std::string(character)
                                                      : percent_encoded(character);
  }
  return target;
}

}  // namespace jobtree::notify
