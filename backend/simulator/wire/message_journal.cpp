#include "simulator/wire/message_journal.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/ascii.h"
#include "base/utc.h"

namespace jobtree::simulator {
namespace {

/// What tells one attempt from another; of the rest nothing is kept.
constexpr auto kTellingHeaders = std::to_array<std::string_view>(
    {"content-type", "user-agent", "webhook-id", "webhook-timestamp"});

bool is_telling(const std::string& name) {
  return std::ranges::find(kTellingHeaders, lower(name)) != kTellingHeaders.end();
}

nlohmann::ordered_json json_of(const JournalMessage& message, std::uint64_t number) {
  nlohmann::ordered_json headers = nlohmann::ordered_json::array();
  for (const auto& [name, value] : message.headers) {
    headers.push_back({{"name", lower(name)}, {"value", value}});
  }
  return {{"n", number},
          {"at", iso_time_with_milliseconds(message.at)},
          {"vendor", message.vendor},
          {"robot", message.robot},
          {"status", message.status},
          {"code", message.code},
          {"shown", message.is_shown},
          {"fault", message.faults},
          {"text", message.text},
          {"links", message.links},
          {"mentions", message.mentions},
          {"headers", std::move(headers)}};
}

}  // namespace

void MessageJournal::add(JournalMessage message) {
  std::erase_if(message.headers, [](const auto& header) { return !is_telling(header.first); });
  const Lock lock(mutex_);
  ++total_;
  messages_.push_back(std::move(message));
  if (messages_.size() > kMaxMessages) messages_.pop_front();
}

void MessageJournal::clear() {
  const Lock lock(mutex_);
  messages_.clear();
  total_ = 0;
}

std::string MessageJournal::json() const {
  std::deque<JournalMessage> kept;
  nlohmann::ordered_json all{{"messages", nlohmann::ordered_json::array()}};
  std::uint64_t number = 0;
  {
    const Lock lock(mutex_);
    kept = messages_;
    number = total_ - messages_.size();
    all["total"] = total_;
  }
  for (const JournalMessage& message : kept) {
    all["messages"].push_back(json_of(message, ++number));
  }
  return all.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace jobtree::simulator
