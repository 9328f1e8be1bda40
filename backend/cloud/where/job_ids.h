// The ids that name a job of a service: how many, and of which form.
//
// Knows: what a catalogue says of a service's ids. Must not know: which jobs there are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bilingual.h"
#include "cloud/where/catalogue.h"

namespace jobtree::cloud {

bool is_id(std::string_view text, IdKind kind);

/// "INSTANCE_ID/TASK_ID", as usage texts have it.
std::string ids_of(const Service& service);

/// What is wrong with the ids that are to name a job of the service, in a sentence; nothing when
/// they do.
std::optional<Bilingual> wrong_ids(const Service& service, std::string_view ids);

}  // namespace jobtree::cloud
