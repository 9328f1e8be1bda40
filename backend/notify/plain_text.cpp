#include "notify/plain_text.h"

#include <algorithm>

#include "base/utf8.h"

namespace jobtree::notify {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";     // U+2026
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// U+0000 to U+001F, U+007F to U+009F, U+2028 and U+2029.
bool breaks_or_controls(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return first < ' ' || first == 0x7FU;
  if (character.size() == 2)
    return first == 0xC2U && static_cast<unsigned char>(character[1]) < 0xA0U;
  return character == "\xE2\x80\xA8" || character == "\xE2\x80\xA9";
}

/// U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069.
bool turns_direction(std::string_view character) {
  if (character == "\xD8\x9C") return true;
  if (character.size() != 3 || character[0] != '\xE2') return false;
  const auto last = static_cast<unsigned char>(character[2]);
  if (character[1] == '\x80')
    return last == 0x8EU || last == 0x8FU || (last >= 0xAAU && last <= 0xAEU);
  return character[1] == '\x81' && last >= 0xA6U && last <= 0xA9U;
}

}  // namespace

std::string plain_line(std::string_view text, std::size_t most) {
  // What does not fit is not looked at: blanks and marks that are left out may be many, but not
  // all. The copy ends in a NUL, which utf8_length() wants.
  const std::string all(text.substr(0, 4 * most));
  std::string line;
  for (std::size_t at = 0; at < all.size() && line.size() <= most;) {
    const std::size_t length = engine::utf8_length(all.data() + at);
    const std::string_view character(all.data() + at, std::max<std::size_t>(length, 1));
    at += character.size();
    if (length == 0) {
      line += kReplacement;
    } else if (character == " " || breaks_or_controls(character)) {
      if (!line.empty() && line.back() != ' ') line += ' ';
    } else if (!turns_direction(character)) {
      line += character;
    }
  }
  if (line.ends_with(' ')) line.pop_back();
  return cut(line, most);
}

std::string cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  std::size_t end = most - kEllipsis.size();
  while (end > 0 && (text[end] & '\xC0') == '\x80')
    --end;
  return std::string(text.substr(0, end)).append(kEllipsis);
}

}  // namespace jobtree::notify
