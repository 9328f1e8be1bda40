// A sentence for people, in English and in Chinese.
//
// Knows: that both languages are written side by side, where the sentence is said. Must not know:
// which of them the reader wants (commands/cli/language.h does), what is said. The name of the
// program is the one word that it has itself. English is what logs and problem documents have; the
// terminal speaks the language of its user.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace jobtree {

struct Bilingual {
  std::string en;
  std::string zh;

  Bilingual() = default;
  Bilingual(std::string english, std::string chinese)
      : en(std::move(english)), zh(std::move(chinese)) {}
  /// The same in both: a name, a flag, an error of the system.
  Bilingual(std::string both) : en(both), zh(std::move(both)) {}      // NOLINT(*explicit*)
  Bilingual(const char* both) : Bilingual(std::string(both)) {}       // NOLINT(*explicit*)
  Bilingual(std::string_view both) : Bilingual(std::string(both)) {}  // NOLINT(*explicit*)

  bool empty() const { return en.empty(); }
  Bilingual& operator+=(const Bilingual& more) {
    en += more.en;
    zh += more.zh;
    return *this;
  }
  friend Bilingual operator+(Bilingual left, const Bilingual& right) { return left += right; }
};

namespace detail {
inline std::string the_program_name = "backend";
}  // namespace detail

/// What the program is called where it was started: "jobtree" as it is installed, "backend" as it
/// is built.
inline const std::string& program_name() {
  return detail::the_program_name;
}

/// Takes the first word of the command line; once, before any text is made. A path is left out, and
/// a name that would need quotes at a shell, or move a terminal's cursor, changes nothing.
inline void set_program_name(std::string_view first_word) {
  const std::string_view name = first_word.substr(first_word.rfind('/') + 1);
  const bool is_plain = name.find_first_not_of(
                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                            "._+-") == std::string_view::npos;
  if (!name.empty() && name.front() != '-' && is_plain) detail::the_program_name = name;
}

/// A sentence with `kCount` gaps, "{0}" to "{9}". A gap that one of the languages forgets, or that
/// nothing fills, does not compile.
template <std::size_t kCount>
struct Sentence {
  std::string_view en;
  std::string_view zh;

  consteval Sentence(const char* english, const char* chinese)  // NOLINT(*explicit*)
      : en(english), zh(chinese) {
    if (en.empty() || zh.empty() || !has_all_gaps(en) || !has_all_gaps(zh)) {
      throw "a sentence has other gaps in one language than it has in the other, or than are "
            "filled";
    }
  }

 private:
  static constexpr bool has_all_gaps(std::string_view text) {
    std::array<bool, 10> has{};
    std::size_t count = 0;
    for (std::size_t i = 0; i + 2 < text.size(); ++i) {
      if (text[i] != '{' || text[i + 1] < '0' || text[i + 1] > '9' || text[i + 2] != '}') continue;
      bool& it = has[static_cast<std::size_t>(text[i + 1] - '0')];
      count += it ? 0 : 1;
      it = true;
    }
    for (std::size_t i = 0; i < kCount; ++i) {
      if (!has[i]) return false;
    }
    return count == kCount;
  }
};

/// Fills the gaps: bilingual({"cannot read {0}", "无法读取 {0}"}, path); and "{program}", wherever
/// a sentence has a command to type, with the name by which the program was started.
template <class... Given>
Bilingual bilingual(const Sentence<sizeof...(Given)>& sentence, const Given&... given) {
  const std::array<Bilingual, sizeof...(Given)> values{Bilingual(given)...};
  const auto filled = [&values](std::string_view text, std::string Bilingual::*language) {
    constexpr std::string_view kProgram = "{program}";
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text.substr(i).starts_with(kProgram)) {
        out += program_name();
        i += kProgram.size() - 1;
        continue;
      }
      const std::size_t which = i + 2 < text.size() && text[i] == '{' && text[i + 2] == '}'
                                    ? static_cast<std::size_t>(text[i + 1] - '0')
                                    : values.size();
      if (which < values.size()) {
        out += values[which].*language;
        i += 2;
      } else {
        out += text[i];
      }
    }
    return out;
  };
  return {filled(sentence.en, &Bilingual::en), filled(sentence.zh, &Bilingual::zh)};
}

}  // namespace jobtree
