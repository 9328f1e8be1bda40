#include "view/time_axis.h"

#include <cstdint>

namespace jobtree::engine {
namespace {

constexpr Instant kMostMarks = 4;
constexpr std::uint32_t kSecond = 1000;
constexpr std::uint32_t kMinute = 60;
constexpr std::uint32_t kHour = 3600;
constexpr std::uint32_t kDay = 86400;

struct Unit {
  std::uint32_t seconds;
  Pair name;
};
constexpr Unit kUnits[] = {
    {kDay, {"d", "天"}}, {kHour, {"h", "小时"}}, {kMinute, {"m", "分"}}, {1, {"s", "秒"}}};

/// "1m 30s", as short as can be: marks stand close.
void put_mark(String& out, Instant at, Language language) {
  auto left = static_cast<std::uint64_t>(at) / kSecond;
  const std::size_t begin = out.size();
  for (const auto& [seconds, name] : kUnits) {
    const std::uint64_t number = left / seconds;
    left %= seconds;
    if (number == 0) continue;
    if (out.size() != begin && language == Language::en) out += ' ';
    put_digits(out, number);
    out += name.in(language);
  }
}

}  // namespace

Instant mark_step(Instant length) {
  constexpr std::uint32_t kSteps[] = {
      1,       2,           5,           10,           15,           30,
      kMinute, 2 * kMinute, 5 * kMinute, 10 * kMinute, 15 * kMinute, 30 * kMinute,
      kHour,   2 * kHour,   3 * kHour,   6 * kHour,    12 * kHour,   kDay};
  if (length < kSecond) return 0;
  for (const std::uint32_t seconds : kSteps) {
    const Instant step = Instant{seconds} * kSecond;
    if (length <= step * kMostMarks) return step;
  }
  // Days: 1, 2, 4 and so on. Nobody waits for months, and whoever does counts in weeks.
  Instant step = Instant{kDay} * kSecond;
  while (length > step * kMostMarks)
    step *= 2;
  return step;
}

void put_marks(String& out, Instant step, Instant length, Language language) {
  if (step == 0) return;
  for (Instant at = step; at <= length; at += step) {
    if (at != step) out += '\n';
    put_mark(out, at, language);
  }
}

}  // namespace jobtree::engine
