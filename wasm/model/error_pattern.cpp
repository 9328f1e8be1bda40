#include "model/error_pattern.h"

#include "base/hash.h"
#include "base/text.h"

namespace jobtree::engine {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_one_of(char c, std::string_view set) {
  return place_of(c, set) < set.size();
}
/// A character of Chinese is no part of a word: ids stand between them without a space.
bool is_of_word(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || is_digit(c) ||
         (c > ' ' && c < 0x7F && is_one_of(c, "-_.:/@+%~#?&\\$*!"));
}

/// At most so many bytes of UTF-8, and no half of a character.
std::string_view whole_characters(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most != 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U)
    --most;
  return part(text, 0, most);
}

/// What a word is made of.
struct Anatomy {
  std::uint32_t digits = 0;
  std::uint32_t letters = 0;
  std::uint32_t hex_letters = 0;
  std::uint32_t dashes = 0;
  std::uint32_t colons = 0;
  std::uint32_t ats = 0;

  explicit Anatomy(std::string_view word) {
    for (const char c : word) {
      const char small = lower(c);
      digits += is_digit(c) ? 1U : 0U;
      letters += small >= 'a' && small <= 'z' ? 1U : 0U;
      hex_letters += small >= 'a' && small <= 'f' ? 1U : 0U;
      dashes += c == '-' ? 1U : 0U;
      colons += c == ':' ? 1U : 0U;
      ats += c == '@' ? 1U : 0U;
    }
  }
};

/// A word with each run of digits as one "0": "10.0.0.7:22" becomes "0.0.0.0:0". Longer ones are
/// none.
struct Shape {
  static constexpr std::size_t kLongest = 24;
  char text[kLongest] = {};
  std::size_t size = 0;

  explicit Shape(std::string_view word) {
    for (std::size_t i = 0; i < word.size(); ++i) {
      if (is_digit(word[i]) && i != 0 && is_digit(word[i - 1])) continue;
      if (size == kLongest) {
        size = 0;
        return;
      }
      text[size++] = is_digit(word[i]) ? '0' : word[i];
    }
  }

  std::string_view view() const { return {text, size}; }
};

/// Takes `part` from the end of `text`.
bool cut_end(std::string_view& text, std::string_view part) {
  if (!ends_with(text, part)) return false;
  text.remove_suffix(part.size());
  return true;
}
bool cut_begin(std::string_view& text, std::string_view part) {
  if (!begins_with(text, part)) return false;
  text.remove_prefix(part.size());
  return true;
}

/// "2026-11-29", "06:28:18", or both with a zone (RFC 3339).
bool is_time(std::string_view shape, std::size_t digits) {
  for (const std::string_view zone : {"Z", "+0:0", "-0:0", "+0"}) {
    if (cut_end(shape, zone)) break;
  }
  const bool has_date = digits >= 8 && (cut_begin(shape, "0-0-0") || cut_begin(shape, "0/0/0"));
  if (has_date && shape.empty()) return true;
  if (has_date && !cut_begin(shape, "T") && !cut_begin(shape, "_")) return false;
  cut_end(shape, ".0");
  return is_same(shape, "0:0:0") || is_same(shape, "0:0");
}

/// Also with a port or a prefix.
bool is_address(std::string_view word, std::string_view shape, const Anatomy& anatomy) {
  if (cut_begin(shape, "0.0.0.0")) return shape.empty() || is_same(part(shape, 1), "0");
  const std::size_t prefix = word.size() - place_of('/', word);
  // IPv6 (RFC 4291): groups of hexadecimal digits between colons.
  return anatomy.colons >= 2 && anatomy.colons <= 7 && prefix <= 4 &&
         anatomy.hex_letters == anatomy.letters && anatomy.letters + anatomy.digits != 0 &&
         anatomy.letters + anatomy.digits + anatomy.colons + (prefix != 0 ? 1 : 0) == word.size();
}

/// An id of the cloud or a digest: hexadecimal and no word or number by chance, or a UUID (RFC
/// 9562).
bool is_id(std::string_view word, const Anatomy& anatomy) {
  if (anatomy.hex_letters != anatomy.letters || anatomy.digits == 0) return false;
  const std::size_t hex = anatomy.letters + anatomy.digits;
  if (hex == word.size()) return hex >= 8 && anatomy.letters != 0;
  return hex == 32 && anatomy.dashes == 4 && word.size() == 36;
}

bool is_email(std::string_view word) {
  const std::size_t at = place_of('@', word);
  if (at == 0 || at == word.size()) return false;
  word.remove_prefix(at);
  return place_of('.', word) < word.size();
}

