// A row of the table of jobs, and the record it is.
//
// Knows: the columns of a job. Must not know: which rows are read, or why.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/records.h"
#include "store/sqlite/connection.h"

namespace jobtree::store {

/// For "SELECT <these> FROM job": what record_of() reads, the row's own number last.
extern const char* const kJobColumns;

JobRecord record_of(const Statement& row);
/// The number of that row.
std::int64_t number_of(const Statement& row);

std::int64_t micros(Time time);
Time time_of(std::int64_t micros);
Parameter micros_or_null(const std::optional<Time>& time);

std::string text_of(const Counts& counts);
/// What a search goes through beside the label: ids, type and errors, in small letters.
std::string words_of(const JobRecord& record);

std::string text_of_links(const std::vector<std::string>& links);

}  // namespace jobtree::store
