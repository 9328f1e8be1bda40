// How an answer reaches who asked, when something goes wrong on the way.
//
// Knows: faults, and an answer as bytes. Must not know: what it says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "simulator/cloud/response.h"
#include "simulator/wire/fault_injector.h"
#include "simulator/wire/wire.h"

namespace jobtree::simulator {

/// What goes out in place of the answer, for faults that put something in its place.
std::optional<Response> replacement(const Fault& fault, std::string_view request_id);

/// What `fault` makes of the bytes of an answer.
std::string altered(std::string bytes, const Fault& fault);

/// Writes an answer as `injected` will have it. False when the connection is closed, by us or the
/// other side; true when the next request may come.
bool deliver(Wire& wire, std::string bytes, const InjectedFaults& injected);

}  // namespace jobtree::simulator
