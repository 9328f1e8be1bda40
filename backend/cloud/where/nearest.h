// Which name was perhaps meant by one that nothing has.
//
// Knows: names. Must not know: what they name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jobtree::cloud {

/// A name, and what somebody may write for it.
struct KnownName {
  std::string written;
  std::string name;
};

/// Three at most, the likeliest first: what is a letter or two away, and what begins alike up to a
/// "-". Each once.
std::vector<std::string> nearest(std::string_view given, const std::vector<KnownName>& names);

}  // namespace jobtree::cloud
