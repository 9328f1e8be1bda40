#include "commands/cli/language.h"

#include "base/ascii.h"

namespace jobtree::commands {
namespace {

Language the_language = Language::en;

}  // namespace

Language language_of_locale(std::string_view name) {
  const std::string_view word = name.substr(0, name.find_first_of("_-.@"));
  return equals_ignoring_case(word, "zh") ? Language::zh : Language::en;
}

Language language_of_environment(const Environment& environment) {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    if (const auto value = environment(name); !value.empty()) return language_of_locale(value);
  }
  return Language::en;
}

void set_language(Language language) {
  the_language = language;
}

Language language() {
  return the_language;
}

const std::string& spoken(const Bilingual& text) {
  return the_language == Language::zh ? text.zh : text.en;
}

}  // namespace jobtree::commands
