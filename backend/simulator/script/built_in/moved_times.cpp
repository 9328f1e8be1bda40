#include "simulator/script/built_in/moved_times.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <vector>

#include "base/ascii.h"
#include "base/utc.h"

namespace jobtree::simulator {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;

// A 9 stands for any digit, a T also for a blank.
constexpr std::string_view kDateForms[] = {"9999-99-99T99:99:99", "99999999T999999",
                                           "20999999999999"};
constexpr std::string_view kMillisecondsForm = "1999999999999";
/// Before and after these, what looks like a time is something else.
constexpr WallTime kEarliest = sys_days{year{2010} / 1 / 1};
constexpr WallTime kLatest = sys_days{year{2031} / 1 / 1};

struct FoundTime {
  std::size_t at;      ///< where it stands
  std::size_t size;    ///< to the seconds
  bool is_date;        ///< else milliseconds
  WallTime written{};  ///< as if it were in UTC
  minutes ahead{0};    ///< its zone, of UTC
};

/// Whether it stands there, and is not a part of a longer number.
bool has_form(std::string_view text, std::size_t at, std::string_view form) {
  const std::size_t end = at + form.size();
  if (text.size() < end || (at > 0 && is_digit(text[at - 1]))) return false;
  if (text.size() > end && is_digit(text[end])) return false;
  return std::ranges::equal(form, text.substr(at, form.size()), [](char wanted, char c) {
    return wanted == '9' ? is_digit(c) : c == wanted || (wanted == 'T' && c == ' ');
  });
}

/// "+0800" behind seconds and their fraction, maybe after a blank.
minutes zone_at(std::string_view text) {
  const auto behind = std::ranges::find_if(text, [](char c) { return !is_digit(c) && c != '.'; });
  text.remove_prefix(static_cast<std::size_t>(behind - text.begin()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  constexpr std::size_t kLength = 5;
  if (text.size() < kLength || (text[0] != '+' && text[0] != '-')) return minutes(0);
  int number = 0;
  const auto read = std::from_chars(text.data() + 1, text.data() + kLength, number);
  if (read.ptr != text.data() + kLength) return minutes(0);
  const minutes ahead = std::chrono::hours(number / 100) + minutes(number % 100);
  return text[0] == '-' ? -ahead : ahead;
}

/// Its digits alone.
std::string digits_of(std::string_view date) {
  std::string digits;
  std::ranges::copy_if(date, std::back_inserter(digits), is_digit);
  return digits;
}

std::optional<FoundTime> date_at(std::string_view text, std::size_t at) {
  const auto* const form = std::ranges::find_if(
      kDateForms, [&](std::string_view wanted) { return has_form(text, at, wanted); });
  if (form == std::end(kDateForms)) return std::nullopt;
  const std::string digits = digits_of(text.substr(at, form->size()));
  constexpr std::size_t kOfDay = 8;
  const auto time = parse_sdk_date(digits.substr(0, kOfDay) + "T" + digits.substr(kOfDay) + "Z");
  if (!time) return std::nullopt;
  return FoundTime{.at = at,
                   .size = form->size(),
                   .is_date = true,
                   .written = std::chrono::floor<Milliseconds>(*time),
                   .ahead = zone_at(text.substr(at + form->size()))};
}

std::optional<FoundTime> milliseconds_at(std::string_view text, std::size_t at) {
  if (!has_form(text, at, kMillisecondsForm)) return std::nullopt;
  std::int64_t number = 0;
  std::from_chars(text.data() + at, text.data() + at + kMillisecondsForm.size(), number);
  return FoundTime{.at = at,
                   .size = kMillisecondsForm.size(),
                   .is_date = false,
                   .written = WallTime(Milliseconds(number))};
}

std::vector<FoundTime> times_in(std::string_view document) {
  std::vector<FoundTime> times;
  for (std::size_t at = 0; at < document.size(); ++at) {
    auto found = date_at(document, at);
    if (!found) found = milliseconds_at(document, at);
    const bool is_likely = found && found->written >= kEarliest && found->written < kLatest;
    if (is_likely) times.push_back(*found);
  }
  return times;
}

/// The same digits of another time, in the places where the old ones stand.
void write(std::string& text, const FoundTime& it, WallTime time) {
  const std::string digits =
      it.is_date ? digits_of(sdk_date(time)) : std::to_string(time.time_since_epoch().count());
  auto next = digits.begin();
  for (std::size_t at = it.at; at < it.at + it.size; ++at) {
    if (is_digit(text[at])) text[at] = *next++;
  }
}

}  // namespace

std::string moved_times(std::string_view document, WallTime latest) {
  std::string moved(document);
  const auto times = times_in(document);
  const auto instant = [](const FoundTime& it) { return it.written - it.ahead; };
  const auto last = std::ranges::max_element(times, {}, instant);
  if (last == times.end()) return moved;
  const seconds by = std::chrono::floor<seconds>(latest - instant(*last));
  for (const FoundTime& it : times)
    write(moved, it, it.written + by);
  return moved;
}

}  // namespace jobtree::simulator
