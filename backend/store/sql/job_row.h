// A row of the table of jobs, and the record it is.
//
// Knows: the columns of a job, which both databases have alike. Must not know: which rows are read,
// or why.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/record_json.h"
#include "store/records.h"
#include "store/sql/parameter.h"

namespace jobtree::store {

/// For "SELECT <these> FROM job": what record_of() reads, the row's own number last.
extern const char* const kJobColumns;

inline constexpr std::int64_t kMostDurations = 50;  // that are kept of one kind of job

std::int64_t micros(Time time);
Time time_of(std::int64_t micros);
Parameter micros_or_null(const std::optional<Time>& time);

std::string text_of(const Counts& counts);
/// What a search goes through beside the label: ids, type, errors, and what was done to what, in
/// small letters. Not who did it: that is not for everybody.
std::string words_of(const JobRecord& record);

std::string text_of_links(const std::vector<std::string>& links);

/// What is stored of a job, for the columns of a job in the order in which both databases insert
/// them. The record must outlive it.
class JobParameters {
 public:
  explicit JobParameters(const JobRecord& job);
  JobParameters(const JobParameters&) = delete;
  JobParameters& operator=(const JobParameters&) = delete;

  std::span<const Parameter> values() const { return values_; }

 private:
  const std::string counts_, failures_, links_, words_;
  const std::vector<Parameter> values_;
};

Counts counts_of(std::string_view text);
std::vector<std::string> links_of(std::string_view text);

/// `row` has is_null(), integer() and text() of a column, as the rows of both databases do.
template <class Row>
JobRecord record_of(const Row& row) {
  int column = 0;
  const auto text = [&row, &column] { return std::string(row.text(column++)); };
  const auto time = [&row](int of) {
    return row.is_null(of) ? std::nullopt : std::optional(time_of(row.integer(of)));
  };
  JobRecord record;
  const std::string region = text();
  const std::string service = text();
  const std::string project = text();
  record.address = cloud::JobAddress(region, service, project, text());
  record.type = text();
  const std::int64_t status = row.integer(column++);
  const bool is_one = status >= 0 && status < static_cast<std::int64_t>(kStatuses);
  record.status = is_one ? static_cast<Status>(status) : Status::unknown;
  record.status_text = text();
  record.is_final = row.integer(column++) != 0;
  record.begun_at = time(column++);
  record.ended_at = time(column++);
  record.first_seen = time_of(row.integer(column++));
  record.last_seen = time_of(row.integer(column++));
  record.last_change = time_of(row.integer(column++));
  record.version = row.integer(column++);
  record.counts = counts_of(row.text(column++));
  record.error_code = text();
  record.error_text = text();
  record.failed_job = text();
  record.failures = failures_of(row.text(column++));
  record.forgotten_at = time(column++);
  record.marks.label = text();
  record.marks.links = links_of(row.text(column++));
  record.marks.is_followed = row.integer(column++) != 0;
  record.marks.is_example = row.integer(column++) != 0;
  record.finding.operation = text();
  record.finding.person = text();
  record.finding.resource_id = text();
  record.finding.resource_name = text();
  record.finding.found_at = time(column++);
  record.finding.is_queryable = row.integer(column++) != 0;
  return record;
}

/// The number of that row.
template <class Row>
std::int64_t number_of(const Row& row) {
  constexpr int kColumn = 30;
  return row.integer(kColumn);
}

}  // namespace jobtree::store
