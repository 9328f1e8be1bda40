#include "gateway/sharing/badge.h"

#include <array>
#include <nlohmann/json.hpp>

#include "base/utc.h"
#include "gateway/sharing/xml_text.h"
#include "store/record_json.h"

namespace jobtree::gateway {
namespace {

constexpr std::size_t kLongestBadgeText = 120;  // bytes
constexpr int kBesideText = 6;                  // pixels, on each side

/// Verdana at 11 pixels, from " " to "~".
constexpr std::array<short, 95> kWidths{
    39, 43,  50, 90, 70, 118, 80, 30, 50, 50, 70, 90, 40, 50,  40, 50, 70, 70,  70,
    70, 70,  70, 70, 70, 70,  70, 50, 50, 90, 90, 90, 60, 110, 75, 75, 77, 85,  70,
    63, 85,  83, 46, 50, 76,  61, 93, 82, 87, 66, 87, 76, 75,  68, 81, 75, 109, 75,
    68, 75,  50, 50, 50, 90,  70, 70, 66, 69, 57, 69, 66, 39,  69, 70, 30, 38,  65,
    30, 107, 70, 67, 69, 69,  47, 57, 43, 70, 65, 90, 65, 65,  58, 70, 50, 70,  90};
constexpr int kFullWidth = 110;  // of a Chinese character
constexpr int kOtherWidth = 75;

/// White on each of them can be read.
std::string_view color_of(const ShareSummary& summary) {
  switch (summary.tone) {
    case Tone::good:
      return "#2c7d32";
    case Tone::bad:
      return "#c62828";
    case Tone::running:
      return "#1565c0";
    case Tone::neutral:
      break;
  }
  return "#6b7280";
}

/// By the first byte of a character, roughly: from U+1100 on they are wide, but for some signs.
int width_of_character(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (first >= 0x20 && first <= 0x7E) return kWidths[static_cast<std::size_t>(first - 0x20)];
  if (character == "\xC2\xB7") return 40;
  return first >= 0xE3 || character == "\xE2\x80\xA6" ? kFullWidth : kOtherWidth;
}

struct Drawn {
  std::string label, message, title;
};

Drawn drawn(const ShareSummary& summary, const BadgeWords& words) {
  const std::string& name = in(words.language, summary.name);
  Drawn drawn{.label = shown_text(words.label.empty() ? name : words.label, kLongestBadgeText),
              .message = shown_text(in(words.language, summary.message), kLongestBadgeText),
              .title = {}};
  drawn.title = drawn.label.empty() ? drawn.message : drawn.label + ": " + drawn.message;
  if (summary.as_of) {
    const std::string at = store::text_of(*summary.as_of).substr(0, 16) + "Z";  // to the minute
    drawn.title += in(words.language, bilingual({" (as of {0})", "（截至 {0}）"}, at));
  }
  return drawn;
}

std::string px(int value) {
  return std::to_string(value);
}

/// Stretched to the width that was reckoned, whatever font there is.
std::string svg_text(std::string_view text, int x, int width) {
  return "<text x=\"" + px(x) + "\" y=\"14\" textLength=\"" + px(width) + "\">" + escaped(text) +
         "</text>";
}

std::string svg_rect(int x, int width, std::string_view color) {
  return "<rect x=\"" + px(x) + "\" width=\"" + px(width) + "\" height=\"20\" fill=\"" +
         std::string(color) + "\"/>";
}

}  // namespace

int width_of(std::string_view text) {
  int width = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
      ++end;
    width += width_of_character(text.substr(at, end - at));
    at = end;
  }
  return width;
}

std::string badge_svg(const ShareSummary& summary, const BadgeWords& words) {
  const Drawn text = drawn(summary, words);
  const int label = (width_of(text.label) + 9) / 10;
  const int message = (width_of(text.message) + 9) / 10;
  const int left = text.label.empty() ? 0 : label + 2 * kBesideText;
  const int right = message + 2 * kBesideText;
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + px(left + right) +
                    "\" height=\"20\" role=\"img\" aria-label=\"" + escaped(text.title) +
                    "\"><title>" + escaped(text.title) + "</title>";
  if (left > 0) svg += svg_rect(0, left, "#374151");
  svg += svg_rect(left, right, color_of(summary));
  svg +=
      "<g fill=\"#fff\" font-family=\"Verdana,Geneva,DejaVu Sans,PingFang SC,Microsoft "
      "YaHei,sans-serif\" font-size=\"11\">";
  if (left > 0) svg += svg_text(text.label, kBesideText, label);
  svg += svg_text(text.message, left + kBesideText, message);
  return svg + "</g></svg>\n";
}

std::string badge_json(const ShareSummary& summary, const BadgeWords& words) {
  const Drawn text = drawn(summary, words);
  nlohmann::ordered_json json{{"schemaVersion", 1},
                              {"label", text.label},
                              {"message", text.message},
                              {"color", std::string(color_of(summary).substr(1))}};
  if (summary.is_trouble) json["isError"] = true;
  return store::text_of(json);
}

}  // namespace jobtree::gateway
