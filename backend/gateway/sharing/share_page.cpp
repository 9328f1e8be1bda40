#include "gateway/sharing/share_page.h"

#include <algorithm>

#include "base/ascii.h"
#include "gateway/sharing/xml_text.h"

namespace jobtree::gateway {
namespace {

constexpr std::size_t kLongestPreview = 300;

std::string meta_tag(std::string_view kind, std::string_view name, std::string_view content) {
  std::string tag = "  <meta ";
  tag.append(kind).append("=\"").append(name).append("\" content=\"");
  return tag.append(escaped(shown_text(content, kLongestPreview))).append("\">\n");
}

std::string preview_tags(const PreviewText& preview) {
  return meta_tag("name", "robots", "noindex") + meta_tag("name", "referrer", "no-referrer") +
         meta_tag("property", "og:type", "website") +
         meta_tag("property", "og:site_name", "jobtree") +
         meta_tag("property", "og:title", preview.title) +
         meta_tag("property", "og:description", preview.description) +
         meta_tag("name", "twitter:card", "summary") +
         meta_tag("name", "twitter:title", preview.title) +
         meta_tag("name", "twitter:description", preview.description);
}

/// "job-tree.js", but no "https:…", "/…", "#…" and nothing that is empty.
bool is_beside(std::string_view address) {
  const std::string_view first = address.substr(0, address.find_first_of("/?#\""));
  return !first.empty() && first.find(':') == std::string_view::npos;
}

}  // namespace

std::string share_page(std::string_view html, const PreviewText& preview) {
  std::string page;
  page.reserve(html.size() + 2048);
  bool is_told = false;
  while (!html.empty()) {
    const std::size_t href = html.find(" href=\"");
    const std::size_t src = html.find(" src=\"");
    const std::size_t end = is_told ? std::string_view::npos : html.find("</head>");
    const std::size_t next = std::min({href, src, end});
    if (next == std::string_view::npos) break;
    if (next == end) {
      page.append(html.substr(0, end)).append(preview_tags(preview));
      html.remove_prefix(end);
      is_told = true;
      continue;
    }
    const std::size_t value = next + (next == href ? 7 : 6);
    page.append(html.substr(0, value));
    html.remove_prefix(value);
    if (is_beside(html)) page += "../";
  }
  return page.append(html);
}

}  // namespace jobtree::gateway
