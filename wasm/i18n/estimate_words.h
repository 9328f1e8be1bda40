// An estimate in a sentence, in English and Chinese.
//
// Knows: wording, how people say a duration. Must not know: how it is estimated.
#pragma once

#include "base/array.h"
#include "i18n/format.h"
#include "model/estimate.h"

namespace jobtree::engine {

/// "Usually 1 to 2 min · about 40 s left"; nothing when nothing is known.
void put_estimate(String& out, const Estimate& estimate, Language language);

}  // namespace jobtree::engine
