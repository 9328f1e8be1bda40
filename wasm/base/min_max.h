// The lesser and the greater of two numbers, by value: those of the standard library take
// references, so that where code is built small every number makes its way through memory.
#pragma once

#include <type_traits>

namespace jobtree::engine {

template <class T>
[[gnu::always_inline]] constexpr T lesser(T a, std::type_identity_t<T> b) {
  return b < a ? b : a;
}

template <class T>
[[gnu::always_inline]] constexpr T greater(T a, std::type_identity_t<T> b) {
  return a < b ? b : a;
}

/// `value`, or the nearest that is neither below `low` nor above `high`.
template <class T>
[[gnu::always_inline]] constexpr T bounded(T value, std::type_identity_t<T> low,
                                           std::type_identity_t<T> high) {
  return greater(lesser(value, high), low);
}

}  // namespace jobtree::engine