/// "17", "-3", "2.5ms", "80%": how long what it counts in is; -1 when it is no number.
int unit_size(std::string_view word, std::string_view shape, const Anatomy& anatomy) {
  constexpr std::uint32_t kLongestUnit = 4;
  if (!cut_begin(shape, "-")) cut_begin(shape, "+");
  if (!cut_begin(shape, "0")) return -1;
  cut_begin(shape, ".0");
  const bool is_unit = shape.empty() || is_same(shape, "%") ||
                       (shape.size() == anatomy.letters && anatomy.letters <= kLongestUnit);
  return is_unit && !word.empty() ? static_cast<int>(shape.size()) : -1;
}

class Pattern {
 public:
  Pattern(String& out, std::string_view code, const KnownNames& names)
      : out_(out), end_(out.size() + kLongestErrorPattern), code_(code), names_(names) {}

  bool is_full() const { return is_full_; }
  /// As it is; whole characters alone.
  void put(std::string_view text) {
    if (is_full_) return;
    is_full_ = out_.size() + text.size() > end_;
    out_ += whole_characters(text, end_ - out_.size());
  }

  /// A run of characters between two spaces, or the like. Punctuation at its ends is not the
  /// word's.
  void put_word(std::string_view word) {
    std::size_t begin = 0;
    std::size_t end = word.size();
    while (begin < end && is_one_of(word[begin], "*#.&\\$!?"))
      ++begin;
    while (begin < end && is_one_of(word[end - 1], ".:!?*/#&\\$"))
      --end;
    put(part(word, 0, begin));
    put_parts(part(word, begin, end - begin), '/');
    put(part(word, end));
  }

 private:
  static char next(char separator) { return separator == '/' ? ':' : '\0'; }
  /// Masked as a whole, or else each part between separators: "/", and between those ":".
  void put_parts(std::string_view word, char separator) {
    if (word.empty() || put_masked(word)) return;
    while (separator != 0 && place_of(separator, word) == word.size())
      separator = next(separator);
    if (separator == 0) return put(word);
    while (true) {
      const std::size_t size = place_of(separator, word);
      put_parts(part(word, 0, size), next(separator));
      if (size == word.size()) return;
      put(part(word, size, 1));
      word.remove_prefix(size + 1);
    }
  }

  bool put_masked(std::string_view word) {
    if (is_same(word, code_)) return false;
    const Anatomy anatomy(word);
    const bool is_name = names_.contains(word);
    // Most words are of letters alone.
    if (!is_name && anatomy.digits + anatomy.colons + anatomy.ats == 0) return false;
    const Shape shape(word);
    const char* mask = nullptr;
    if (is_name || is_id(word, anatomy)) {
      mask = "<id>";
    } else if (is_email(word)) {
      mask = "<email>";
    } else if (is_time(shape.view(), anatomy.digits)) {
      mask = "<time>";
    } else if (is_address(word, shape.view(), anatomy)) {
      mask = "<ip>";
    } else {
      const int unit = unit_size(word, shape.view(), anatomy);
      if (unit < 0) return false;
      put("<n>");
      put(part(word, word.size() - static_cast<std::size_t>(unit)));
      return true;
    }
    put(mask);
    return true;
  }

  String& out_;
  const std::size_t end_;
  const std::string_view code_;
  const KnownNames& names_;
  bool is_full_ = false;
};

/// How long the URL is whose "://" stands in `text` behind `scheme` letters.
std::size_t url_size(std::string_view text, std::size_t scheme) {
  std::size_t size = scheme;
  while (size < text.size() && text[size] > ' ' && text[size] < 0x7F &&
         !is_one_of(text[size], "\"'<>()[]{},;|`"))
    ++size;
  while (is_one_of(text[size - 1], ".:!?"))
    --size;
  return size;
}

}  // namespace

KnownNames::KnownNames(std::size_t most) {
  std::size_t size = 2;
  while (size < most * 2)
    size *= 2;
  hashes_.resize(size);
}

std::uint64_t* KnownNames::place(std::string_view name) const {
  const std::uint64_t value = hash(name) | 1U;
  auto* const hashes = const_cast<std::uint64_t*>(hashes_.data());
  for (std::size_t at = value; at != value + kMostSteps; ++at) {
    std::uint64_t& there = hashes[at & (hashes_.size() - 1)];
    if (there == 0 || there == value) return &there;
  }
  return nullptr;
}

void put_error_pattern(String& out, std::string_view text, std::string_view code,
                       const KnownNames& names) {
  text = whole_characters(text, kLongestErrorText);
  Pattern pattern(out, code, names);
  while (!text.empty() && !pattern.is_full()) {
    std::size_t size = 0;
    while (size < text.size() && is_of_word(text[size]))
      ++size;
    const std::string_view word = part(text, 0, size);
    const std::size_t scheme = place_of(':', word);
    if (begins_with(part(word, scheme), "://")) {
      size = url_size(text, scheme);
      pattern.put("<url>");
    } else {
      pattern.put_word(word);
    }
    text.remove_prefix(size);
    size = 0;
    while (size < text.size() && !is_of_word(text[size]))
      ++size;
    pattern.put(part(text, 0, size));
    text.remove_prefix(size);
  }
}

}  // namespace jobtree::engine
