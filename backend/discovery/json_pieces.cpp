#include "discovery/json_pieces.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "base/hex.h"
#include "base/utf8.h"

namespace jobtree::discovery {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestNumber = 40;

/// Goes through one level of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool accept(char c) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool is_at_end() {
    skip_blanks();
    return at_ == text_.size();
  }
  /// The next value, whatever it is; nothing when it does not end before the text does.
  std::optional<std::string_view> value() {
    skip_blanks();
    if (at_ == text_.size()) return std::nullopt;
    const std::size_t begin = at_;
    const char first = text_[at_];
    bool is_whole = false;
    if (first == '"') {
      is_whole = skip_string();
    } else if (first == '{' || first == '[') {
      is_whole = skip_nested();
    } else {
      at_ = std::min(text_.find_first_of(",]}{[\": \t\r\n", at_), text_.size());
      is_whole = at_ > begin && at_ < text_.size();
    }
    if (!is_whole) return std::nullopt;
    return text_.substr(begin, at_ - begin);
  }

 private:
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(kWhitespace, at_), text_.size()); }

  bool skip_string() {
    for (++at_;;) {
      at_ = text_.find_first_of("\"\\", at_);
      if (at_ == std::string_view::npos) break;
      if (text_[at_] == '"') {
        ++at_;
        return true;
      }
      at_ += 2;
      if (at_ >= text_.size()) break;
    }
    at_ = text_.size();
    return false;
  }

  /// One bit for each level that is open: however deep it goes, that is less than the text.
  bool skip_nested() {
    std::vector<bool> open;  // true: an object
    while (at_ < text_.size()) {
      at_ = std::min(text_.find_first_of("\"{}[]", at_), text_.size());
      if (at_ == text_.size()) return false;
      const char c = text_[at_];
      if (c == '"') {
        if (!skip_string()) return false;
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') {
        open.push_back(c == '{');
        continue;
      }
      if (open.back() != (c == '}')) return false;
      open.pop_back();
      if (open.empty()) return true;
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// The code unit of "\uXXXX" at `at`, or nothing.
std::optional<unsigned> escaped_unit(std::string_view text, std::size_t at) {
  constexpr std::size_t kLength = 6;
  if (at + kLength > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  unsigned unit = 0;
  for (const char c : text.substr(at + 2, 4)) {
    const int digit = hex_value(c);
    if (digit < 0) return std::nullopt;
    unit = unit * 16 + static_cast<unsigned>(digit);
  }
  return unit;
}

/// Appends the escape at `at` in a form that every reader takes; how many bytes it took.
std::size_t mend_escape(const std::string& text, std::size_t at, std::string& out) {
  constexpr std::string_view kPlain = "\"\\/bfnrt";
  constexpr std::size_t kUnit = 6;
  const auto unit = escaped_unit(text, at);
  if (unit) {
    const bool is_high = *unit >= 0xD800U && *unit < 0xDC00U;
    const bool is_low = *unit >= 0xDC00U && *unit < 0xE000U;
    const auto second = is_high ? escaped_unit(text, at + kUnit) : std::nullopt;
    const bool is_pair = second && *second >= 0xDC00U && *second < 0xE000U;
    if ((is_high && !is_pair) || is_low) {
      out += "\\ufffd";
      return kUnit;
    }
    const std::size_t length = is_pair ? 2 * kUnit : kUnit;
    out.append(text, at, length);
    return length;
  }
  if (at + 1 < text.size() && kPlain.find(text[at + 1]) != std::string_view::npos) {
    out.append(text, at, 2);
    return 2;
  }
  out += '?';
  return 1;
}

/// `value`: a JSON string with its quotes.
std::string mended(std::string_view value) {
  const std::string text(value.substr(1, value.size() - 2));  // a NUL behind it, for utf8_length()
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '\\') {
      i += mend_escape(text, i, out);
    } else if (static_cast<unsigned char>(c) < ' ' || c == '"') {
      out += ' ';
      ++i;
    } else {
      const std::size_t length = engine::utf8_length(&text[i]);
      if (length == 0) {
        out += '?';
        ++i;
      } else {
        out.append(text, i, length);
        i += length;
      }
    }
  }
  return out += '"';
}

}  // namespace

std::string_view Members::find(std::string_view name) const {
  const auto found = std::ranges::find(all, name, &Member::name);
  return found == all.end() ? std::string_view() : found->value;
}

bool Members::has_a_name_twice() const {
  std::vector<std::string_view> names;
  names.reserve(all.size());
  for (const Member& member : all)
    names.push_back(member.name);
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) != names.end();
}

Members members_of(std::string_view object, std::size_t most) {
  Members members;
  Scanner scanner(object);
  if (!scanner.accept('{')) return members;
  if (scanner.accept('}')) {
    members.is_whole = scanner.is_at_end();
    return members;
  }
  while (members.all.size() < most) {
    const auto name = scanner.value();
    auto text = name ? text_of(*name) : std::nullopt;
    if (!text || !scanner.accept(':')) return members;
    const auto value = scanner.value();
    if (!value) return members;
    members.all.push_back({std::move(*text), *value});
    if (scanner.accept('}')) {
      members.is_whole = scanner.is_at_end();
      return members;
    }
    if (!scanner.accept(',')) return members;
  }
  return members;
}

Elements elements_of(std::string_view array, std::size_t most) {
  Elements elements;
  Scanner scanner(array);
  if (!scanner.accept('[')) return elements;
  if (scanner.accept(']')) {
    elements.is_whole = scanner.is_at_end();
    return elements;
  }
  while (elements.all.size() < most) {
    const auto value = scanner.value();
    if (!value) return elements;
    elements.all.push_back(*value);
    if (scanner.accept(']')) {
      elements.is_whole = scanner.is_at_end();
      return elements;
    }
    if (!scanner.accept(',')) return elements;
  }
  return elements;
}

std::optional<std::string> text_of(std::string_view value, bool* is_mended) {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::nullopt;
  if (is_mended != nullptr) *is_mended = false;
  Json json = Json::parse(value, nullptr, false);
  if (!json.is_string()) {
    if (is_mended != nullptr) *is_mended = true;
    json = Json::parse(mended(value), nullptr, false);
  }
  auto* text = json.get_ptr<std::string*>();
  return text == nullptr ? std::nullopt : std::optional(std::move(*text));
}

std::string scalar_of(std::string_view value) {
  if (value.empty()) return "";
  if (value.front() == '"') return text_of(value).value_or("");
  const bool can_be_number = value.front() == '-' || is_digit(value.front());
  if (!can_be_number || value.size() > kLongestNumber) return "";
  return Json::parse(value, nullptr, false).is_number() ? std::string(value) : "";
}

std::string id_text_of(std::string_view value) {
  const bool is_text = !value.empty() && value.front() == '"';
  return is_text || std::ranges::all_of(value, is_digit) ? scalar_of(value) : "";
}

}  // namespace jobtree::discovery
