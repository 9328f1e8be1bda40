// What goes out in place of a response, for the faults that put something in its place.
//
// Knows: pages of proxies, bodies that are too long. Must not know: sockets, whose turn a fault is.
#pragma once

#include <optional>
#include <string_view>

#include "simulator/cloud/response.h"
#include "simulator/script/fault.h"

namespace jobtree::simulator {

/// Nothing for a fault that leaves the response as it is, or breaks it on its way (delivery.h).
std::optional<Response> fault_response(const Fault& fault, std::string_view request_id);

}  // namespace jobtree::simulator
