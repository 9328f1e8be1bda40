// A share link as JSON, and the addresses it has.
//
// Knows: the names of the members, which are part of the public contract. Must not know: who reads
// it. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "store/shares/shares.h"

namespace jobtree::gateway {

/// For who made it, once: the token is in it.
nlohmann::ordered_json created_json(const store::Share& share, std::string_view token,
                                    std::string_view public_url);
/// For a list, without the token.
nlohmann::ordered_json listed_json(const store::Share& share, store::Time now);
/// For who has the link.
nlohmann::ordered_json shown_json(const store::Share& share);

// Each of them with what they begin with: "" or "https://jobs.example.com".
std::string page_address(std::string_view public_url, std::string_view token);
std::string badge_address(std::string_view public_url, std::string_view token,
                          std::string_view ending);
std::string feed_address(std::string_view public_url, std::string_view token,
                         std::string_view ending);

}  // namespace jobtree::gateway
