// The language of the person at the terminal.
//
// Knows: how a locale is named. Must not know: any sentence. As setlocale() does, it is set once
// for the process, before anything is said; log lines and problem documents stay English.
#pragma once

#include <string>
#include <string_view>

#include "base/bilingual.h"
#include "base/environment.h"

namespace jobtree::commands {

enum class Language { en, zh };

/// Chinese for "zh_CN.UTF-8", "zh-TW" and the like; English for all else, "C" and "" among it.
Language language_of_locale(std::string_view name);
/// As LC_ALL says, else LC_MESSAGES, else LANG.
Language language_of_environment(const Environment& environment);

void set_language(Language language);
Language language();

/// The sentence in the language that was set.
const std::string& spoken(const Bilingual& text);

}  // namespace jobtree::commands
