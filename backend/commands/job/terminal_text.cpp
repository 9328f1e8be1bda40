#include "commands/job/terminal_text.h"

#include <clocale>
#include <cstdint>
#include <cwchar>

namespace jobtree::commands {
namespace {

constexpr std::string_view kEllipsis = "…";
constexpr char32_t kReplacement = U'\uFFFD';
constexpr int kMostMarks = 4;  // that take no cell, on one character: scripts in use need two

/// The character at `at`, which moves past it; U+FFFD, one byte long, for what is no UTF-8.
char32_t next_character(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const std::uint32_t first = byte(at);
  std::size_t size = 1;
  std::uint32_t value = first;
  std::uint32_t least = 0;
  if (first >= 0xF0U && first <= 0xF4U) {
    size = 4, value = first & 0x07U, least = 0x10000;
  } else if (first >= 0xE0U && first < 0xF0U) {
    size = 3, value = first & 0x0FU, least = 0x800;
  } else if (first >= 0xC0U && first < 0xE0U) {
    size = 2, value = first & 0x1FU, least = 0x80;
  } else if (first >= 0x80U) {
    ++at;
    return kReplacement;
  }
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) {
      ++at;
      return kReplacement;
    }
    value = value << 6U | (byte(at + i) & 0x3FU);
  }
  const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < least || is_surrogate || value > 0x10FFFF) {
    ++at;
    return kReplacement;
  }
  at += size;
  return value;
}

void append(std::string& out, char32_t c) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0U | c >> 6U);
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0U | c >> 12U);
    put(0x80U | (c >> 6U & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | c >> 18U);
    put(0x80U | (c >> 12U & 0x3FU));
    put(0x80U | (c >> 6U & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

/// What stands for a character that must not be sent as it is; itself for all others.
char32_t visible(char32_t c) {
  if (c == '\n' || c == '\r' || c == '\t') return U' ';
  if (c < 0x20) return U'\u2400' + c;  // the picture of the control character
  if (c == 0x7F) return U'\u2421';
  const bool is_control = c >= 0x80 && c <= 0x9F;
  const bool turns_direction = c == 0x061C || c == 0x200E || c == 0x200F ||
                               (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  const bool breaks_line = c == 0x2028 || c == 0x2029;
  const bool is_hidden_tag = c >= 0xE0000 && c <= 0xE0FFF;
  return is_control || turns_direction || breaks_line || is_hidden_tag ? kReplacement : c;
}

/// Unicode's widths as the C library has them, whatever the user's locale is.
class Widths {
 public:
  Widths() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {}
  ~Widths() {
    if (locale_ != nullptr) ::freelocale(locale_);
  }
  Widths(const Widths&) = delete;
  Widths& operator=(const Widths&) = delete;

  std::size_t of(char32_t c) const {
    if (c < 0x80) return 1;
    // Without tables, rather a line too short than one too long.
    if (locale_ == nullptr) return 2;
    const locale_t before = ::uselocale(locale_);
    const int width = ::wcwidth(static_cast<wchar_t>(c));
    ::uselocale(before);
    return width < 0 ? 1 : static_cast<std::size_t>(width);
  }

 private:
  locale_t locale_;
};

std::size_t width_of(char32_t c) {
  static const Widths widths;
  return widths.of(c);
}

constexpr std::string_view kPlain = "\x1b[0m";

std::string_view escape_of(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::strong:
      return "\x1b[1m";
    case Ink::faint:
      return "\x1b[2m";
    case Ink::green:
      return "\x1b[32m";
    case Ink::red:
      return "\x1b[31m";
    case Ink::cyan:
      return "\x1b[36m";
    case Ink::yellow:
      return "\x1b[33m";
  }
  return "";
}

}  // namespace

std::string safe_text(std::string_view text, std::size_t most) {
  std::string out;
  std::size_t width = 0;
  int marks = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = visible(next_character(text, at));
    const std::size_t wide = width_of(c);
    marks = wide == 0 ? marks + 1 : 0;
    if (marks > kMostMarks) continue;
    if (width + wide > most) {
      out += kEllipsis;
      break;
    }
    width += wide;
    append(out, c);
  }
  return out;
}

std::size_t cells(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();)
    width += width_of(next_character(text, at));
  return width;
}

std::string cut(std::string_view text, std::size_t width) {
  if (width == 0) return "";
  std::size_t used = 0;
  std::size_t fits = 0;  // bytes that leave room for the ellipsis
  for (std::size_t at = 0; at < text.size();) {
    used += width_of(next_character(text, at));
    if (used < width) fits = at;
    if (used > width) return std::string(text.substr(0, fits)).append(kEllipsis);
  }
  return std::string(text);
}

Line& Line::add(std::string_view text, Ink ink) {
  if (text.empty()) return *this;
  pieces_.push_back({std::string(text), ink});
  width_ += cells(text);
  return *this;
}

Line& Line::pad_to(std::size_t column) {
  return width_ < column ? add(std::string(column - width_, ' ')) : *this;
}

std::string Line::str(bool colour, std::size_t most) const {
  std::string out;
  std::size_t left = most == 0 || width_ <= most ? width_ : most;
  const bool whole = left == width_;
  for (const auto& [text, ink] : pieces_) {
    const std::size_t wide = cells(text);
    // The last cell is kept for the ellipsis, unless everything fits.
    const bool is_last = !whole && wide >= left;
    const std::string_view escape = colour ? escape_of(ink) : "";
    out += escape;
    out += is_last ? cut(text + ' ', left) : text;
    if (!escape.empty()) out += kPlain;
    if (is_last) break;
    left -= wide;
  }
  return out;
}

}  // namespace jobtree::commands
