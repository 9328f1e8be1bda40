// How services write the rows of their task lists: one entry a list, under its name in
// catalogue.json.
//
// Knows: names of members. Must not know: how they are read. "a.b" is a member of a member; of
// several names with "|" between them the first counts that says something. The names are those of
// the vendor's API references and SDKs. Dates need no word here: each form says what it is
// (times.h), and one without a zone is UTC (ELB).
#pragma once

#include <array>
#include <string_view>

namespace jobtree::discovery {

struct RowForm {
  std::string_view list{};
  std::string_view rows{};  ///< "" where the page itself is the array
  std::string_view id{};
  std::string_view operation{};
  std::string_view status{};
  std::string_view progress{};  ///< 0 to 100, as a number or a text
  std::string_view begin{};
  std::string_view end{};
  std::string_view last_change{};  ///< an end where nothing else says when an ended job ended
  std::string_view resource_id{};
  std::string_view resource_name{};
  std::string_view error_code{};
  std::string_view error_text{};
  std::string_view user{};
  std::string_view sub_jobs{};    ///< an array
  std::string_view sub_job_id{};  ///< in one of its elements
  std::string_view total{};       ///< how many rows there are on all pages
  std::string_view marker{};      ///< of the next page
  /// For a list of failures that does not say how its jobs are.
  std::string_view status_of_all{};
};

inline constexpr std::array kRowForms{
    RowForm{.list = "rds",
            .rows = "tasks",
            .id = "id",
            .operation = "name",
            .status = "status",
            .progress = "process",
            .begin = "create_time",
            .end = "end_time",
            .resource_id = "instance_id",
            .resource_name = "instance_name",
            .error_text = "fail_reason",
            .total = "total_count"},
    RowForm{.list = "gaussdb",
            .rows = "tasks",
            .id = "job_id",
            .operation = "name",
            .status = "status",
            .progress = "process",
            .begin = "created_at",
            .end = "ended_at",
            .resource_id = "instance_info.instance_id",
            .resource_name = "instance_info.instance_name",
            .error_text = "fail_reason",
            .total = "total_count"},
    RowForm{.list = "taurusdb",
            .rows = "jobs",
            .id = "job_id",
            .operation = "job_name",
            .status = "status",
            .progress = "process",
            .begin = "created_time",
            .end = "ended_time",
            .resource_id = "instance_id",
            .resource_name = "instance_name",
            .error_text = "fail_reason",
            .total = "total_count"},
    RowForm{.list = "geminidb",
            .rows = "jobs",
            .id = "id",
            .operation = "name",
            .status = "status",
            .progress = "progress",
            .begin = "start_time",
            .end = "end_time",
            .resource_id = "instance.id",
            .resource_name = "instance.name",
            .error_text = "fail_reason",
            .total = "total_count"},
    RowForm{.list = "dds",
            .rows = "jobs",
            .id = "id",
            .operation = "name",
            .status = "status",
            .progress = "progress",
            .begin = "created_at",
            .end = "ended_at",
            .resource_id = "instance_id",
            .resource_name = "instance_name",
            .error_text = "fail_reason",
            .total = "total_count"},
    RowForm{.list = "ddm",
            .rows = "jobs",
            .id = "id",
            .operation = "name",
            .status = "status",
            .progress = "process",
            .begin = "created_time",
            .end = "end_time",
            .resource_id = "instance_id",
            .resource_name = "instance_name",
            .error_text = "fail_reason",
            .total = "total"},
    RowForm{.list = "elb",
            .rows = "jobs",
            .id = "job_id",
            .operation = "job_type",
            .status = "status",
            .begin = "begin_time",
            .end = "end_time",
            .resource_id = "resource_id",
            .error_code = "error_code",
            .error_text = "error_msg",
            .sub_jobs = "sub_jobs",
            .sub_job_id = "job_id",
            .marker = "page_info.next_marker"},
    RowForm{.list = "cce",
            .id = "metadata.uid",
            .operation = "spec.type",
            .status = "status.status|status.phase",
            .begin = "metadata.creationTimestamp",
            .end = "status.completionTime",
            .last_change = "metadata.updateTimestamp",
            .resource_id = "spec.resourceid|spec.resourceID|spec.clusteruid|spec.clusterUID",
            .resource_name = "spec.resourcename|spec.resourceName",
            .error_text = "status.reason",
            .sub_jobs = "spec.subjobs|spec.subJobs",
            .sub_job_id = "metadata.uid"},
    RowForm{.list = "cbr",
            .rows = "operation_logs",
            .id = "id",
            .operation = "operation_type",
            .status = "status",
            .progress = "extra_info.common.progress",
            .begin = "started_at|created_at",
            .end = "ended_at",
            .resource_id = "extra_info.resource.id|vault_id",
            .resource_name = "extra_info.resource.name|vault_name",
            .error_code = "error_info.code",
            .error_text = "error_info.message",
            .total = "count"},
    // The only one that says who it was.
    RowForm{.list = "dcs",
            .rows = "tasks",
            .id = "job_id|id",
            .operation = "name",
            .status = "status",
            .begin = "created_at",
            .last_change = "updated_at",
            .error_code = "error_code",
            .user = "user_name",
            .total = "task_count"},
    RowForm{.list = "sdrs",
            .rows = "failure_jobs",
            .id = "job_id",
            .operation = "job_type",
            .status = "job_status",
            .begin = "begin_time",
            .resource_id = "resource_id",
            .resource_name = "resource_name",
            .error_code = "error_code",
            .error_text = "fail_reason",
            .total = "count",
            .status_of_all = "FAIL"},
    RowForm{.list = "swr",
            .rows = "jobs",
            .id = "id",
            .operation = "type",
            .status = "status",
            .begin = "created_at",
            .last_change = "updated_at",
            .resource_id = "resource_id|instance_id",
            .resource_name = "resource_name",
            .error_text = "reason",
            .total = "total"},
};

}  // namespace jobtree::discovery
