#include "base/array.h"

#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/min_max.h"

namespace jobtree::engine {

Block::Block(Block&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

Block& Block::operator=(Block&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  return *this;
}

Block::~Block() {
  std::free(data_);
}

void Block::reserve(std::size_t capacity, std::size_t element) {
  if (capacity <= capacity_) return;
  void* const data = std::malloc(capacity * element);
  if (data == nullptr) __builtin_trap();
  if (size_ != 0) std::memcpy(data, data_, size_ * element);
  std::free(data_);
  data_ = data;
  capacity_ = capacity;
}

void Block::grow(std::size_t count, std::size_t element) {
  const std::size_t wanted = size_ + count;
  if (wanted > capacity_) reserve(greater(wanted, 2 * capacity_), element);
}

void Block::add(std::size_t count, std::size_t element, const void* from) {
  if (count == 0) return;
  grow(count, element);
  char* const to = static_cast<char*>(data_) + size_ * element;
  if (from == nullptr) {
    std::memset(to, 0, count * element);
  } else {
    std::memcpy(to, from, count * element);
  }
  size_ += count;
}

String& String::operator+=(std::string_view text) {
  add(text.size(), 1, text.data());
  return *this;
}

String& String::operator+=(char c) {
  push_back(c);
  return *this;
}

}  // namespace jobtree::engine
