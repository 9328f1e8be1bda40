#include "simulator/cloud/records/query.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"

namespace jobtree::simulator {
namespace {

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const bool has_digits = text[i] == '%' && i + 2 < text.size();
    const char* const end = has_digits ? text.data() + i + 3 : nullptr;
    if (has_digits && std::from_chars(text.data() + i + 1, end, value, 16).ptr == end) {
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

Query::Query(std::string_view target) {
  const auto question = target.find('?');
  if (question == std::string_view::npos) return;
  std::string_view rest = target.substr(question + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto value = pair.substr(std::min(equals + 1, pair.size()));
    values_.emplace(decoded(pair.substr(0, equals)), decoded(value));
  }
}

std::string Query::text(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string() : found->second;
}

std::optional<std::int64_t> Query::number(std::string_view name, std::int64_t low,
                                          std::int64_t high, std::int64_t otherwise) const {
  constexpr std::size_t kMaxDigits = 15;
  if (!has(name)) return otherwise;
  const std::string digits = text(name);
  if (digits.empty() || digits.size() > kMaxDigits || !std::ranges::all_of(digits, is_digit)) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (value < low || value > high) return std::nullopt;
  return value;
}

}  // namespace jobtree::simulator
