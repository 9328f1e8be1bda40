#include "store/retention.h"

#include <charconv>
#include <optional>

#include "base/ascii.h"

namespace jobtree::store {
namespace {

constexpr std::int64_t kLongest = std::int64_t{100} * 366 * 24 * 3600;  // seconds

/// A number, and what stands behind it.
struct Amount {
  std::uint64_t number;
  std::string_view unit;
};

std::optional<Amount> amount_of(std::string_view text) {
  Amount amount{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount.number);
  if (error != std::errc()) return std::nullopt;
  amount.unit = text.substr(static_cast<std::size_t>(end - text.data()));
  return amount;
}

std::optional<std::uint64_t> bytes_of(std::string_view text) {
  const auto amount = amount_of(text);
  if (!amount) return std::nullopt;
  int shift = 0;
  if (equals_ignoring_case(amount->unit, "MiB")) {
    shift = 20;
  } else if (equals_ignoring_case(amount->unit, "GiB")) {
    shift = 30;
  } else if (equals_ignoring_case(amount->unit, "TiB")) {
    shift = 40;
  } else if (amount->number != 0 || !amount->unit.empty()) {
    return std::nullopt;
  }
  if (amount->number > (UINT64_MAX >> 1U) >> static_cast<unsigned>(shift)) return std::nullopt;
  return amount->number << static_cast<unsigned>(shift);
}

Failure no_retention(std::string_view part) {
  return Failure::usage(
      bilingual({"\"{0}\" is no part of a retention; write it like "
                 "jobs=90d,bodies=30d,versions=24h,failures=400d,size=2GiB, where 0 is for ever",
                 "“{0}”不是有效的保留设置，格式如 "
                 "jobs=90d,bodies=30d,versions=24h,failures=400d,size=2GiB，0 表示永久保留"},
                part.substr(0, 40)));
}

}  // namespace

Result<std::chrono::seconds> parse_span(std::string_view text) {
  const auto amount = amount_of(text);
  std::int64_t unit = 0;
  if (amount && amount->unit == "s") unit = 1;
  if (amount && amount->unit == "m") unit = 60;
  if (amount && amount->unit == "h") unit = 3600;
  if (amount && amount->unit == "d") unit = std::int64_t{24} * 3600;
  if (unit == 0 || amount->number > static_cast<std::uint64_t>(kLongest / unit)) {
    return Failure::usage(
        bilingual({"\"{0}\" is no span of time; write it like 7d, 24h, 30m or 45s",
                   "“{0}”不是有效的时长，格式如 7d、24h、30m 或 45s"},
                  text.substr(0, 40)));
  }
  return std::chrono::seconds(static_cast<std::int64_t>(amount->number) * unit);
}

Result<Retention> parse_retention(std::string_view text) {
  Retention retention;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view part = trimmed(text.substr(0, comma), " ");
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) return no_retention(part);
    const std::string_view name = part.substr(0, equals);
    const std::string_view value = part.substr(equals + 1);
    if (name == "size") {
      const auto bytes = bytes_of(value);
      if (!bytes) return no_retention(part);
      retention.size = *bytes;
      continue;
    }
    std::chrono::seconds* const of = name == "jobs"       ? &retention.jobs
                                     : name == "bodies"   ? &retention.bodies
                                     : name == "versions" ? &retention.versions
                                     : name == "failures" ? &retention.failures
                                                          : nullptr;
    if (of == nullptr) return no_retention(part);
    if (value == "0") {
      *of = {};
      continue;
    }
    const auto span = parse_span(value);
    if (!span) return no_retention(part);
    *of = span.value();
  }
  return retention;
}

}  // namespace jobtree::store
