// Text of protocols and files: ASCII alone, the same under every locale.
//
// Knows: letters, blanks, lists with commas. Must not know: which protocol it is. <cctype> asks the
// locale, and must not be given a negative char; these do neither.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace jobtree {

/// What counts as blank differs by format, so trimmed() is told: HTTP fields have spaces and tabs
/// (RFC 9110 section 5.6.3), lines of a file end in "\r" too.
inline constexpr std::string_view kSpaceTab = " \t";
inline constexpr std::string_view kSpaceTabReturn = " \t\r";
inline constexpr std::string_view kWhitespace = " \t\r\n";

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_alnum(char c) {
  return is_digit(c) || is_lower(c) || is_upper(c);
}
/// Visible ASCII: no blank, no control character, nothing above 126.
constexpr bool is_graphic(char c) {
  return c > ' ' && c < '\x7f';
}

constexpr char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr char to_upper(char c) {
  return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
}

inline std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), to_lower);
  return out;
}
inline std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), to_upper);
  return out;
}

constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

/// Without any of `blanks` at both ends.
constexpr std::string_view trimmed(std::string_view text, std::string_view blanks) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Calls `visit` with each element of a list with commas, trimmed, until it returns true; whether
/// it did. Empty elements are skipped (RFC 9110 section 5.6.1), and a comma between double quotes
/// does not end an element (section 5.6.4).
template <class Visit>
constexpr bool any_list_element(std::string_view list, Visit visit) {
  while (!list.empty()) {
    std::size_t end = 0;
    for (bool quoted = false; end < list.size() && (quoted || list[end] != ','); ++end) {
      if (list[end] == '"') quoted = !quoted;
      if (quoted && list[end] == '\\') ++end;
    }
    end = std::min(end, list.size());
    const std::string_view element = trimmed(list.substr(0, end), kSpaceTab);
    if (!element.empty() && visit(element)) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

/// How many letters must be changed, added or left out to make one word of the other.
inline std::size_t letters_between(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (const char letter : from) {
    std::size_t diagonal = row[0]++;
    for (std::size_t i = 1; i < row.size(); ++i) {
      const std::size_t changed = diagonal + (letter == to[i - 1] ? 0 : 1);
      diagonal = row[i];
      row[i] = std::min({changed, row[i] + 1, row[i - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace jobtree
