#include "simulator/script/records/time_forms.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/ascii.h"
#include "base/utc.h"

namespace jobtree::simulator {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kEpochDigits = 13;
constexpr std::size_t kCompactDigits = 14;
constexpr std::size_t kSecondsSize = std::string_view("2026-11-26T10:00:00").size();

constexpr std::array<std::pair<std::string_view, TimeForm>, 8> kNames{{
    {"zulu", TimeForm::zulu},
    {"milliseconds", TimeForm::milliseconds},
    {"offset", TimeForm::offset},
    {"china", TimeForm::china},
    {"no_zone", TimeForm::no_zone},
    {"spaced", TimeForm::spaced},
    {"epoch", TimeForm::epoch},
    {"compact", TimeForm::compact},
}};

/// "2026-11-26T10:00:00"
std::string seconds(WallTime time) {
  return iso_time(time).substr(0, kSecondsSize);
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

std::int64_t number(std::string_view digits) {
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

/// "20261126100000"
std::optional<WallTime> read_compact(std::string_view text) {
  const std::string date(text.substr(0, 8));
  const auto time = parse_sdk_date(date + 'T' + std::string(text.substr(8)) + 'Z');
  if (!time) return std::nullopt;
  return std::chrono::floor<Milliseconds>(*time);
}

/// Takes "Z", "+0800", "+08:00" or nothing off the end; how far it is before UTC.
std::optional<Milliseconds> take_zone(std::string& text) {
  if (text.ends_with('Z')) {
    text.pop_back();
    return 0ms;
  }
  const auto sign = text.find_first_of("+-", kSecondsSize);
  if (sign == std::string::npos) return 0ms;
  std::string zone = text.substr(sign + 1);
  std::erase(zone, ':');
  if (zone.size() != 4 || !all_digits(zone)) return std::nullopt;
  const auto minutes =
      std::chrono::minutes(number(zone.substr(0, 2)) * 60 + number(zone.substr(2)));
  const bool is_west = text[sign] == '-';
  text.resize(sign);
  return is_west ? Milliseconds(-minutes) : Milliseconds(minutes);
}

}  // namespace

std::string written(WallTime time, TimeForm form) {
  switch (form) {
    case TimeForm::zulu:
      return iso_time(time);
    case TimeForm::milliseconds:
      return iso_time_with_milliseconds(time);
    case TimeForm::offset:
      return seconds(time) + "+0000";
    case TimeForm::china:
      return seconds(time + 8h) + "+0800";
    case TimeForm::no_zone:
      return seconds(time);
    case TimeForm::spaced: {
      std::string text = iso_time_with_milliseconds(time);
      text[text.find('T')] = ' ';
      text.pop_back();
      return text + " +0000 UTC";
    }
    case TimeForm::epoch:
      return std::to_string(time.time_since_epoch().count());
    case TimeForm::compact: {
      std::string text = seconds(time);
      std::erase_if(text, [](char c) { return !is_digit(c); });
      return text;
    }
  }
  return {};
}

std::optional<TimeForm> time_form(std::string_view name) {
  const auto* const found =
      std::ranges::find(kNames, name, &std::pair<std::string_view, TimeForm>::first);
  if (found == kNames.end()) return std::nullopt;
  return found->second;
}

std::optional<WallTime> read_time(std::string_view given) {
  if (all_digits(given)) {
    if (given.size() == kEpochDigits) return WallTime(Milliseconds(number(given)));
    return given.size() == kCompactDigits ? read_compact(given) : std::nullopt;
  }
  if (given.ends_with(" UTC")) given.remove_suffix(std::string_view(" UTC").size());
  std::string text(given);
  if (text.size() < kSecondsSize) return std::nullopt;
  if (text[10] == ' ') text[10] = 'T';
  std::erase(text, ' ');
  const auto before_utc = take_zone(text);
  const auto time = parse_iso_time(text + 'Z');
  if (!before_utc || !time) return std::nullopt;
  return std::chrono::floor<Milliseconds>(*time) - *before_utc;
}

}  // namespace jobtree::simulator
