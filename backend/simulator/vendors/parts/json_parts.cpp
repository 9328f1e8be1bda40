#include "simulator/vendors/parts/json_parts.h"

#include <algorithm>

namespace jobtree::simulator {
namespace {

/// Deeper than any vendor's message; what walks through one is recursive.
constexpr int kMaxNesting = 64;

}  // namespace

nlohmann::json parsed_body(std::string_view body) {
  bool is_too_deep = false;
  const auto look = [&is_too_deep](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    is_too_deep = is_too_deep || depth > kMaxNesting;
    return !is_too_deep;
  };
  nlohmann::json json = nlohmann::json::parse(body, look, false);
  if (is_too_deep) return nlohmann::json(nlohmann::json::value_t::discarded);
  return json;
}

const nlohmann::json* member_of(const nlohmann::json& json, const char* name) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(name);
  return found == json.end() ? nullptr : &*found;
}

const nlohmann::json* object_of(const nlohmann::json& json, const char* name) {
  const nlohmann::json* member = member_of(json, name);
  return member != nullptr && member->is_object() ? member : nullptr;
}

const nlohmann::json* list_of(const nlohmann::json& json, const char* name) {
  const nlohmann::json* member = member_of(json, name);
  return member != nullptr && member->is_array() ? member : nullptr;
}

std::string text_of(const nlohmann::json& json, const char* name) {
  const nlohmann::json* member = member_of(json, name);
  return member != nullptr && member->is_string() ? member->get<std::string>() : std::string();
}

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

}  // namespace jobtree::simulator
