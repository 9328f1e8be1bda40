#include "gateway/routing/route.h"

namespace jobtree::gateway {
namespace {

/// Takes the first segment off `text`, with the slash before it.
std::string_view take_segment(std::string_view& text) {
  text.remove_prefix(1);
  const std::string_view segment = text.substr(0, text.find('/'));
  text.remove_prefix(segment.size());
  return segment;
}

}  // namespace

std::optional<Captures> match(std::string_view pattern, std::string_view path) {
  Captures captures;
  while (pattern.starts_with('/') && path.starts_with('/')) {
    std::string_view expected = take_segment(pattern);
    if (!expected.starts_with('{')) {
      if (take_segment(path) != expected) return std::nullopt;
      continue;
    }
    expected = expected.substr(1, expected.size() - 2);
    if (expected.ends_with("...")) {
      if (path.size() < 2) return std::nullopt;
      captures.add(expected.substr(0, expected.size() - 3), path.substr(1));
      return captures;
    }
    const std::string_view segment = take_segment(path);
    if (segment.empty()) return std::nullopt;
    captures.add(expected, segment);
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return captures;
}

}  // namespace jobtree::gateway
