// A row of values that grows, and one of characters.
//
// Knows: memory. What std::vector and std::string are to anything, these are to values that may be
// moved byte by byte, so that growing is one function for all of them: in WebAssembly the standard
// ones cost some hundred bytes of code for each type they hold, a seventh of the whole engine.
//
// Memory that cannot be had ends the engine, as it would with the standard ones.
#pragma once

#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/text.h"

namespace jobtree::engine {

/// What an Array is but for its type; sizes are counted in elements.
class Block {
 public:
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  void clear() { size_ = 0; }

 protected:
  Block() = default;
  [[gnu::noinline]] Block(Block&& other) noexcept;
  [[gnu::noinline]] Block& operator=(Block&& other) noexcept;
  [[gnu::noinline]] ~Block();

  /// Room for exactly `capacity` elements of `element` bytes, unless there is more.
  [[gnu::noinline]] void reserve(std::size_t capacity, std::size_t element);
  /// Room for `count` more and as many again, so that adding one by one copies little.
  [[gnu::noinline]] void grow(std::size_t count, std::size_t element);
  /// Adds `count` elements of zeros, or of copies of what `from` points at.
  [[gnu::noinline]] void add(std::size_t count, std::size_t element, const void* from);

  void* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

template <class T>
class Array : public Block {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  Array() = default;
  /// `size` elements, all of whose bytes are zero.
  explicit Array(std::size_t size) { resize(size); }

  T* data() { return static_cast<T*>(data_); }
  const T* data() const { return static_cast<const T*>(data_); }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }
  T& operator[](std::size_t i) {
    assert(i < size_);
    return data()[i];
  }
  const T& operator[](std::size_t i) const {
    assert(i < size_);
    return data()[i];
  }
  T& front() { return (*this)[0]; }
  const T& front() const { return (*this)[0]; }
  T& back() { return (*this)[size_ - 1]; }
  const T& back() const { return (*this)[size_ - 1]; }

  void reserve(std::size_t capacity) { Block::reserve(capacity, sizeof(T)); }
  /// Elements that come have only zeros.
  void resize(std::size_t size) {
    if (size > size_) add(size - size_, sizeof(T), nullptr);
    size_ = size;
  }
  /// Not of an element of its own.
  void push_back(const T& value) {
    if (size_ == capacity_) grow(1, sizeof(T));
    data()[size_++] = value;
  }
  T& emplace_back() {
    // NOLINTNEXTLINE(bugprone-sizeof-expression): where elements are pointers, their size is meant
    if (size_ == capacity_) grow(1, sizeof(T));
    return *new (data() + size_++) T();
  }
  /// Elements that come have whatever the memory had.
  void stretch(std::size_t size) {
    reserve(size);
    size_ = size;
  }
  /// Keeps the first `size` elements.
  void cut(std::size_t size) { size_ = size; }
  void pop_back() { --size_; }
  void erase(const T* at) {
    std::memmove(const_cast<T*>(at), at + 1, static_cast<std::size_t>(end() - at - 1) * sizeof(T));
    --size_;
  }
};

template <class T>
concept Characters = std::convertible_to<const T&, std::string_view>;

class String : public Array<char> {
 public:
  String() = default;
  template <Characters T>
  String(const T& text) {  // NOLINT(google-explicit-constructor): as std::string's
    *this += text;
  }
  /// Not a part of itself.
  template <Characters T>
  String& operator=(const T& text) {
    clear();
    return *this += text;
  }

  operator std::string_view() const {  // NOLINT(google-explicit-constructor): as std::string's
    return {data(), size_};
  }
  /// Not of a part of itself.
  [[gnu::noinline]] String& operator+=(std::string_view text);
  [[gnu::noinline]] String& operator+=(char c);
  friend bool operator==(const String& a, std::string_view b) { return is_same(a, b); }
};

}  // namespace jobtree::engine
