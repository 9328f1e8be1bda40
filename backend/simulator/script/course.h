// The life of a job, from its first request on.
#pragma once

#include <chrono>
#include <string>

namespace jobtree::simulator {

using Milliseconds = std::chrono::milliseconds;
using WallTime = std::chrono::sys_time<Milliseconds>;

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

}  // namespace jobtree::simulator
