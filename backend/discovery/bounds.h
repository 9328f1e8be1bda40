// How much is read of one page of the cloud's records, of whatever kind.
//
// Knows: numbers. Must not know: what a page looks like.
#pragma once

#include <cstddef>

#include "cloud/record_source.h"

namespace jobtree::discovery {

using cloud::kLargestPage;                        ///< bytes
inline constexpr std::size_t kMostMembers = 500;  ///< of an object
inline constexpr std::size_t kLongestMarker = 512;
inline constexpr std::size_t kLongestCode = 64;  ///< of an error

}  // namespace jobtree::discovery
