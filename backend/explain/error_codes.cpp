#include "explain/error_codes.h"

#include <algorithm>
#include <cstddef>
#include <span>

#include "base/ascii.h"
#include "base/embed.h"

namespace jobtree::explain {

std::span<const Embedded> error_codes_files();  // made by jobtree_embed

namespace {

constexpr std::string_view kCode = R"({"code": ")";
constexpr std::string_view kOtherName = R"(", "same_as": ")";

/// The lines of the entries, without those around them.
std::string_view entries() {
  const std::string_view file = error_codes_file().plain;
  const std::size_t begin = file.find('\n') + 1;
  return file.substr(begin, file.rfind("]}") - begin);
}

/// What stands between `before` and the next quote; `line` goes on at that quote. "" when the line
/// does not go on with `before`.
std::string_view take(std::string_view& line, std::string_view before) {
  if (!line.starts_with(before)) return {};
  line.remove_prefix(before.size());
  const std::string_view text = line.substr(0, line.find('"'));
  line.remove_prefix(text.size());
  return text;
}

bool is_less(std::string_view a, std::string_view b) {
  return std::ranges::lexicographical_compare(a, b, {}, to_lower, to_lower);
}

/// The line of a code; "" when there is none.
std::string_view line_of(std::string_view code) {
  const std::string_view lines = entries();
  std::size_t begin = 0;
  std::size_t end = lines.size();
  while (begin < end) {
    // The middle is somewhere in a line.
    const std::size_t middle = begin + (end - begin) / 2;
    const std::size_t before = lines.substr(0, middle).rfind('\n');
    const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
    const std::size_t next = lines.find('\n', middle) + 1;
    const std::string_view line = lines.substr(start, next - start);
    std::string_view rest = line;
    const std::string_view here = take(rest, kCode);
    if (is_less(here, code)) {
      begin = next;
    } else if (is_less(code, here)) {
      end = start;
    } else {
      return line;
    }
  }
  return {};
}

}  // namespace

std::optional<Explanation> find_code(std::string_view code) {
  std::string_view line = line_of(trimmed(code, kWhitespace));
  Explanation found;
  found.code = take(line, kCode);
  if (const auto code_itself = take(line, kOtherName); !code_itself.empty()) {
    line = line_of(code_itself);
    found.code = take(line, kCode);
  }
  if (found.code.empty()) return std::nullopt;
  found.meaning.en = take(line, R"(", "meaning": {"en": ")");
  found.meaning.zh = take(line, R"(", "zh": ")");
  found.remedy.en = take(line, R"("}, "remedy": {"en": ")");
  found.remedy.zh = take(line, R"(", "zh": ")");
  found.is_wrapper = line.starts_with(R"("}, "is_wrapper": true)");
  return found;
}

ErrorCodesFile error_codes_file() {
  const auto files = error_codes_files();
  return {.plain = files[0].bytes, .brotli = files[1].bytes, .gzip = files[2].bytes};
}

}  // namespace jobtree::explain
