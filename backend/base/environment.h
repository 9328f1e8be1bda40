// The environment as a value, so that a test can give one of its own.
//
// Knows: getenv. Must not know: which variables there are.
#pragma once

#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace jobtree {

class Environment {
 public:
  using Value = std::function<std::string_view(const char* name)>;
  using Names = std::function<std::vector<std::string>()>;

  /// Without any variable.
  Environment() = default;
  /// `value`: of a variable, empty when there is none. `names`: of all variables, in order.
  template <class F>
  requires std::is_invocable_r_v<std::string_view, F, const char*> Environment(
      F value, Names names = {})  // NOLINT(google-explicit-constructor)
      : value_(std::move(value)), names_(std::move(names)) {}

  /// The view stays good until the environment is changed.
  std::string_view operator()(const char* name) const {
    return value_ ? value_(name) : std::string_view();
  }
  std::vector<std::string> names() const { return names_ ? names_() : std::vector<std::string>(); }
  explicit operator bool() const { return static_cast<bool>(value_); }

 private:
  Value value_;
  Names names_;
};

/// The environment of this process, without the names.
inline Environment process_environment() {
  return [](const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
  };
}

}  // namespace jobtree
