// A JSON text, checked and laid flat.
//
// Knows: JSON (RFC 8259) and nothing of jobs. The text is parsed where it lies: strings are decoded
// in place and values point into it, so a document costs one buffer and one array, however many
// strings it holds. No recursion anywhere: depth costs memory, never stack.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jobtree::engine {

/// A run of bytes in the document.
struct Text {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
  bool empty() const { return size == 0; }
};

enum class Kind : std::uint8_t { null, boolean, number, string, object, array };

/// One value. An object's or array's members follow it; `end` is the index just past the last of
/// them, so it is also where the next sibling stands.
struct Value {
  Text key;  ///< the member's name; empty in arrays
  /// A string's contents; a number as sent. Of an object or array, where it stood in the text as it
  /// was given, before strings were decoded: not for view().
  Text text;
  std::uint32_t end = 0;
  Kind kind = Kind::null;
};

/// What is taken; past it a text is refused, never cut.
struct DocumentLimits {
  std::size_t bytes = std::size_t{16} << 20U;
  std::uint32_t depth = 4096;
  std::uint32_t values = 3'000'000;
};

enum class DocumentError : std::uint8_t { none, syntax, encoding, too_deep, too_many, too_large };

class Document {
 public:
  /// Parses `bytes` as one JSON text in UTF-8 (a byte order mark is skipped). On an error the
  /// document is empty and error_offset() says how far it was understood.
  static Document parse(std::string bytes, const DocumentLimits& limits = {});

  DocumentError error() const { return error_; }
  std::size_t error_offset() const { return error_offset_; }

  const std::vector<Value>& values() const { return values_; }
  std::string_view view(Text text) const { return {bytes_.data() + text.offset, text.size}; }

  /// Puts a text that was composed of others behind them in the same buffer.
  Text append(std::string_view text) {
    const Text added{static_cast<std::uint32_t>(bytes_.size()),
                     static_cast<std::uint32_t>(text.size())};
    bytes_ += text;
    return added;
  }

  /// The buffer that all texts point into; whoever takes it keeps them valid.
  std::string take_bytes() && { return std::move(bytes_); }

 private:
  std::string bytes_;
  std::vector<Value> values_;
  DocumentError error_ = DocumentError::none;
  std::size_t error_offset_ = 0;
};

}  // namespace jobtree::engine
