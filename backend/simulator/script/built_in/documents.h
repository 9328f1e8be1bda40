// Job documents the pretend cloud gives out as they stand, built in from documents/.
//
// Knows: bytes. Most are bodies real clouds gave or document. "NAME-made" are ours, written after
// the documented fields of services that publish no whole body; "odd-shapes" and "hostile-texts"
// are ours too, and hold what a viewer of jobs must survive. Must not know: which job is which
// document (built_in_jobs.h).
#pragma once

#include <span>
#include <string_view>

#include "base/embed.h"

namespace jobtree::simulator {

/// All of them, by file name: "eip-documented.json".
std::span<const Embedded> documents();

/// The bytes of documents/NAME.json; "" when there is no such file.
std::string_view document(std::string_view name);

}  // namespace jobtree::simulator
