// A value, or the failure that says why there is none.
//
// Knows: three kinds of failure and a sentence. Must not know: exit codes, HTTP statuses, who reads
// it. Functions that can fail for reasons outside the program return this; they do not throw. The
// sentence is for the person at the terminal: what happened, where, what to do.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace jobtree {

class Failure {
 public:
  enum class Kind {
    usage,        ///< what the operator wrote is wrong: a flag, a file, a variable
    unavailable,  ///< it may pass by itself: network, metadata, no key yet
    system        ///< this machine: address in use, disk, threads, libraries
  };

  static Failure usage(std::string message) { return {Kind::usage, std::move(message)}; }
  static Failure unavailable(std::string message) {
    return {Kind::unavailable, std::move(message)};
  }
  static Failure system(std::string message) { return {Kind::system, std::move(message)}; }

  Kind kind() const { return kind_; }
  const std::string& message() const { return message_; }

  /// The same failure, with the place where it happened before its sentence: "--endpoint eip: ".
  Failure prefixed(std::string_view place) const {
    return {kind_, std::string(place).append(message_)};
  }

 private:
  Failure(Kind kind, std::string message) : kind_(kind), message_(std::move(message)) {}

  Kind kind_;
  std::string message_;
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
  const Failure& failure() const { return std::get<Failure>(state_); }
  /// The failure's sentence; only when there is no value.
  const std::string& error() const { return failure().message(); }

 private:
  std::variant<T, Failure> state_;
};

}  // namespace jobtree
