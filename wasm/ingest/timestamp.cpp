#include "ingest/timestamp.h"

#include <cstdint>
#include <cstring>

#include "base/text.h"

namespace jobtree::engine {
namespace {

constexpr std::size_t kLongestTime = 64;

// What follows reads from `at` on and leaves it behind what was read. There is a NUL behind the
// text, at which nothing goes on.

bool accept(const char*& at, char c) {
  if (*at != c) return false;
  ++at;
  return true;
}

/// The first three letters of `name`.
bool accept_three(const char*& at, const char* name) {
  for (int i = 0; i < 3; ++i) {
    if (at[i] != name[i]) return false;
  }
  at += 3;
  return true;
}

/// A number of exactly `digits` digits from `low` to `high`, or -1.
[[gnu::noinline]] int number(const char*& at, int digits, int low, int high) {
  int value = 0;
  for (; digits != 0 && is_digit(*at); --digits)
    value = value * 10 + (*at++ - '0');
  return digits == 0 && value >= low && value <= high ? value : -1;
}

/// 1 to 12, or -1.
int month_by_name(const char*& at) {
  constexpr char kNames[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  for (int month = 0; month < 12; ++month) {
    if (accept_three(at, kNames + std::ptrdiff_t{3} * month)) return month + 1;
  }
  return -1;
}

/// Minutes east of UTC, or kNoZone.
constexpr int kNoZone = 1 << 20;
[[gnu::noinline]] int zone(const char*& at) {
  accept(at, ' ');
  if (*at == 0 || accept(at, 'Z')) return 0;
  int minutes_east = 0;
  if (*at != 'U') {
    const bool is_west = accept(at, '-');
    if (!is_west && !accept(at, '+')) return kNoZone;
    const int hours = number(at, 2, 0, 23);
    accept(at, ':');
    const int minutes = number(at, 2, 0, 59);
    if (hours < 0 || minutes < 0) return kNoZone;
    minutes_east = (hours * 60 + minutes) * (is_west ? -1 : 1);
    if (!accept(at, ' ')) return minutes_east;
  }
  return accept_three(at, "UTC") ? minutes_east : kNoZone;
}

int days_in_month(int year, int month) {
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 ? (is_leap ? 29 : 28) : 30 + ((month ^ (month >> 3)) & 1);
}

enum TimeField : std::uint8_t { year, month, day, hour, minute, second, kFields };

/// By where a text has its separators: 20260101T000000Z and 20260101000000 have none.
const char* form_of(std::string_view text) {
  if (text.size() > 8 && is_digit(text[4])) return text[8] == 'T' ? "012T345" : "012345";
  return text.size() > 2 && text[2] == '-' ? "2-N-0T3:4:5" : "0-1-2T3:4:5";
}

/// In a form a digit is a TimeField, N a month by its name, and T also a space. One loop over a
/// form is a third of the code that reads each field in a line of its own, and as fast.
bool read_form(const char* form, const char*& at, int (&fields)[kFields]) {
  constexpr short kLow[] = {1970, 1, 1, 0, 0, 0};
  constexpr short kHigh[] = {9999, 12, 31, 23, 59, 60};
  for (; *form != 0; ++form) {
    const int field = *form - '0';
    if (field >= 0 && field < kFields) {
      fields[field] = number(at, field == year ? 4 : 2, kLow[field], kHigh[field]);
      if (fields[field] < 0) return false;
    } else if (*form == 'N') {
      fields[month] = month_by_name(at);
      if (fields[month] < 0) return false;
    } else if (!accept(at, *form) && (*form != 'T' || !accept(at, ' '))) {
      return false;
    }
  }
  return true;
}

}  // namespace

int days_since_1970(int year, int month, int day) {
  const int from_march = month > 2 ? month - 3 : month + 9;
  const int y = month > 2 ? year : year - 1;
  return y * 365 + y / 4 - y / 100 + y / 400 + (153 * from_march + 2) / 5 + day - 719469;
}

Instant parse_instant(std::string_view text) {
  if (text.empty() || text.size() > kLongestTime) return kNoInstant;
  char copy[kLongestTime + 1];
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = 0;
  const char* const end = copy + text.size();

  // Ten digits are seconds until the year 2286, thirteen are milliseconds.
  const char* at = copy;
  Instant count = 0;
  for (; is_digit(*at) && at - copy < 13; ++at)
    count = count * 10 + (*at - '0');
  if (at == end && text.size() == 10) return count * 1000;
  if (at == end && text.size() == 13) return count;

  at = copy;
  int it[kFields];
  if (!read_form(form_of(text), at, it)) return kNoInstant;
  int milliseconds = 0;
  if (accept(at, '.') || accept(at, ':') || accept(at, ',')) {
    if (!is_digit(*at)) return kNoInstant;
    for (int worth = 100; is_digit(*at); worth /= 10)
      milliseconds += worth * (*at++ - '0');
  }
  const int east = zone(at);
  if (east == kNoZone || at != end || it[day] > days_in_month(it[year], it[month])) {
    return kNoInstant;
  }
  const Instant minutes_of_day = it[hour] * 60 + it[minute] - east;
  return (Instant{days_since_1970(it[year], it[month], it[day])} * 86'400 + minutes_of_day * 60 +
          it[second]) *
             1000 +
         milliseconds;
}

}  // namespace jobtree::engine
