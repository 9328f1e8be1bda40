// A record as JSON, the same for HTTP and for the command line.
//
// Knows: the names of the members, which are part of the public contract. Must not know: who reads
// it, or what else stands beside it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "store/records.h"

namespace jobtree::store {

/// Whether the reader may know who did what.
enum class People : bool { hidden, shown };
nlohmann::ordered_json json_of(const JobRecord& record, People people);
nlohmann::ordered_json json_of(const JobGroup& group);
nlohmann::ordered_json json_of(const VersionRecord& version);
/// The failures as they stand in a record, and are stored; and back. What is not such a text is no
/// failure.
nlohmann::ordered_json json_of(const std::vector<FailureGroup>& failures);
std::vector<FailureGroup> failures_of(std::string_view json);

nlohmann::ordered_json text_or_null(std::string_view text);

/// What people call the type, in each language, as in the tree; null for one that has no name.
nlohmann::ordered_json name_of_type(std::string_view type);

/// As JSON that any reader takes: what the cloud sent may not be UTF-8.
std::string text_of(const nlohmann::ordered_json& json);

/// "2026-11-29T12:00:00.123Z"
std::string text_of(Time time);

}  // namespace jobtree::store
