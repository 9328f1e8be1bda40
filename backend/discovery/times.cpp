#include "discovery/times.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "base/ascii.h"
#include "discovery/json_pieces.h"
#include "ingest/timestamp.h"

namespace jobtree::discovery {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLongest = 40;
// The end of the year 9999: databases and calendars have no later one.
constexpr std::int64_t kLastMillisecond = 253'402'300'799'999;

std::optional<store::Time> time_at(std::int64_t since_1970) {
  if (since_1970 <= 0 || since_1970 > kLastMillisecond) return std::nullopt;
  return store::Time(milliseconds(since_1970));
}

/// By its size: each unit covers the years from 1973 to 5138, and none overlaps another.
std::optional<store::Time> time_of_count(std::uint64_t count) {
  constexpr std::uint64_t kSeconds = 100'000'000'000;
  constexpr std::uint64_t kMilliseconds = kSeconds * 1000;
  constexpr std::uint64_t kMicroseconds = kMilliseconds * 1000;
  if (count < kSeconds) return time_at(static_cast<std::int64_t>(count * 1000));
  if (count < kMilliseconds) return time_at(static_cast<std::int64_t>(count));
  if (count < kMicroseconds) return time_at(static_cast<std::int64_t>(count / 1000));
  return time_at(static_cast<std::int64_t>(count / 1'000'000));
}

/// "11/26/2026" and "2026/11/26" as "2026-11-26": the engine's form. The month stands first, unless
/// it can be none.
void put_date_in_order(std::string& text) {
  const bool is_year_first = text.size() > 10 && text[4] == '/' && text[7] == '/';
  const bool is_year_last = text.size() > 10 && text[2] == '/' && text[5] == '/';
  if (is_year_first) text[4] = text[7] = '-';
  if (!is_year_last) return;
  std::string month = text.substr(0, 2);
  std::string day = text.substr(3, 2);
  if (month > "12") std::swap(month, day);
  text = text.substr(6, 4) + '-' + month + '-' + day + text.substr(10);
}

/// "GMT+08:00" as "+08:00", "GMT" as nothing, "+8" as "+08:00".
void put_zone_in_order(std::string& text) {
  for (const std::string_view word : {"GMT", "UTC"}) {
    const std::size_t at = text.find(word);
    if (at == std::string::npos) continue;
    const bool is_last = at + word.size() == text.size();
    const bool has_offset =
        !is_last && (text[at + word.size()] == '+' || text[at + word.size()] == '-');
    // "+0000 UTC" says its offset before.
    if (has_offset || is_last) text.erase(at, word.size());
  }
  while (text.ends_with(' '))
    text.pop_back();
  const std::size_t sign = text.find_last_of("+-");
  if (sign == std::string::npos || sign < text.find(':') || text.find(':') == std::string::npos) {
    return;
  }
  const std::string_view offset = std::string_view(text).substr(sign + 1);
  if (offset.empty() || !std::ranges::all_of(offset, is_digit)) return;
  if (offset.size() == 1) text.insert(sign + 1, 1, '0');
  if (text.size() - sign - 1 == 2) text += ":00";
}

std::optional<store::Time> time_of_text(std::string_view said) {
  said = trimmed(said, kWhitespace);
  if (said.empty() || said.size() > kLongest) return std::nullopt;
  if (std::ranges::all_of(said, is_digit)) {
    // 20261126090000; as milliseconds it would be a year that nobody writes.
    constexpr std::size_t kDateDigits = 14;
    const bool is_date =
        said.size() == kDateDigits && (said.starts_with("19") || said.starts_with("20"));
    if (!is_date) {
      std::uint64_t count = 0;
      const auto [end, error] = std::from_chars(said.data(), said.data() + said.size(), count);
      return error == std::errc() ? time_of_count(count) : std::nullopt;
    }
  }
  std::string text(said);
  put_date_in_order(text);
  put_zone_in_order(text);
  return time_at(engine::parse_instant(text));
}

}  // namespace

std::optional<store::Time> time_of(std::string_view value) {
  if (value.empty()) return std::nullopt;
  if (value.front() == '"') return time_of_text(text_of(value).value_or(""));
  const std::string digits = scalar_of(value);
  if (digits.empty()) return std::nullopt;
  if (std::ranges::all_of(digits, is_digit)) return time_of_text(digits);
  // 1.795662004488E12: a number that went through a program without integers.
  const auto number = nlohmann::json::parse(digits, nullptr, false);
  constexpr double kMost = 9e18;
  const double count = number.is_number() ? number.get<double>() : 0;
  if (!(count > 0 && count < kMost)) return std::nullopt;
  return time_of_count(static_cast<std::uint64_t>(count));
}

}  // namespace jobtree::discovery
