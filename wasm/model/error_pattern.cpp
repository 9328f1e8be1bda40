#include "model/error_pattern.h"

#include <array>

#include "base/hash.h"
#include "base/text.h"

namespace jobtree::engine {
namespace {

// What a byte is. Texts are read byte by byte, ten thousand of them for a large batch: one look
// into a table takes a fraction of the time that comparisons do.
enum ByteKind : std::uint8_t {
  kLetter = 1,
  kHexLetter = 2,
  kDigit = 4,
  kJoint = 8,        ///< ":", "@" and "/": words with one are made of parts
  kOther = 16,       ///< the rest of what words are made of
  kBeforeWord = 32,  ///< punctuation where a word begins
  kBehindWord = 64,  ///< and where it ends
  kNotOfUrl = 128    ///< "<" and the like, which no word has either
};

/// A character of Chinese is no part of a word: ids stand between them without a space.
constexpr auto kKinds = [] {
  std::array<std::uint8_t, 256> kinds{};
  const auto add = [&kinds](const char* characters, unsigned kind) {
    for (; *characters != 0; ++characters) {
      auto& it = kinds[static_cast<unsigned char>(*characters)];
      it = static_cast<std::uint8_t>(it | kind);
    }
  };
  add("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", kLetter);
  add("abcdefABCDEF", kHexLetter);
  add("0123456789", kDigit);
  add(":@/", kJoint);
  add("-_.+%~#?&\\$*!", kOther);
  add("*#.&\\$!?", kBeforeWord);
  add(".:!?*/#&\\$", kBehindWord);
  add("\"'<>()[]{},;|`", kNotOfUrl);
  return kinds;
}();
constexpr unsigned kOfWord = kLetter | kDigit | kJoint | kOther;

unsigned kind(char c) {
  return kKinds[static_cast<unsigned char>(c)];
}

/// At most so many bytes of UTF-8, and no half of a character.
std::string_view whole_characters(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most != 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U)
    --most;
  return part(text, 0, most);
}

/// What a word is made of. Its shape is the word with each run of digits as one "0":
/// "10.0.0.7:22" becomes "0.0.0.0:0". Longer ones, and those that no number, time or address of
/// digits begins as, have none.
struct Anatomy {
  static constexpr std::size_t kLongestShape = 24;
  std::uint32_t digits = 0;
  std::uint32_t letters = 0;
  std::uint32_t hex_letters = 0;
  std::uint32_t dashes = 0;
  std::uint32_t colons = 0;
  std::uint32_t ats = 0;
  std::size_t shape_size = 0;
  char shape_text[kLongestShape];

  explicit Anatomy(std::string_view word) {
    bool has_shape = kind(word[0]) == kDigit || word[0] == '-' || word[0] == '+';
    bool in_digits = false;
    for (const char c : word) {
      const unsigned its = kind(c);
      digits += its >> 2U & 1U;
      letters += its & 1U;
      hex_letters += its >> 1U & 1U;
      dashes += c == '-' ? 1U : 0U;
      colons += c == ':' ? 1U : 0U;
      ats += c == '@' ? 1U : 0U;
      const bool goes_on = in_digits && its == kDigit;
      in_digits = its == kDigit;
      if (!has_shape || goes_on) continue;
      has_shape = shape_size < kLongestShape;
      if (has_shape) shape_text[shape_size++] = in_digits ? '0' : c;
    }
    if (!has_shape) shape_size = 0;
  }

  std::string_view shape() const { return {shape_text, shape_size}; }
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
  Pattern(String& out, std::string_view text, std::string_view code, const KnownNames& names)
      : out_(out),
        end_(out.size() + kLongestErrorPattern),
        text_(text),
        code_(code),
        names_(names) {}

