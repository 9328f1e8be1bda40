// A JSON text, checked and laid flat.
//
// Knows: JSON (RFC 8259) and nothing of jobs. The text stays as it was given, and values point into
// it, so a document costs one buffer and a few arrays, however many strings it holds; only those
// with escapes are written anew, behind one another. No recursion anywhere, and depth costs no
// memory of its own.
//
// What the RFC leaves open is decided so: a byte order mark is passed over; half of a surrogate
// pair becomes U+FFFD, for a name that was cut in two must not hide a whole answer; members of one
// name are all kept, in order; a number is its text, so no digit of an id is lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/array.h"

namespace jobtree::engine {

/// A run of bytes in the document, or of those written anew: their offsets go on where it ends.
struct Text {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
  bool empty() const { return size == 0; }
};

enum class Kind : std::uint8_t { null, boolean, number, string, object, array };

/// One value; how to read it, JsonDocument knows. The members of an object or array follow it.
struct Value {
  std::uint32_t key : 28;  ///< the member's name, as a number of JsonDocument::key(); 0 in arrays
  Kind kind : 4;
  std::uint32_t place;   ///< of a container: which of the sources
  std::uint32_t extent;  ///< of a container: the index just past its last member

  bool is_container() const { return kind >= Kind::object; }
};

/// What is taken; past it a text is refused, never cut.
struct JsonLimits {
  std::size_t bytes = std::size_t{64} << 20U;
  std::uint32_t depth = 4096;
  std::uint32_t values = 4'000'000;
};
static_assert(sizeof(Value) == 12 && JsonLimits{}.values < 1U << 28U);

/// From too_deep on it is JSON, but more than is taken.
enum class JsonError : std::uint8_t { none, syntax, encoding, too_deep, too_many, too_large };

class JsonDocument {
 public:
  /// Parses `bytes` as one JSON text in UTF-8. On an error the document is empty and error_offset()
  /// says how far it was understood.
  static JsonDocument parse(String&& bytes, const JsonLimits& limits = {});

  JsonError error() const { return error_; }
  std::size_t error_offset() const { return error_offset_; }

  std::uint32_t size() const { return static_cast<std::uint32_t>(values_.size()); }
  const Value& operator[](std::uint32_t value) const { return values_[value]; }
  /// The index of the next sibling, or of the end of what holds them.
  std::uint32_t next(std::uint32_t value) const {
    const Value& it = values_[value];
    return it.is_container() ? it.extent : value + 1;
  }
  /// A string's contents; a number, true or false as sent; empty for others.
  Text text(std::uint32_t value) const {
    const Value& it = values_[value];
    return it.is_container() ? Text{} : Text{it.place, it.extent};
  }
  /// Where an object or array stands in the text.
  Text source(std::uint32_t container) const { return sources_[values_[container].place]; }

  /// How many objects stand in arrays.
  std::uint32_t item_count() const { return item_count_; }

  /// Names of members, each mostly once: what is found out about one need not be found out for
  /// every member that bears it.
  std::uint32_t key_count() const { return static_cast<std::uint32_t>(keys_.size()); }
  Text key(std::uint32_t number) const { return keys_[number].text; }

  std::string_view view(Text text) const {
    return text.offset < bytes_.size()
               ? std::string_view(bytes_.data() + text.offset, text.size)
               : std::string_view(decoded_.data() + (text.offset - bytes_.size()), text.size);
  }

  /// Where the offsets of all texts end.
  std::uint32_t end_of_texts() const {
    return static_cast<std::uint32_t>(bytes_.size() + decoded_.size());
  }
  /// The buffers that all texts point into; whoever takes both keeps those valid.
  String take_bytes() { return std::move(bytes_); }
  String take_decoded() { return std::move(decoded_); }

 private:
  class Reader;
  struct Key {
    Text text;
    std::uint32_t follower = 0;  // the key that was read after this one, the last time
  };

  String bytes_;
  String decoded_;
  Array<Value> values_;
  Array<Text> sources_;
  Array<Key> keys_;
  std::uint32_t item_count_ = 0;
  JsonError error_ = JsonError::none;
  std::size_t error_offset_ = 0;
};

}  // namespace jobtree::engine
