// The environment as a value, so that a test can give one of its own.
//
// Knows: getenv. Must not know: which variables there are.
#pragma once

#include <cstdlib>
#include <functional>
#include <string_view>

namespace jobtree {

/// The value of an environment variable, empty when there is none. The view stays good until the
/// environment is changed.
using Environment = std::function<std::string_view(const char* name)>;

/// The environment of this process.
inline Environment process_environment() {
  return [](const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
  };
}

}  // namespace jobtree
