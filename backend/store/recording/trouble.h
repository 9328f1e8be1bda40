// What is said when a database cannot be used.
//
// Knows: the kinds of trouble. Must not know: what is tried again, and when.
#pragma once

#include <string>

#include "base/bilingual.h"
#include "store/archive.h"
#include "store/outcome.h"

namespace jobtree::store {

/// `place`: where it is, for people.
Bilingual note_of(const StoreError& error, const std::string& place);

ArchiveState::Trouble trouble_of(const StoreError& error);

}  // namespace jobtree::store
