#include "base/utc.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/ascii.h"

namespace jobtree {
namespace {

using std::chrono::floor;

// UtcTime counts nanoseconds and ends in 2262; between these it also holds the time from one moment
// to any other.
constexpr std::chrono::sys_seconds kFirst{};
constexpr std::chrono::sys_seconds kLast = std::chrono::sys_days(std::chrono::year(2261) / 1 / 1);

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> kLongDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Parts {
  int year = 0;
  int month = 0;  ///< from 1
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

Parts parts_of(UtcTime time) {
  const auto midnight = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(floor<std::chrono::seconds>(time - midnight));
  return {int(date.year()),
          static_cast<int>(unsigned(date.month())),
          static_cast<int>(unsigned(date.day())),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

std::optional<UtcTime> time_of(const Parts& parts) {
  const std::chrono::year_month_day date{std::chrono::year(parts.year),
                                         std::chrono::month(static_cast<unsigned>(parts.month)),
                                         std::chrono::day(static_cast<unsigned>(parts.day))};
  if (!date.ok() || parts.hour > 23 || parts.minute > 59 || parts.second > 60) return std::nullopt;
  const std::chrono::sys_seconds time =
      std::chrono::sys_days(date) + std::chrono::hours(parts.hour) +
      std::chrono::minutes(parts.minute) + std::chrono::seconds(parts.second);
  return std::clamp(time, kFirst, kLast);
}

void append(std::string& text, int value, int digits) {
  const std::size_t begin = text.size();
  text.append(static_cast<std::size_t>(digits), '0');
  for (std::size_t at = text.size(); at > begin; value /= 10)
    text[--at] = static_cast<char>('0' + value % 10);
}

/// Takes a text from its front, piece by piece; once a piece does not fit, none does.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  Reader& number(int& value, std::size_t digits) {
    value = 0;
    const std::string_view taken = rest_.substr(0, digits);
    is_good_ = is_good_ && taken.size() == digits && std::ranges::all_of(taken, is_digit);
    for (const char c : is_good_ ? taken : std::string_view())
      value = value * 10 + (c - '0');
    rest_.remove_prefix(taken.size());
    return *this;
  }
  Reader& literal(std::string_view text) {
    is_good_ = is_good_ && rest_.starts_with(text);
    if (is_good_) rest_.remove_prefix(text.size());
    return *this;
  }
  /// One of `names`, and which.
  template <std::size_t size>
  Reader& name(const std::array<std::string_view, size>& names, int& index) {
    const auto found = std::ranges::find_if(
        names, [this](std::string_view name) { return rest_.starts_with(name); });
    is_good_ = is_good_ && found != names.end();
    if (!is_good_) return *this;
    index = static_cast<int>(found - names.begin());
    rest_.remove_prefix(found->size());
    return *this;
  }
  Reader& clock(Parts& parts) {
    return number(parts.hour, 2)
        .literal(":")
        .number(parts.minute, 2)
        .literal(":")
        .number(parts.second, 2);
  }
  /// As many digits as there are, at least one.
  std::string_view digits() {
    const auto* const end = std::ranges::find_if_not(rest_, is_digit);
    const std::string_view taken(rest_.begin(), end);
    is_good_ = is_good_ && !taken.empty();
    rest_.remove_prefix(taken.size());
    return taken;
  }
  bool next_is(char c) const { return rest_.starts_with(c); }
  bool is_at_end() const { return is_good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool is_good_ = true;
};

std::string iso_without_zone(UtcTime time) {
  const Parts parts = parts_of(time);
  std::string text;
  append(text, parts.year, 4);
  append(text += '-', parts.month, 2);
  append(text += '-', parts.day, 2);
  append(text += 'T', parts.hour, 2);
  append(text += ':', parts.minute, 2);
  append(text += ':', parts.second, 2);
  return text;
}

/// "123" is 0.123 seconds; digits beyond the ninth are cut off.
std::chrono::nanoseconds fraction_of(std::string_view digits) {
  std::int64_t value = 0;
  for (std::size_t i = 0; i < 9; ++i)
    value = value * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  return std::chrono::nanoseconds(value);
}

}  // namespace

std::string iso_time(UtcTime time) {
  return iso_without_zone(time) + 'Z';
}

std::string iso_time_with_milliseconds(UtcTime time) {
  const auto whole = floor<std::chrono::seconds>(time);
  std::string text = iso_without_zone(time) + '.';
  append(text, static_cast<int>(floor<std::chrono::milliseconds>(time - whole).count()), 3);
  return text + 'Z';
}

std::optional<UtcTime> parse_iso_time(std::string_view text) {
  Parts parts;
  Reader reader(text);
  reader.number(parts.year, 4).literal("-").number(parts.month, 2).literal("-");
  reader.number(parts.day, 2).literal("T").clock(parts);
  std::chrono::nanoseconds fraction{0};
  if (reader.next_is('.')) fraction = fraction_of(reader.literal(".").digits());
  reader.literal(reader.next_is('z') ? "z" : "Z");
  auto time = reader.is_at_end() ? time_of(parts) : std::nullopt;
  if (time) *time += floor<UtcTime::duration>(fraction);
  return time;
}

std::string sdk_date(UtcTime time) {
  const Parts parts = parts_of(time);
  std::string text;
  append(text, parts.year, 4);
  append(text, parts.month, 2);
  append(text, parts.day, 2);
  append(text += 'T', parts.hour, 2);
  append(text, parts.minute, 2);
  append(text, parts.second, 2);
  return text + 'Z';
}

std::optional<UtcTime> parse_sdk_date(std::string_view text) {
  Parts parts;
  Reader reader(text);
  reader.number(parts.year, 4).number(parts.month, 2).number(parts.day, 2).literal("T");
  reader.number(parts.hour, 2).number(parts.minute, 2).number(parts.second, 2).literal("Z");
  return reader.is_at_end() ? time_of(parts) : std::nullopt;
}

std::string http_date(UtcTime time) {
  const Parts parts = parts_of(time);
  const std::chrono::weekday weekday(floor<std::chrono::days>(time));
  std::string text(kDays[weekday.c_encoding()]);
  append(text += ", ", parts.day, 2);
  text.append(1, ' ').append(kMonths[static_cast<std::size_t>(parts.month - 1)]);
  append(text += ' ', parts.year, 4);
  append(text += ' ', parts.hour, 2);
  append(text += ':', parts.minute, 2);
  append(text += ':', parts.second, 2);
  return text + " GMT";
}

std::optional<UtcTime> parse_http_date(std::string_view text) {
  int weekday = 0;
  int month = 0;
  const auto result = [&](const Reader& reader, Parts parts) {
    parts.month = month + 1;
    return reader.is_at_end() ? time_of(parts) : std::nullopt;
  };
  Parts parts;
  Reader fixed(text);
  fixed.name(kDays, weekday).literal(", ").number(parts.day, 2).literal(" ").name(kMonths, month);
  fixed.literal(" ").number(parts.year, 4).literal(" ").clock(parts).literal(" GMT");
  if (auto time = result(fixed, parts)) return time;

  Reader rfc850(text);
  rfc850.name(kLongDays, weekday).literal(", ").number(parts.day, 2).literal("-");
  rfc850.name(kMonths, month).literal("-").number(parts.year, 2).literal(" ").clock(parts);
  parts.year += parts.year < 70 ? 2000 : 1900;
  if (auto time = result(rfc850.literal(" GMT"), parts)) return time;

  Reader asctime(text);
  asctime.name(kDays, weekday).literal(" ").name(kMonths, month).literal(" ");
  const bool is_one_digit = asctime.next_is(' ');
  if (is_one_digit) asctime.literal(" ");
  asctime.number(parts.day, is_one_digit ? 1 : 2).literal(" ").clock(parts).literal(" ");
  return result(asctime.number(parts.year, 4), parts);
}

}  // namespace jobtree
