// A value that goes into a statement, for either database.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace jobtree::store {

/// Nothing, a number, a text or bytes. Texts and bytes are those of the caller until the statement
/// has run.
using Parameter = std::variant<std::monostate, std::int64_t, double, std::string_view,
                               std::span<const std::byte>>;

inline std::span<const std::byte> as_bytes(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace jobtree::store
