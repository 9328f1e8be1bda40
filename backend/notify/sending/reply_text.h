// What an attempt came to, in both languages, as the one text that the outbox keeps.
//
// Knows: the form. Must not know: who reads it.
#pragma once

#include <string>
#include <string_view>

#include "base/bilingual.h"

namespace jobtree::notify {

/// JSON, {"en": …, "zh": …}.
std::string reply_text(const Bilingual& text);
/// The same the other way; what is no such text is taken for one in both languages.
Bilingual words_of_reply(std::string_view reply);

}  // namespace jobtree::notify
