// A badge: a label and a message side by side, as an image of our own and for shields.io.
//
// Pure. Knows: widths of characters, colors. Must not know: jobs beyond a summary, HTTP.
#pragma once

#include <string>
#include <string_view>

#include "gateway/http_fields.h"
#include "gateway/sharing/share_summary.h"

namespace jobtree::gateway {

struct BadgeWords {
  Language language = Language::en;
  std::string label{};  ///< in the place of the summary's name; "" for that
};

std::string badge_svg(const ShareSummary& summary, const BadgeWords& words);
/// What https://shields.io/badges/endpoint-badge reads.
std::string badge_json(const ShareSummary& summary, const BadgeWords& words);

/// In tenths of a pixel, in the font of badges; of a text that shown_text() gave.
int width_of(std::string_view text);

}  // namespace jobtree::gateway
