// The life of a job, from its first request on.
//
// Knows: what every course can be asked. Must not know: how the jobs of a service go
// (planned_course.h), HTTP, what time it is.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "simulator/script/time.h"

namespace jobtree::simulator {

/// Fixed when it is made; what it says is a pure function of the time since the job began.
class Course {
 public:
  virtual ~Course() = default;
  /// The job's document `elapsed` after it began at `began`, as JSON.
  virtual std::string document(WallTime began, Milliseconds elapsed) const = 0;
  /// From then on the document does not change.
  virtual Milliseconds length() const = 0;
  /// Jobs in the document, the root not counted: what it costs to keep this course.
  virtual std::size_t size() const = 0;
};

/// The course of a job that never moves: always `document`.
std::shared_ptr<const Course> fixed_course(std::string document);
/// Likewise, with the document's times moved so that the latest is `before` the job's begin.
std::shared_ptr<const Course> dated_course(std::string document, Milliseconds before);

}  // namespace jobtree::simulator
