// A value of the store, or which kind of bad day it is.
//
// Knows: what decides what is done next. Must not know: which database it was, who is told.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace jobtree::store {

struct StoreError {
  enum class Kind {
    full,       ///< no room on the disk, or over a quota
    read_only,  ///< the folder or the file may not be written
    corrupt,    ///< no database, or a broken one: it is set aside, never deleted
    away,       ///< it cannot be reached
    busy,       ///< somebody else has it for too long
    conflict,   ///< what was read before has changed meanwhile
    other
  };
  Kind kind = Kind::other;
  std::string message{};  ///< the database's own, in English, for the log
};

/// A value or an error.
template <class T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : state_(std::move(value)) {}           // NOLINT(google-explicit-constructor)
  Outcome(StoreError error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return std::holds_alternative<T>(state_); }
  T& value() { return std::get<T>(state_); }
  const T& value() const { return std::get<T>(state_); }
  /// Only when there is no value.
  const StoreError& error() const { return std::get<StoreError>(state_); }

 private:
  std::variant<T, StoreError> state_;
};

/// Nothing to say but that it went well.
struct Done {};

}  // namespace jobtree::store
