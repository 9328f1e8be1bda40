#include "simulator/vendors/parts/mentions.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace jobtree::simulator {
namespace {

/// Calls `visit` with what stands behind each `begin` and before the next '>'.
template <class Visit>
void each_tag(std::string_view markup, std::string_view begin, Visit visit) {
  std::size_t at = markup.find(begin);
  while (at != std::string_view::npos) {
    const std::size_t from = at + begin.size();
    const std::size_t end = markup.find('>', from);
    if (end == std::string_view::npos) return;
    visit(markup.substr(from, end - from));
    at = markup.find(begin, from);
  }
}

/// The first piece of `rest` that ends at a blank, or, when it begins with a quote, at the next
/// one; it is taken off.
std::string_view take_value(std::string_view& rest) {
  const bool is_quoted = !rest.empty() && (rest.front() == '"' || rest.front() == '\'');
  const std::size_t end = is_quoted ? rest.find(rest.front(), 1) : rest.find_first_of(kWhitespace);
  const std::string_view value =
      is_quoted ? rest.substr(1, std::min(end, rest.size()) - 1) : rest.substr(0, end);
  rest.remove_prefix(std::min(std::min(end, rest.size()) + (is_quoted ? 1 : 0), rest.size()));
  return value;
}

}  // namespace

void mention_by_at_tags(std::string_view markup, Shown& shown) {
  constexpr auto kNames =
      std::to_array<std::string_view>({"id", "user_id", "open_id", "email", "mobile"});
  each_tag(markup, "<at", [&](std::string_view rest) {
    if (rest.empty() || kWhitespace.find(rest.front()) == std::string_view::npos) return;
    while (!(rest = trimmed(rest, kWhitespace)).empty()) {
      const std::string_view name = rest.substr(0, rest.find_first_of("= \t\r\n"));
      rest.remove_prefix(name.size());
      if (!rest.starts_with('=')) {
        if (name.empty()) return;
        continue;
      }
      rest.remove_prefix(1);
      const std::string_view value = take_value(rest);
      if (std::ranges::find(kNames, name) != kNames.end()) shown.mention(value);
    }
  });
}

void mention_by_at_signs(std::string_view markup, Shown& shown) {
  each_tag(markup, "<@", [&](std::string_view user) {
    if (user != "all") shown.mention(user);
  });
}

void mention_by_angle_brackets(std::string_view markup, Shown& shown) {
  each_tag(markup, "<", [&](std::string_view tag) {
    const std::string_view whom = tag.substr(0, tag.find('|'));
    const std::string_view name = whom.substr(std::min<std::size_t>(1, whom.size()));
    const bool is_group = whom == "!channel" || whom == "!here" || whom == "!everyone" ||
                          whom.starts_with("!subteam^");
    const bool is_user = whom.starts_with('@') && (name.starts_with('U') || name.starts_with('W'));
    if (is_group || is_user) shown.mention(name);
  });
}

}  // namespace jobtree::simulator
