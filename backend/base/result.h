// A value, or the failure that says why there is none.
//
// Knows: three kinds of failure and a sentence in both languages. Must not know: exit codes, HTTP
// statuses, who reads it. Functions that can fail for reasons outside the program return this; they
// do not throw. The sentence is for the person at the terminal: what happened, where, what to do.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/bilingual.h"

namespace jobtree {

class Failure {
 public:
  enum class Kind {
    usage,        ///< what the operator wrote is wrong: a flag, a file, a variable
    unavailable,  ///< it may pass by itself: network, metadata, no key yet
    system        ///< this machine: address in use, disk, threads, libraries
  };

  static Failure usage(Bilingual text) { return {Kind::usage, std::move(text)}; }
  static Failure unavailable(Bilingual text) { return {Kind::unavailable, std::move(text)}; }
  static Failure system(Bilingual text) { return {Kind::system, std::move(text)}; }

  Kind kind() const { return kind_; }
  const Bilingual& text() const { return text_; }
  /// In English, as logs and problem documents have it.
  const std::string& message() const { return text_.en; }

  /// The same failure, with the place where it happened before its sentence: "--endpoint eip: ".
  Failure prefixed(Bilingual place) const { return {kind_, std::move(place) + text_}; }

 private:
  Failure(Kind kind, Bilingual text) : kind_(kind), text_(std::move(text)) {}

  Kind kind_;
  Bilingual text_;
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
  /// The failure's sentence in English; only when there is no value.
  const std::string& error() const { return failure().message(); }

 private:
  std::variant<T, Failure> state_;
};

}  // namespace jobtree
