// The services' lists of all jobs of a project, which need no id.
//
// Knows: each list's path, parameters, pages and rows, as the API references have them. Must not
// know: signatures, CTS, how a job goes: a row says what the job's own document says at the moment.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "simulator/cloud/job_book.h"
#include "simulator/cloud/request.h"
#include "simulator/cloud/response.h"

namespace jobtree::simulator {

struct TaskList;

struct TaskListMatch {
  const TaskList* list;
  std::string_view service;
  std::string owner;  ///< the project, or the domain, in the path
};

/// The list that a GET is for. Where two services have one path, the Host header decides, and
/// without a name in it the form of start_time.
std::optional<TaskListMatch> find_task_list(const Request& request);

Response show_task_list(const TaskListMatch& match, const Request& request,
                        std::string_view request_id, const JobBook& book, WallTime now);

}  // namespace jobtree::simulator
