// How long things are stored, as an operator writes it.
//
// Pure. Knows: the words of the flag. Must not know: which flag it was.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.h"
#include "store/records.h"

namespace jobtree::store {

/// "90d", "24h", "30m", "45s": whole numbers, at most a hundred years.
Result<std::chrono::seconds> parse_span(std::string_view text);

/// "jobs=90d,bodies=30d,versions=24h,failures=400d,size=2GiB" in any order; what is left out stays
/// as it is by default, and 0 is for ever, or without a limit. Sizes in MiB, GiB or TiB.
Result<Retention> parse_retention(std::string_view text);

}  // namespace jobtree::store
