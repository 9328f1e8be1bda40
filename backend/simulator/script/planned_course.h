// A course that follows a plan: a tree of jobs, each with its begin, its end and how it ends.
//
// Knows: the JSON of the classic job API. Must not know: why a plan is as it is.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/script/course.h"

namespace jobtree::simulator {

/// A code and its text as the services document them.
struct JobError {
  std::string_view code;
  std::string_view reason;
};

/// What a job's entities name.
enum class Resource { none, eip, server, nic, volume };

/// One job of the tree. Times count from the begin of the whole course.
struct Step {
  std::string type;       ///< printable, no quotes
  Milliseconds begin{};   ///< INIT before
  Milliseconds end{};     ///< SUCCESS or FAIL from here on
  Milliseconds listed{};  ///< its parent does not name it before
  Resource resource = Resource::none;
  std::uint64_t identity = 0;  ///< its ids and address are made of this
  int index = 0;               ///< among its siblings
  const JobError* error = nullptr;
  std::vector<Step> children = {};
  std::string id = {};  ///< instead of the one made of `identity`; hex digits, letters, "-", "_"
};

/// A tree somebody wrote down, with the texts its errors point at.
struct CourseTree {
  Step root;
  std::deque<std::string> texts;
  std::deque<JobError> errors;
};

/// The id a job of this identity has: 32 hex digits.
std::string job_id(std::uint64_t identity);

/// The course of `root`, every duration divided by `speed`. `texts` is kept alive with it.
std::shared_ptr<const Course> planned_course(Step root, double speed,
                                             std::shared_ptr<const CourseTree> texts = nullptr);

}  // namespace jobtree::simulator
