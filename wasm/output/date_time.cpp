#include "output/date_time.h"

#include <cstdint>

#include "i18n/format.h"
#include "ingest/timestamp.h"

namespace jobtree::engine {
namespace {

constexpr Instant kDayInMilliseconds = 86'400'000;
// The years that have four digits: 1 to 9999.
constexpr Instant kFirstInstant = -62'135'596'800'000;
constexpr Instant kLastInstant = 253'402'300'799'999;

}  // namespace

bool has_date(Instant instant) {
  return instant >= kFirstInstant && instant <= kLastInstant;
}

void put_date_time(String& out, Instant instant, char between) {
  const auto since = static_cast<std::uint64_t>(instant - kFirstInstant);
  const auto days =
      static_cast<int>(since / kDayInMilliseconds + kFirstInstant / kDayInMilliseconds);
  const auto of_day = static_cast<std::uint32_t>(since % kDayInMilliseconds);
  // From a year that is never too early, and but a few too late.
  int year = static_cast<int>(since / (365 * kDayInMilliseconds)) + 1;
  while (days_since_1970(year, 1, 1) > days)
    --year;
  int month = 12;
  while (days_since_1970(year, month, 1) > days)
    --month;

  struct Part {
    std::uint32_t value;
    std::uint8_t width;
    char behind;
  };
  const Part parts[] = {
      {static_cast<std::uint32_t>(year), 4, '-'},
      {static_cast<std::uint32_t>(month), 2, '-'},
      {static_cast<std::uint32_t>(days - days_since_1970(year, month, 1) + 1), 2, between},
      {of_day / 3'600'000, 2, ':'},
      {of_day / 60'000 % 60, 2, ':'},
      {of_day / 1000 % 60, 2, ':'},
  };
  for (const Part& part : parts) {
    put_digits(out, part.value, part.width);
    out += part.behind;
  }
  out.pop_back();
}

std::uint32_t milliseconds_of(Instant instant) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(instant - kFirstInstant) % 1000);
}

}  // namespace jobtree::engine
