// What is to be told, as JSON: what the outbox stores, and what programs are sent.
//
// Knows: the names of the members. Must not know: who reads it, where it is stored.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "notify/notice.h"

namespace jobtree::notify {

/// More is not read: a payload that we wrote is shorter.
inline constexpr std::size_t kLargestPayload = std::size_t{64} * 1024;

/// {"schema": 1, "kind": "settled", …}; of a digest the kind is "digest". For programs: `is_repeat`
/// is not in it, for an event that is sent twice is the same event.
nlohmann::ordered_json json_of(const Notice& notice);
nlohmann::ordered_json json_of(const Digest& digest);

/// The payload of a row of the outbox, and back. Nothing for what is not such a text, as of a later
/// version. Texts and lists that are longer than ours are cut.
std::string payload_of(const Content& content);
std::optional<Content> content_of(std::string_view payload);

}  // namespace jobtree::notify
