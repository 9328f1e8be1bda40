#include "model/error_pattern.h"

#include <utility>

#include "base/hash.h"
#include "base/text.h"

namespace jobtree::engine {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}
bool is_hex(char c) {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f');
}
bool is_alnum(char c) {
  return is_digit(c) || is_letter(c);
}
bool is_one_of(char c, std::string_view set) {
  return place_of(c, set) < set.size();
}
/// A character of Chinese is no part of a word: ids stand between them without a space.
bool is_of_word(char c) {
  return is_alnum(c) || is_one_of(c, "-_.:/@+%~#?&\\$*!");
}

/// At most so many bytes of UTF-8, and no half of a character.
std::string_view whole_characters(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most != 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U)
    --most;
  return text.substr(0, most);
}

template <class Is>
bool all(std::string_view text, Is is) {
  for (const char c : text) {
    if (!is(c)) return false;
  }
  return !text.empty();
}
template <class Is>
std::size_t count(std::string_view text, Is is) {
  std::size_t n = 0;
  for (const char c : text)
    n += is(c) ? 1U : 0U;
  return n;
}

/// "8-4-4-4-12" of hexadecimal digits (RFC 9562).
bool is_uuid(std::string_view word) {
  if (word.size() != 36) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? word[i] != '-' : !is_hex(word[i])) return false;
  }
  return true;
}

/// The ids of the cloud, and digests: hexadecimal, and no word or number by chance.
bool is_hex_id(std::string_view word) {
  return word.size() >= 8 && all(word, is_hex) && count(word, is_digit) != 0 &&
         count(word, is_digit) != word.size();
}

bool is_email(std::string_view word) {
  const std::size_t at = place_of('@', word);
  return at != 0 && at < word.size() && place_of('.', word.substr(at)) + at + 1 < word.size();
}

/// Takes digits, at most `most`; false when there is none.
bool take_digits(std::string_view& text, std::size_t most) {
  std::size_t n = 0;
  while (n < text.size() && n < most && is_digit(text[n]))
    ++n;
  text.remove_prefix(n);
  return n != 0;
}
bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

/// "10.0.0.7", "10.0.0.0/16", "10.0.0.7:22"
bool is_ipv4(std::string_view word) {
  for (int i = 0; i < 4; ++i) {
    if ((i != 0 && !take(word, '.')) || !take_digits(word, 3)) return false;
  }
  if (word.empty()) return true;
  return (take(word, '/') || take(word, ':')) && take_digits(word, 5) && word.empty();
}

/// Groups between colons (RFC 4291), with a prefix or without.
bool is_ipv6(std::string_view word) {
  std::string_view address = word.substr(0, place_of('/', word));
  std::string_view prefix = word.substr(address.size());
  if (take(prefix, '/') && !(take_digits(prefix, 3) && prefix.empty())) return false;
  const auto is_colon = [](char c) { return c == ':'; };
  const std::size_t colons = count(address, is_colon);
  return colons >= 2 && colons <= 7 && count(address, is_hex) != 0 &&
         all(address, [&](char c) { return is_hex(c) || c == ':'; });
}

/// "06:28", "06:28:18", "06:28:18.123Z", "06:28:18+08:00"; what follows a time is of it.
bool takes_time(std::string_view& word) {
  if (!take_digits(word, 2) || !take(word, ':') || !take_digits(word, 2)) return false;
  if (take(word, ':') && !take_digits(word, 2)) return false;
  if ((take(word, '.') || take(word, ',')) && !take_digits(word, 9)) return false;
  if (take(word, 'Z')) return true;
  if (!take(word, '+') && !take(word, '-')) return true;
  if (!take_digits(word, 2)) return false;
  take(word, ':');
  take_digits(word, 2);
  return true;
}

/// "2026-11-29", "2026/11/29", with a time behind it or without; or a time alone.
bool is_time(std::string_view word) {
  std::string_view rest = word;
  if (takes_time(rest) && rest.empty()) return true;
  rest = word;
  const auto separator = [&] { return take(rest, '-') || take(rest, '/'); };
  if (rest.size() < 8 || !take_digits(rest, 4) || !separator() || !take_digits(rest, 2) ||
      !separator() || !take_digits(rest, 2)) {
    return false;
  }
  if (rest.empty()) return true;
  return (take(rest, 'T') || take(rest, '_')) && takes_time(rest) && rest.empty();
}

/// "17", "-3", "2.5"; what it is of ("ms", "GB", "%") stays behind it and is returned by `unit`.
bool is_number(std::string_view word, std::string_view& unit) {
  constexpr std::size_t kLongestUnit = 4;
  if (!take(word, '-')) take(word, '+');
  if (!take_digits(word, word.size())) return false;
  if (take(word, '.') && !take_digits(word, word.size())) return false;
  unit = word;
  return word.empty() || (word.size() <= kLongestUnit && (all(word, is_letter) || word == "%"));
}

class Pattern {
 public:
  Pattern(String& out, std::string_view code, const KnownNames& names)
      : out_(out), end_(out.size() + kLongestErrorPattern), code_(code), names_(names) {}

