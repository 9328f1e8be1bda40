// What an explanation says that has no code of its own, held to be whole.
#pragma once

#include <optional>
#include <string>

#include "explain/explanation.h"
#include "unit/catch.h"

namespace jobtree::explain {

/// The meaning in English; "none" when nothing was found. Checks the rest: both languages, a
/// remedy, no code, and what it was found by.
inline std::string meaning_of(const std::optional<Explanation>& found, Basis basis) {
  if (!found) return "none";
  CHECK(found->basis == basis);
  CHECK(found->code.empty());
  CHECK_FALSE(found->meaning.zh.empty());
  CHECK_FALSE(found->remedy.en.empty());
  CHECK_FALSE(found->remedy.zh.empty());
  return std::string(found->meaning.en);
}

}  // namespace jobtree::explain
