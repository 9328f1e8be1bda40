// Bodies as they are stored: whole, or as what differs from the body before.
//
// A patch is a zstd frame for which the body before is known text: of a job that changed a little,
// a hundredth of the body. Measured on batches of 20 to 160,000 sub-jobs: 12 to 40 times smaller
// than each body compressed by itself.
//
// Knows: zstd. Must not know: jobs, which bodies belong together, where they are stored.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jobtree::store {

/// Nothing is stored or read that is larger: as much as one response of the cloud.
inline constexpr std::size_t kMostBodyBytes = std::size_t{64} << 20;

/// `before` may be empty: then the body is packed whole. Nothing when there is no memory for it.
std::optional<std::string> pack_body(std::string_view body, std::string_view before);

/// The body again, of `size` bytes; nothing when these are no such bytes.
std::optional<std::string> unpack_body(std::string_view packed, std::string_view before,
                                       std::size_t size);

/// SHA-256 in hex.
std::string digest_of(std::string_view body);

}  // namespace jobtree::store