  bool is_full() const { return is_full_; }
  /// As it is; whole characters alone.
  void put(std::string_view text) {
    if (is_full_) return;
    if (out_.size() + text.size() > end_) {
      is_full_ = true;
      text = whole_characters(text, end_ - out_.size());
    }
    out_ += text;
  }

  /// A run of characters between two spaces, or the like.
  void put_word(std::string_view word) {
    const std::size_t begin = edge(word, false);
    put(word.substr(0, begin));
    word.remove_prefix(begin);
    const std::size_t size = word.size() - edge(word, true);
    put_parts(word.substr(0, size), "/:");
    put(word.substr(size));
  }

  void put_url() { put("<url>"); }

 private:
  /// How many characters at an end are punctuation, and not the word's.
  static std::size_t edge(std::string_view word, bool at_end) {
    const std::string_view set = at_end ? ".:!?*/#&\\$" : "*#.&\\$!?";
    std::size_t n = 0;
    while (n < word.size() && is_one_of(word[at_end ? word.size() - 1 - n : n], set))
      ++n;
    return n;
  }

  /// Masked as a whole, or else each part between the first of the separators that is in it.
  void put_parts(std::string_view word, std::string_view separators) {
    if (word.empty() || put_masked(word)) return;
    while (!separators.empty() && place_of(separators.front(), word) == word.size())
      separators.remove_prefix(1);
    if (separators.empty()) return put(word);
    const char separator = separators.front();
    separators.remove_prefix(1);
    while (true) {
      const std::size_t size = place_of(separator, word);
      put_parts(word.substr(0, size), separators);
      if (size == word.size()) return;
      put(word.substr(size, 1));
      word.remove_prefix(size + 1);
    }
  }

  bool put_masked(std::string_view word) {
    if (is_same(word, code_)) return false;
    if (names_.contains(word) || is_uuid(word) || is_hex_id(word)) return mask("<id>");
    if (is_email(word)) return mask("<email>");
    if (is_time(word)) return mask("<time>");
    if (is_ipv4(word) || is_ipv6(word)) return mask("<ip>");
    std::string_view unit;
    if (!is_number(word, unit)) return false;
    put("<n>");
    put(unit);
    return true;
  }

  bool mask(std::string_view name) {
    put(name);
    return true;
  }

  String& out_;
  const std::size_t end_;
  const std::string_view code_;
  const KnownNames& names_;
  bool is_full_ = false;
};

/// How long the URL at the beginning of `text` is; 0 when there is none.
std::size_t url_size(std::string_view text) {
  std::size_t scheme = 0;
  while (scheme < text.size() && is_letter(text[scheme]))
    ++scheme;
  if (scheme == 0 || !begins_with(text.substr(scheme), "://")) return 0;
  std::size_t size = scheme;
  while (size < text.size() && static_cast<unsigned char>(text[size]) > ' ' &&
         static_cast<unsigned char>(text[size]) < 0x7F && !is_one_of(text[size], "\"'<>()[]{},;|`"))
    ++size;
  while (is_one_of(text[size - 1], ".:!?"))
    --size;
  return size;
}

}  // namespace

void KnownNames::add(std::string_view name) {
  if (name.size() < kShortest || contains(name)) return;
  if (count_ * 2 >= hashes_.size()) grow();
  std::size_t at = hash(name) | 1U;
  const std::uint64_t value = at;
  while (hashes_[at & (hashes_.size() - 1)] != 0)
    ++at;
  hashes_[at & (hashes_.size() - 1)] = value;
  ++count_;
}

bool KnownNames::contains(std::string_view word) const {
  if (count_ == 0) return false;
  const std::uint64_t value = hash(word) | 1U;
  for (std::size_t at = value;; ++at) {
    const std::uint64_t there = hashes_[at & (hashes_.size() - 1)];
    if (there == 0 || there == value) return there == value;
  }
}

void KnownNames::grow() {
  Array<std::uint64_t> larger(hashes_.empty() ? 64 : hashes_.size() * 2);
  for (const std::uint64_t value : hashes_) {
    if (value == 0) continue;
    std::size_t at = value;
    while (larger[at & (larger.size() - 1)] != 0)
      ++at;
    larger[at & (larger.size() - 1)] = value;
  }
  hashes_ = std::move(larger);
}

void put_error_pattern(String& out, std::string_view text, std::string_view code,
                       const KnownNames& names) {
  text = whole_characters(text, kLongestErrorText);
  Pattern pattern(out, code, names);
  while (!text.empty() && !pattern.is_full()) {
    std::size_t size = url_size(text);
    if (size != 0) {
      pattern.put_url();
      text.remove_prefix(size);
      continue;
    }
    while (size < text.size() && is_of_word(text[size]))
      ++size;
    pattern.put_word(text.substr(0, size));
    text.remove_prefix(size);
    size = 0;
    while (size < text.size() && !is_of_word(text[size]))
      ++size;
    pattern.put(text.substr(0, size));
    text.remove_prefix(size);
  }
}

}  // namespace jobtree::engine
