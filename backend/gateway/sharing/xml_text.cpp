#include "gateway/sharing/xml_text.h"

#include <algorithm>

#include "base/utf8.h"

namespace jobtree::gateway {
namespace {

constexpr std::string_view kCutMark = "\xE2\x80\xA6";      // U+2026
constexpr std::string_view kNoCharacter = "\xEF\xBF\xBD";  // U+FFFD

std::uint32_t code_of(std::string_view character) {
  const auto byte = [character](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0);
  std::uint32_t code = byte(0) & (0xFFU >> (character.size() + 1));
  for (std::size_t i = 1; i < character.size(); ++i)
    code = code << 6U | (byte(i) & 0x3FU);
  return code;
}

bool is_between(std::uint32_t code, std::uint32_t first, std::uint32_t last) {
  return code >= first && code <= last;
}

/// Controls, line breaks, and the blank.
bool is_blank(std::uint32_t code) {
  return code <= 0x20 || is_between(code, 0x7F, 0xA0) || is_between(code, 0x2028, 0x2029);
}

/// Direction, what XML has no place for, and what is no character anywhere.
bool is_left_out(std::uint32_t code) {
  return code == 0x061C || is_between(code, 0x200B, 0x200F) || is_between(code, 0x202A, 0x202E) ||
         is_between(code, 0x2060, 0x206F) || code == 0xFEFF || (code & 0xFFFEU) == 0xFFFE ||
         is_between(code, 0xFDD0, 0xFDEF) || is_between(code, 0xFFF9, 0xFFFB);
}

}  // namespace

std::string shown_text(std::string_view text, std::size_t most) {
  // Long before what is left out fills a machine. The copy ends in a NUL, which utf8_length()
  // wants.
  const std::string all(text.substr(0, 4 * most + 4));
  std::string line;
  for (std::size_t at = 0; at < all.size() && line.size() <= most;) {
    const std::size_t length = engine::utf8_length(all.data() + at);
    const std::string_view character(all.data() + at, std::max<std::size_t>(length, 1));
    at += character.size();
    if (length == 0) {
      line += kNoCharacter;
    } else if (const std::uint32_t code = code_of(character); is_blank(code)) {
      if (!line.empty() && line.back() != ' ') line += ' ';
    } else if (!is_left_out(code)) {
      line += character;
    }
  }
  if (line.ends_with(' ')) line.pop_back();
  if (line.size() <= most) return line;
  std::size_t end = most - std::min(most, kCutMark.size());
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U)
    --end;
  return line.substr(0, end).append(kCutMark);
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace jobtree::gateway
