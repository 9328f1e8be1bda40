// The statements about failures over all jobs: what a change adds, what is read, what goes.
//
// Pure. Knows: columns and indices of the tables of failures, which both databases have alike. Must
// not know: who runs them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/change.h"
#include "store/failures.h"
#include "store/sql/job_row.h"
#include "store/sql/selection.h"

namespace jobtree::store {

/// When they came: a job may be opened long after it failed.
Time time_of_gain(const Change& change, const FailureGain& gain);
/// What a change adds, in the order in which all changes take these rows: so no two wait for each
/// other. The change must outlive it.
std::vector<Selection> failure_writing(const Change& change, const Dialect& dialect);

/// A page, or nothing when the cursor is none. It selects one row more than the page has. A group
/// may have a row in each region and project; of those in sight the one that came last leads, and
/// the rest is added up. `query` must outlive it.
std::optional<Selection> failure_page_sql(const FailureQuery& query, const Dialect& dialect);
/// The rows of that, for add_day(): service, name, day, failures. The page must outlive it too.
Selection failure_days_sql(const FailureQuery& query, const FailurePage& page,
                           const Dialect& dialect);

std::vector<Selection> mute_sql(const Muting& muting, const Dialect& dialect);

/// Each deletes at most so many rows of what is too old, or too much.
inline constexpr std::int64_t kMostFailuresPruned = 500;
std::vector<Selection> failure_pruning(const Retention& retention, Time now,
                                       const Dialect& dialect);

/// Adds a row of the page's statement. False when the page is full: then its cursor is that of the
/// next; else who has read all rows takes it away.
template <class Row>
bool add_failure(const Row& row, const FailureQuery& query, FailurePage& page);
/// Adds the row of a day to its failure.
template <class Row>
void add_day(const Row& row, Time now, FailurePage& page);

std::int64_t day_of(Time time);
std::size_t page_limit(const FailureQuery& query);

template <class Row>
bool add_failure(const Row& row, const FailureQuery& query, FailurePage& page) {
  // In the order of the statement.
  enum Column : int {
    kService,
    kName,
    kCode,
    kText,
    kRegion,
    kProject,
    kJob,
    kPart,
    kLast,
    kFirst,
    kCount,
    kJobs,
    kBegan,
    kUntil,
    kRemaining,
    kNote,
    kAuthor,
    kMutedAt,
    kNumber
  };
  FailureRecord failure;
  const Time last = time_of(row.integer(kLast));
  if (page.failures.size() == page_limit(query)) return false;
  const auto text = [&row](Column column) { return std::string(row.text(column)); };
  failure.service = text(kService);
  failure.name = text(kName);
  failure.code = text(kCode);
  failure.text = text(kText);
  failure.sample = cloud::JobAddress(text(kRegion), failure.service, text(kProject), text(kJob));
  failure.part = text(kPart);
  failure.last_at = last;
  failure.first_at = time_of(row.integer(kFirst));
  failure.count = static_cast<std::uint64_t>(row.integer(kCount));
  failure.jobs = static_cast<std::uint64_t>(row.integer(kJobs));
  const Time began = time_of(row.integer(kBegan));
  if (began > failure.first_at) failure.back_at = began;
  failure.days.resize(kDaysShown);
  if (!row.is_null(kMutedAt)) {
    FailureMute mute{
        .note = text(kNote), .by = text(kAuthor), .at = time_of(row.integer(kMutedAt))};
    if (!row.is_null(kUntil)) mute.until = time_of(row.integer(kUntil));
    if (!row.is_null(kRemaining)) mute.remaining = row.integer(kRemaining);
    failure.mute = std::move(mute);
  }
  page.failures.push_back(std::move(failure));
  page.next = cursor_of(last, row.integer(kNumber));
  return true;
}

template <class Row>
void add_day(const Row& row, Time now, FailurePage& page) {
  const std::int64_t ago = day_of(now) - row.integer(2);
  if (ago < 0 || ago >= static_cast<std::int64_t>(kDaysShown)) return;
  for (FailureRecord& failure : page.failures) {
    if (failure.service != row.text(0) || failure.name != row.text(1)) continue;
    failure.days[kDaysShown - 1 - static_cast<std::size_t>(ago)] =
        static_cast<std::uint64_t>(row.integer(3));
  }
}

}  // namespace jobtree::store
