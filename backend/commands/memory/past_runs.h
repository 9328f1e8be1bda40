// Runs of the past for the demo, so that what is remembered can be looked at from the first minute.
//
// Knows: how such jobs look. Must not know: where they are stored.
#pragma once

#include <string>

#include "base/clock.h"
#include "store/archive.h"

namespace jobtree::commands {

/// Two weeks of made-up jobs of this project, each marked as an example. The simulated cloud does
/// not know them: it has forgotten them, as the real one would have.
void remember_past_runs(store::Archive& archive, const std::string& project, const Clock& clock);

}  // namespace jobtree::commands
