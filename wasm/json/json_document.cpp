#include "json/json_document.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/hash.h"
#include "base/min_max.h"
#include "base/text.h"
#include "base/utf8.h"

namespace jobtree::engine {
namespace {

/// Sixteen bytes, compared at once: compilers have an instruction for each of these operators, in
/// WebAssembly too.
using Bytes = signed char __attribute__((vector_size(16)));
using Halves = std::uint64_t __attribute__((vector_size(16)));

/// The first byte that a string may not simply hold: a quote, a backslash, a control character, or
/// one outside ASCII, which is less than nothing when it has a sign.
const char* end_of_plain(const char* at, const char* end) {
  for (; end - at >= 16; at += 16) {
    Bytes bytes;
    std::memcpy(&bytes, at, sizeof bytes);
    const auto found = reinterpret_cast<Halves>((bytes < ' ') | (bytes == '"') | (bytes == '\\'));
    if (found[0] != 0) return at + std::countr_zero(found[0]) / 8;
    if (found[1] != 0) return at + 8 + std::countr_zero(found[1]) / 8;
  }
  for (; at != end; ++at) {
    const auto byte = static_cast<signed char>(*at);
    if (byte < ' ' || byte == '"' || byte == '\\') break;
  }
  return at;
}

}  // namespace

/// One pass from front to back. `at_` is the next byte; behind the last there is always a NUL, so
/// one byte may be looked at without asking whether it is there.
class JsonDocument::Reader {
 public:
  Reader(JsonDocument& document, const JsonLimits& limits)
      : to_(document),
        limits_(limits),
        begin_(document.bytes_.data()),
        end_(begin_ + document.bytes_.size()),
        at_(begin_) {}

  bool read();
  JsonError error() const { return error_; }
  std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }

 private:
  static constexpr std::uint32_t kNothing = 0xFFFFFFFF;