  void put() {
    for (std::size_t at = 0; at < text_.size() && !is_full_;) {
      const std::size_t begin = at;
      unsigned its = 0;
      for (unsigned next; at < text_.size() && ((next = kind(text_[at])) & kOfWord) != 0; ++at)
        its |= next;
      if (at == begin) {
        ++at;
      } else if ((its & kJoint) == 0 || !take_url(begin, at)) {
        take_word(begin, at, its);
      }
    }
    put_until(text_.size());
  }

 private:
  /// A run of characters between two spaces, or the like. Punctuation at its ends is not the
  /// word's.
  void take_word(std::size_t begin, std::size_t end, unsigned its) {
    while (begin < end && (kind(text_[begin]) & kBeforeWord) != 0)
      ++begin;
    while (begin < end && (kind(text_[end - 1]) & kBehindWord) != 0)
      --end;
    // Most words are of letters alone, and may be a name at most.
    if (begin == end) return;
    if ((its & (kDigit | kJoint)) != 0) return take_parts(begin, end, '/');
    const std::string_view word = part(text_, begin, end - begin);
    if (names_.contains(word) && !is_same(word, code_)) mask(begin, end, "<id>");
  }

  /// `end` is behind the word that may begin a URL, and afterwards behind the URL.
  bool take_url(std::size_t begin, std::size_t& end) {
    const std::size_t scheme = begin + place_of(':', part(text_, begin, end - begin));
    if (!begins_with(part(text_, scheme), "://")) return false;
    end = scheme;
    while (end < text_.size() && text_[end] > ' ' && text_[end] < 0x7F &&
           (kind(text_[end]) & kNotOfUrl) == 0)
      ++end;
    while (place_of(text_[end - 1], ".:!?") < 4)
      --end;
    mask(begin, end, "<url>");
    return true;
  }

  static char next(char separator) { return separator == '/' ? ':' : '\0'; }
  /// Masked as a whole, or else each part between separators: "/", and between those ":".
  void take_parts(std::size_t begin, std::size_t end, char separator) {
    const std::string_view word = part(text_, begin, end - begin);
    if (word.empty() || take_masked(begin, word)) return;
    while (separator != 0 && place_of(separator, word) == word.size())
      separator = next(separator);
    if (separator == 0) return;
    for (std::size_t from = begin; from <= end;) {
      const std::size_t size = place_of(separator, part(text_, from, end - from));
      take_parts(from, from + size, next(separator));
      from += size + 1;
    }
  }

  bool take_masked(std::size_t begin, std::string_view word) {
    if (is_same(word, code_)) return false;
    const std::size_t end = begin + word.size();
    const Anatomy anatomy(word);
    if (is_id(word, anatomy) || names_.contains(word)) return mask(begin, end, "<id>");
    if (anatomy.digits + anatomy.colons + anatomy.ats == 0) return false;
    if (anatomy.ats != 0 && is_email(word)) return mask(begin, end, "<email>");
    if (is_time(anatomy.shape(), anatomy.digits)) return mask(begin, end, "<time>");
    if (is_address(word, anatomy.shape(), anatomy)) return mask(begin, end, "<ip>");
    const int unit = unit_size(word, anatomy.shape(), anatomy);
    return unit >= 0 && mask(begin, end - static_cast<std::size_t>(unit), "<n>");
  }

  /// Always true.
  bool mask(std::size_t begin, std::size_t end, std::string_view mask) {
    put_until(begin);
    put(mask);
    done_ = end;
    return true;
  }

  void put_until(std::size_t end) {
    put(part(text_, done_, end - done_));
    done_ = end;
  }

  /// As it is; whole characters alone.
  void put(std::string_view text) {
    if (is_full_) return;
    is_full_ = out_.size() + text.size() > end_;
    out_ += whole_characters(text, end_ - out_.size());
  }

  String& out_;
  const std::size_t end_;
  const std::string_view text_;
  const std::string_view code_;
  const KnownNames& names_;
  std::size_t done_ = 0;  ///< of the text, what is in the pattern
  bool is_full_ = false;
};

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
  Pattern(out, whole_characters(text, kLongestErrorText), code, names).put();
}

}  // namespace jobtree::engine
