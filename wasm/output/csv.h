// A tree as a table for spreadsheets and scripts.
//
// Knows: RFC 4180, and which cells a spreadsheet would run. Must not know: languages: the names of
// columns and status classes are for programs.
#pragma once

#include "base/array.h"
#include "model/job.h"

namespace jobtree::engine {

/// A head and a line for every job, each parent before its children, in the order they were sent:
/// columns of what every job has, the group of its error, and a column for each name of a fact; one
/// that is called as another column gets "fact_" before it. Names that come after the first hundred
/// share the last column, "facts".
/// Times are in UTC (ISO 8601), or as sent when they are none we can read. Lines end with CR LF. A
/// cell that a spreadsheet would take for a formula begins with an apostrophe.
String to_csv(const JobTree& tree);

}  // namespace jobtree::engine
