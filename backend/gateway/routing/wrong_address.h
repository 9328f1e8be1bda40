// Jobs that are named by their four parts, and what is told to who names one that cannot be.
//
// Knows: which parts an address has. Must not know: routes, who asks.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "cloud/where/catalogue.h"
#include "gateway/routing/route_response.h"

namespace jobtree::gateway {

/// The job that somebody names by these parts; judged.
std::variant<cloud::JobAddress, cloud::WrongPart> address_of(const cloud::Catalogue& catalogue,
                                                             std::string_view region,
                                                             std::string_view service,
                                                             std::string_view project,
                                                             std::string_view job);

/// `service`: as it was named.
RouteResponse refusal_of(cloud::WrongPart part, const cloud::Catalogue& catalogue,
                         std::string_view service);

}  // namespace jobtree::gateway
