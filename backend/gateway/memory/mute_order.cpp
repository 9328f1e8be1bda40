#include "gateway/memory/mute_order.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/utc.h"
#include "gateway/memory/follow_order.h"

namespace jobtree::gateway {
namespace {

using OrderJson = nlohmann::json;

constexpr std::array<std::string_view, 3> kMembers{"service", "name", "mute"};
constexpr std::array<std::string_view, 3> kMuteMembers{"until", "remaining", "note"};
constexpr std::size_t kLongestName = 300;  // bytes: a code, and what tells its groups apart
constexpr std::size_t kLongestNote = 500;  // characters
constexpr std::size_t kMostBytes = 4;      // of a character
constexpr std::int64_t kMostRemaining = 1'000'000;
constexpr std::chrono::days kLongestMute{366};

bool has_others(const OrderJson& object, std::span<const std::string_view> known) {
  return std::ranges::any_of(object.items(), [&](const auto& item) {
    return std::ranges::find(known, item.key()) == known.end();
  });
}

bool is_note(const std::string& text) {
  // Each character of UTF-8 has one byte that is no continuation.
  const auto characters = std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
  return is_short_text(text, kLongestNote * kMostBytes) &&
         static_cast<std::size_t>(characters) <= kLongestNote;
}

std::optional<store::Time> time_in(const OrderJson& value, store::Time now) {
  if (!value.is_string()) return std::nullopt;
  const auto time = parse_iso_time(value.get_ref<const std::string&>());
  if (!time) return std::nullopt;
  const auto until = std::chrono::time_point_cast<store::Time::duration>(*time);
  if (until <= now || until > now + kLongestMute) return std::nullopt;
  return until;
}

std::variant<store::FailureMute, WrongParameter> mute_of(const OrderJson& order, store::Time now) {
  if (!order.is_object() || has_others(order, kMuteMembers)) {
    return WrongParameter{"\"mute\" must be null, or an object of until, remaining and note."};
  }
  store::FailureMute mute{.at = now};
  if (const OrderJson* const until = member(order, "until")) {
    mute.until = time_in(*until, now);
    if (!mute.until) {
      return WrongParameter{
          "\"until\" must be a time such as 2026-11-29T12:00:00Z, later than now and within a "
          "year."};
    }
  }
  if (const OrderJson* const remaining = member(order, "remaining")) {
    if (!remaining->is_number_unsigned() || remaining->get<std::uint64_t>() == 0 ||
        remaining->get<std::uint64_t>() > kMostRemaining) {
      return WrongParameter{"\"remaining\" must be a number from 1 to 1000000."};
    }
    mute.remaining = remaining->get<std::int64_t>();
  }
  if (!mute.until && !mute.remaining) {
    return WrongParameter{"\"mute\" must say when it ends: until, remaining, or both."};
  }
  if (const OrderJson* const note = member(order, "note")) {
    if (!note->is_string() || !is_note(note->get_ref<const std::string&>())) {
      return WrongParameter{"\"note\" must be at most 500 characters of text."};
    }
    mute.note = note->get<std::string>();
  }
  return mute;
}

}  // namespace

std::variant<store::Muting, WrongParameter> mute_order_of(std::string_view body, store::Time now) {
  const OrderJson order = OrderJson::parse(body, nullptr, false);
  if (!order.is_object()) return WrongParameter{"The body must be a JSON object."};
  if (has_others(order, kMembers)) {
    return WrongParameter{
        "There is a member that is not known here; known are: service, name, mute."};
  }
  const OrderJson* const service = member(order, "service");
  if (service == nullptr || !service->is_string() ||
      !is_word(service->get_ref<const std::string&>()) || service->get<std::string>().empty()) {
    return WrongParameter{"\"service\" must be the name of a service."};
  }
  const OrderJson* const name = member(order, "name");
  if (name == nullptr || !name->is_string() ||
      !is_short_text(name->get_ref<const std::string&>(), kLongestName) ||
      name->get<std::string>().empty()) {
    return WrongParameter{"\"name\" must be that of a failure, as GET has it."};
  }
  store::Muting muting{.service = service->get<std::string>(), .name = name->get<std::string>()};
  if (!order.contains("mute")) {
    return WrongParameter{"\"mute\" is missing; null ends a mute."};
  }
  if (order["mute"].is_null()) return muting;
  auto mute = mute_of(order["mute"], now);
  if (auto* const wrong = std::get_if<WrongParameter>(&mute)) return std::move(*wrong);
  muting.mute = std::move(std::get<store::FailureMute>(mute));
  return muting;
}

}  // namespace jobtree::gateway
