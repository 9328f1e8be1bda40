#include "notify/local_time.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/utc.h"

namespace jobtree::notify {
namespace {

constexpr std::chrono::hours kFarthest{14};  // Kiribati

std::string two_digits(std::int64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

/// "GMT+08:00"
std::string zone_text(Zone zone) {
  const auto minutes = std::chrono::abs(zone).count();
  return (zone.count() < 0 ? "GMT-" : "GMT+") + two_digits(minutes / 60) + ':' +
         two_digits(minutes % 60);
}

}  // namespace

std::optional<Zone> parse_zone(std::string_view text) {
  if (text == "UTC") return Zone(0);
  const bool has_form = text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':' &&
                        std::ranges::all_of(text.substr(1, 2), is_digit) &&
                        std::ranges::all_of(text.substr(4), is_digit);
  if (!has_form) return std::nullopt;
  const auto number = [text](std::size_t at) { return 10 * (text[at] - '0') + text[at + 1] - '0'; };
  const Zone zone = std::chrono::hours(number(1)) + std::chrono::minutes(number(4));
  if (number(4) > 59 || zone > kFarthest) return std::nullopt;
  return text[0] == '-' ? -zone : zone;
}

std::string local_text(Time time, Zone zone) {
  std::string text = iso_time(time + zone);
  text.pop_back();  // Z
  std::ranges::replace(text, 'T', ' ');
  return text + " (" + zone_text(zone) + ')';
}

std::string duration_text(std::chrono::microseconds duration, Language language) {
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(duration).count();
  engine::String text;
  engine::put_duration(text, milliseconds, language, false);
  return std::string(std::string_view(text));
}

}  // namespace jobtree::notify
