// A body as JSON, and what stands in it, whatever stands there.
//
// Knows: JSON. Must not know: what a member means. What somebody sent is never trusted to be of a
// type: a member of another type is as good as none.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace jobtree::simulator {

/// Discarded (is_discarded()) when it is no JSON, no UTF-8, or deeper than any message.
nlohmann::json parsed_body(std::string_view body);

/// Null when `json` is no object or has no such member.
const nlohmann::json* member_of(const nlohmann::json& json, const char* name);
/// The same, of one type alone.
const nlohmann::json* object_of(const nlohmann::json& json, const char* name);
const nlohmann::json* list_of(const nlohmann::json& json, const char* name);
/// "" when there is no such text.
std::string text_of(const nlohmann::json& json, const char* name);

/// Of UTF-8, not bytes.
std::size_t characters_in(std::string_view text);

}  // namespace jobtree::simulator
