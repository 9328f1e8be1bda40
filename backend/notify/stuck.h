// Whether a job runs far longer than it should.
//
// Knows: how long such jobs took. Must not know: where that is stored, who is told.
#pragma once

#include "store/records.h"

namespace jobtree::notify {

inline constexpr std::size_t kFewestSamples = 5;

/// It has run longer than 95 of 100 of its kind, and nothing about it has changed for a quarter of
/// what half of them take, two minutes at least. Times are those at which it was seen: of a job
/// that nobody looks at, nobody knows that it stands still. With fewer than kFewestSamples nothing
/// is known.
bool is_stuck(const store::JobRecord& job, const store::Durations& others);

/// How many parts it has, or 1: jobs are compared with those of about as many.
std::uint32_t parts_of(const store::JobRecord& job);

}  // namespace jobtree::notify