  void skip_space() {
    if (static_cast<unsigned char>(*at_) <= ' ') skip_all_space();
  }
  [[gnu::noinline]] void skip_all_space() {
    while (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')
      ++at_;
  }
  bool refuse(JsonError error = JsonError::syntax) {
    error_ = error;
    return false;
  }
  std::uint32_t offset_of(const char* place) const {
    return static_cast<std::uint32_t>(place - begin_);
  }

  bool read_key();
  bool read_scalar();
  bool read_string(Text& text);
  bool read_escape();
  bool read_hex(std::uint32_t& code);
  bool read_number();
  bool read_word(std::string_view word, Kind kind);
  bool skip_digits();

  bool open(Kind kind);
  void close();
  bool add(Kind kind, std::uint32_t place, std::uint32_t extent);
  std::size_t room_for(std::size_t size) const;
  void find_key(Text text);

  JsonDocument& to_;
  const JsonLimits& limits_;
  const char* begin_;
  const char* end_;
  const char* at_;
  JsonError error_ = JsonError::none;

  // The container that is being read. While one is open its extent says which holds it.
  std::uint32_t open_ = kNothing;
  std::uint32_t depth_ = 0;
  char closing_ = '\0';

  std::uint32_t key_ = 0;       // of the next value
  std::uint32_t last_key_ = 0;  // that was read, wherever
  // Where to look for a name that was not foreseen. Two that fall on one place push each other out:
  // then a name is in keys_ twice, which costs a little memory and never more time.
  std::array<std::uint32_t, 256> known_{};
};

bool JsonDocument::Reader::read() {
  if (begins_with({begin_, to_.bytes_.size()}, "\xEF\xBB\xBF")) at_ += 3;
  to_.keys_.emplace_back();
  for (;;) {
    // Here a value begins.
    skip_space();
    if (*at_ == '{' || *at_ == '[') {
      const Kind kind = *at_ == '{' ? Kind::object : Kind::array;
      if (!open(kind)) return false;
      skip_space();
      if (*at_ != closing_) {
        if (kind == Kind::object && !read_key()) return false;
        continue;
      }
    } else if (!read_scalar()) {
      return false;
    }
    // Behind a value: either another follows, or what holds it ends, and so on outwards.
    for (;;) {
      skip_space();
      if (open_ == kNothing) return at_ == end_ || refuse();
      if (*at_ == ',') {
        ++at_;
        if (closing_ == '}' && !read_key()) return false;
        break;
      }
      if (*at_ != closing_) return refuse();
      close();
    }
  }
}

bool JsonDocument::Reader::add(Kind kind, std::uint32_t place, std::uint32_t extent) {
  const std::size_t size = to_.values_.size();
  if (size == to_.values_.capacity()) {
    if (size >= limits_.values) return refuse(JsonError::too_many);
    to_.values_.reserve(lesser<std::size_t>(room_for(size), limits_.values));
  }
  Value& value = to_.values_.emplace_back();
  value.key = key_;
  value.kind = kind;
  value.place = place;
  value.extent = extent;
  key_ = 0;
  return true;
}

/// As much as the text so far lets expect of the rest: doubling would take twice the memory of a
/// large answer, and three times while it copies.
std::size_t JsonDocument::Reader::room_for(std::size_t size) const {
  constexpr std::size_t kFirst = 256;
  const double share = static_cast<double>(offset() + 1) / static_cast<double>(end_ - begin_ + 1);
  const auto expected = static_cast<std::size_t>(static_cast<double>(size) / share * 1.05);
  return size == 0 ? kFirst : greater(expected, size + size / 4);
}

bool JsonDocument::Reader::open(Kind kind) {
  if (depth_ == limits_.depth) return refuse(JsonError::too_deep);
  if (kind == Kind::object && closing_ == ']') ++to_.item_count_;
  const auto number = static_cast<std::uint32_t>(to_.sources_.size());
  if (!add(kind, number, open_)) return false;
  if (number == to_.sources_.capacity()) to_.sources_.reserve(room_for(number));
  to_.sources_.push_back({offset_of(at_), 0});
  open_ = static_cast<std::uint32_t>(to_.values_.size()) - 1;
  ++depth_;
  ++at_;
  closing_ = kind == Kind::object ? '}' : ']';
  return true;
}

void JsonDocument::Reader::close() {
  ++at_;
  Value& closed = to_.values_[open_];
  Text& source = to_.sources_[closed.place];
  source.size = offset_of(at_) - source.offset;
  open_ = closed.extent;
  closed.extent = static_cast<std::uint32_t>(to_.values_.size());
  --depth_;
  if (open_ != kNothing) closing_ = to_.values_[open_].kind == Kind::object ? '}' : ']';
}

/// The name that followed the last one before mostly follows it again: jobs of one answer are
/// written alike. Only names without escapes are foreseen, so what is compared is what was written.
bool JsonDocument::Reader::read_key() {
  skip_space();
  if (*at_ != '"') return refuse();
  ++at_;
  const std::uint32_t foreseen = to_.keys_[last_key_].follower;
  const Text guess = to_.keys_[foreseen].text;
  if (foreseen != 0 && end_ - at_ > static_cast<std::ptrdiff_t>(guess.size) &&
      at_[guess.size] == '"' && is_same({at_, guess.size}, {begin_ + guess.offset, guess.size})) {
    at_ += guess.size + 1;
    key_ = foreseen;
  } else {
    Text text;
    if (!read_string(text)) return false;
    find_key(text);
  }
  last_key_ = key_;
  skip_space();
  if (*at_ != ':') return refuse();
  ++at_;
  return true;
}

void JsonDocument::Reader::find_key(Text text) {
  const bool as_written = offset_of(at_) == text.offset + text.size + 1;
  const std::string_view name = to_.view(text);
  std::uint32_t& place = known_[hash(name) % known_.size()];
  if (as_written && place != 0 && is_same(to_.view(to_.keys_[place].text), name)) {
    key_ = place;
  } else {
    key_ = static_cast<std::uint32_t>(to_.keys_.size());
    to_.keys_.push_back({text});
    if (!as_written) return;
    place = key_;
  }
  to_.keys_[last_key_].follower = key_;
}

bool JsonDocument::Reader::read_scalar() {
  switch (*at_) {
    case '"': {
      ++at_;
      Text text;
      return read_string(text) && add(Kind::string, text.offset, text.size);
    }
    case 't':
      return read_word("true", Kind::boolean);
    case 'f':
      return read_word("false", Kind::boolean);
    case 'n':
      return read_word("null", Kind::null);
    default:
      return read_number();
  }
}

bool JsonDocument::Reader::read_word(std::string_view word, Kind kind) {
  const auto left = static_cast<std::size_t>(end_ - at_);
  if (left < word.size() || std::string_view(at_, word.size()) != word) return refuse();
  const std::uint32_t offset = offset_of(at_);
  at_ += word.size();
  return add(kind, offset, kind == Kind::null ? 0 : static_cast<std::uint32_t>(word.size()));
}

bool JsonDocument::Reader::skip_digits() {
  if (!is_digit(*at_)) return refuse();
  while (is_digit(*at_))
    ++at_;
  return true;
}

bool JsonDocument::Reader::read_number() {
  const std::uint32_t offset = offset_of(at_);
  if (*at_ == '-') ++at_;
  if (*at_ == '0') {
    ++at_;
  } else if (!skip_digits()) {
    return false;
  }
  if (*at_ == '.') {
    ++at_;
    if (!skip_digits()) return false;
  }
  if (*at_ == 'e' || *at_ == 'E') {
    ++at_;
    if (*at_ == '+' || *at_ == '-') ++at_;
    if (!skip_digits()) return false;
  }
  return add(Kind::number, offset, offset_of(at_) - offset);
}

/// Reads on from behind the opening quote to behind the closing one. Most strings are what is
/// written; one with an escape in it is written anew.
bool JsonDocument::Reader::read_string(Text& text) {
  const char* run = at_;
  text = {offset_of(at_), 0};
  bool as_written = true;
  for (;;) {
    std::size_t length = 0;
    do {
      at_ = end_of_plain(at_ + length, end_);
      length = static_cast<unsigned char>(*at_) < 0x80U ? 0 : utf8_length(at_);
    } while (length != 0);
    if (*at_ != '"' && *at_ != '\\') {
      return refuse(static_cast<unsigned char>(*at_) < 0x80U ? JsonError::syntax
                                                             : JsonError::encoding);
    }
    const bool ends = *at_ == '"';
    if (as_written && !ends) text.offset = to_.end_of_texts();
    as_written = as_written && ends;
    if (!as_written) to_.decoded_ += std::string_view(run, static_cast<std::size_t>(at_ - run));
    ++at_;
    if (ends) break;
    if (!read_escape()) return false;
    run = at_;
  }
  const std::uint32_t end = as_written ? offset_of(at_) - 1 : to_.end_of_texts();
  text.size = end - text.offset;
  return true;
}

/// Reads on from behind the backslash and writes what was meant.
[[gnu::noinline]] bool JsonDocument::Reader::read_escape() {
  constexpr std::string_view kLetters = R"("\/bfnrt)";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (*at_ != 'u') {
    const std::size_t which = place_of(*at_, kLetters);
    if (which == kLetters.size()) return refuse();
    to_.decoded_ += kMeanings[which];
    ++at_;
    return true;
  }
  constexpr std::uint32_t kReplacement = 0xFFFD;
  ++at_;
  std::uint32_t code = 0;
  if (!read_hex(code)) return false;
  if (code >= 0xD800U && code < 0xE000U) {
    std::uint32_t low = 0;
    const char* const behind = at_;
    if (code < 0xDC00U && at_[0] == '\\' && at_[1] == 'u') {
      at_ += 2;
      if (!read_hex(low)) return false;
    }
    if (low >= 0xDC00U && low < 0xE000U) {
      code = 0x10000U + ((code - 0xD800U) << 10U) + (low - 0xDC00U);
    } else {
      code = kReplacement;
      at_ = behind;
    }
  }
  char character[4];
  to_.decoded_ += std::string_view(character, write_utf8(code, character));
  return true;
}

bool JsonDocument::Reader::read_hex(std::uint32_t& code) {
  for (int i = 0; i < 4; ++i, ++at_) {
    const char c = static_cast<char>(*at_ | ' ');  // lower case
    if (is_digit(*at_)) {
      code = code * 16 + static_cast<std::uint32_t>(*at_ - '0');
    } else if (c >= 'a' && c <= 'f') {
      code = code * 16 + static_cast<std::uint32_t>(c - 'a' + 10);
    } else {
      return refuse();
    }
  }
  return true;
}

JsonDocument JsonDocument::parse(String&& bytes, const JsonLimits& limits) {
  JsonDocument document;
  if (bytes.size() > limits.bytes) {
    document.error_ = JsonError::too_large;
    return document;
  }
  document.bytes_ = std::move(bytes);
  // The NUL behind the last byte, for which the page's host has left room.
  document.bytes_.reserve(document.bytes_.size() + 1);
  document.bytes_ += '\0';
  document.bytes_.pop_back();
  Reader reader(document, limits);
  if (!reader.read()) {
    document.values_.clear();
    document.error_ = reader.error();
    document.error_offset_ = reader.offset();
  }
  return document;
}

}  // namespace jobtree::engine
