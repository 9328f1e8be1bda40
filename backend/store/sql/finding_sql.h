// The statement that stores what was found of a job.
//
// Pure. Knows: columns of the table of jobs, which both databases have alike. Must not know: who
// runs it.
#pragma once

#include "store/sql/job_row.h"
#include "store/sql/selection.h"

namespace jobtree::store {

/// A statement and the values in it.
class FindingWriting {
 public:
  /// The record must outlive it.
  FindingWriting(const JobRecord& record, const Dialect& dialect);
  FindingWriting(const FindingWriting&) = delete;
  FindingWriting& operator=(const FindingWriting&) = delete;

  /// Gives a row back when the job has the record's version.
  const Selection& sql() const { return sql_; }

 private:
  const JobParameters job_;
  Selection sql_;
};

}  // namespace jobtree::store
