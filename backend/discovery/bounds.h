// How much is read of one page of the cloud's records, of whatever kind.
//
// Knows: numbers. Must not know: what a page looks like.
#pragma once

#include <cstddef>

namespace jobtree::discovery {

inline constexpr std::size_t kLargestPage = std::size_t{16} << 20;  ///< bytes
inline constexpr std::size_t kMostMembers = 500;                    ///< of an object
inline constexpr std::size_t kLongestMarker = 512;
inline constexpr std::size_t kLongestCode = 64;  ///< of an error

}  // namespace jobtree::discovery
