// How the routes of the memory answer.
//
// Knows: JSON with a version, failures of an archive. Must not know: routes, who asks.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gateway/routing/route_response.h"
#include "store/archive.h"

namespace jobtree::gateway {

/// The text, or 304 to who has this version.
RouteResponse versioned(std::shared_ptr<const std::string> body, const std::string& etag,
                        std::string_view if_none_match);
RouteResponse versioned(std::string json, std::string_view if_none_match);

/// What an archive could not do.
RouteResponse refusal_of(const Failure& failure);

/// "good", "trouble" or "off".
std::string_view name_of(store::ArchiveState::Kind kind);

/// What everybody may read of trouble, which is neither where the memory is nor what its database
/// says; empty when there is none.
std::string note_of(const store::ArchiveState& state, Language language);
/// {"state", "note"}: how the memory is, beside what was read from it.
nlohmann::ordered_json memory_json(const store::ArchiveState& state, Language language);

}  // namespace jobtree::gateway
