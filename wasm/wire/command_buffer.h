// One frame: the list of commands, and the one string their texts are cut from.
//
// Knows: the wire form of abi.h. Must not know: what is drawn.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/array.h"
#include "base/hash.h"
#include "wire/abi.h"

namespace jobtree::engine {

class CommandBuffer {
 public:
  void begin() {
    words_.clear();
    words_.resize(kHead);  // filled in by end()
    text_.clear();
    text_units_ = 0;
  }

  void mount(std::uint32_t slot) { put(abi::Op::mount, slot); }
  void unmount(std::uint32_t slot) { put(abi::Op::unmount, slot); }
  /// The string. What a caller puts behind it becomes part of the frame by text() or announce(), or
  /// is cut off again by the caller.
  String& string() { return text_; }
  /// What stands in the string from `begin` on is what the field shows.
  void text(std::uint32_t slot, abi::Field field, std::size_t begin) {
    put(abi::Op::text, slot, static_cast<std::uint32_t>(field));
    run(begin);
  }
  void time(std::uint32_t slot, abi::Field field, double value) {
    put(abi::Op::time, slot, static_cast<std::uint32_t>(field));
    real(value);
  }
  void number(std::uint32_t slot, abi::Attribute attribute, std::uint32_t value) {
    put(abi::Op::number, slot, static_cast<std::uint32_t>(attribute), value);
  }
  void height(std::uint32_t rows) { put(abi::Op::height, rows); }
  void focus(std::uint32_t slot) { put(abi::Op::focus, slot); }
  void scroll(double top) {
    put(abi::Op::scroll);
    real(top);
  }
  void announce(std::size_t begin) {
    put(abi::Op::announce);
    run(begin);
  }
  void query(std::string_view etag, std::uint32_t hold) {
    put(abi::Op::query);
    const std::size_t begin = text_.size();
    text_ += etag;
    run(begin);
    words_.push_back(hold);
  }
  void cancel(bool late) { put(abi::Op::cancel, late ? 1 : 0); }
  void wake(double time) {
    put(abi::Op::wake);
    real(time);
  }
  void event(abi::Event kind) { put(abi::Op::event, static_cast<std::uint32_t>(kind)); }

  /// Closes the frame; the words are valid until the next begin().
  const Array<std::uint32_t>& end() {
    put(abi::Op::end);
    // In WebAssembly an address is 32 bits; natively only tests look, and they use text().
    words_[0] = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(text_.data()));
    words_[1] = static_cast<std::uint32_t>(text_.size());
    words_[2] = static_cast<std::uint32_t>(words_.size());
    return words_;
  }
  std::string_view text() const { return text_; }
  /// What a host is given, once it is closed.
  const std::uint32_t* data() const { return words_.data(); }
  const Array<std::uint32_t>& words() const { return words_; }

 private:
  /// Where the string starts, its length in bytes, and how many words there are, these included.
  static constexpr std::size_t kHead = 3;

  template <class... Words>
  void put(abi::Op op, Words... words) {
    words_.push_back(static_cast<std::uint32_t>(op));
    (words_.push_back(words), ...);
  }
  void real(double value) {
    const auto bits = bits_of(value);
    words_.push_back(static_cast<std::uint32_t>(bits));
    words_.push_back(static_cast<std::uint32_t>(bits >> 32U));
  }
  void run(std::size_t begin) {
    // A UTF-16 unit for every byte that begins a character, and a second one for those past U+FFFF.
    std::uint32_t units = 0;
    for (std::size_t i = begin; i < text_.size(); ++i) {
      const auto byte = static_cast<unsigned char>(text_[i]);
      if ((byte & 0xC0U) != 0x80U) units += byte >= 0xF0U ? 2 : 1;
    }
    words_.push_back(text_units_);
    words_.push_back(units);
    text_units_ += units;
  }

  Array<std::uint32_t> words_;
  String text_;
  std::uint32_t text_units_ = 0;
};

}  // namespace jobtree::engine
