// What the type of a job is called: "Create volume" for createVolume.
//
// Knows: the words that documented types are made of, in English and Chinese, as the vendor's
// console has them. Must not know: which service sent a type, or where its name is shown.
#pragma once

#include <string_view>

#include "base/array.h"
#include "i18n/format.h"

namespace jobtree::engine {

/// Puts the name of a type; puts nothing and returns false when some of it is no word of ours: a
/// type is named in full, or not at all.
bool put_type_name(String& out, std::string_view type, Language language);

}  // namespace jobtree::engine
