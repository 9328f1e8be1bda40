// A value or the sentence that says why there is none.
//
// Functions that can fail for reasons outside the program return this; they do not throw. The
// message is written for the person at the terminal: what happened, where, what to do.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace jobtree {

struct Failure {
  std::string message;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}            // NOLINT(google-explicit-constructor)
  Result(Failure failure) : state_(std::move(failure)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return std::holds_alternative<T>(state_); }
  T& value() { return std::get<T>(state_); }
  const T& value() const { return std::get<T>(state_); }
  /// Only when there is no value.
  const std::string& error() const { return std::get<Failure>(state_).message; }

 private:
  std::variant<T, Failure> state_;
};

}  // namespace jobtree
