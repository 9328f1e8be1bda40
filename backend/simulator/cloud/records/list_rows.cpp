#include "simulator/cloud/records/list_rows.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "simulator/script/records/time_forms.h"

namespace jobtree::simulator {
namespace {

using nlohmann::ordered_json;

ordered_json time_or(const std::optional<WallTime>& time, TimeForm form, ordered_json otherwise) {
  return time ? ordered_json(written(*time, form)) : std::move(otherwise);
}

std::string instance_status(const TaskRow& row) {
  if (row.status != "Running") return "ACTIVE";
  return row.name.starts_with("Create") ? "BUILD" : "MODIFYING";
}

/// Of ELB, whose times have no zone here.
ordered_json without_zones(ordered_json job) {
  for (const char* name : {"begin_time", "end_time"}) {
    if (!job.contains(name) || !job[name].is_string()) continue;
    const auto time = read_time(job[name].get<std::string>());
    if (time) job[name] = written(*time, TimeForm::no_zone);
  }
  if (job.contains("sub_jobs") && job["sub_jobs"].is_array()) {
    for (ordered_json& sub : job["sub_jobs"]) {
      sub = without_zones(std::move(sub));
    }
  }
  return job;
}

/// Of the single job's "clusterUID" and "phase" the list makes "clusteruid" and "status".
ordered_json cce_job(const ordered_json& job) {
  ordered_json row = job;
  row["apiVersion"] = "v2";
  ordered_json spec = ordered_json::object();
  const ordered_json given = job.value("spec", ordered_json::object());
  for (const auto& [name, value] : given.items()) {
    const std::string lower_name = lower(name);
    if (lower_name != "subjobs" || !value.is_array()) {
      spec[lower_name] = value;
      continue;
    }
    spec[lower_name] = ordered_json::array();
    for (const ordered_json& sub : value) {
      spec[lower_name].push_back(cce_job(sub));
    }
  }
  row["spec"] = std::move(spec);
  ordered_json status = ordered_json::object();
  const ordered_json said = job.value("status", ordered_json::object());
  for (const auto& [name, value] : said.items()) {
    if (!value.is_null()) status[name == "phase" ? "status" : name] = value;
  }
  row["status"] = std::move(status);
  return row;
}

}  // namespace

ordered_json rds_row(const TaskRow& row) {
  return {{"id", row.id},
          {"name", row.name},
          {"instance_id", row.resource_id},
          {"instance_name", row.resource_name},
          {"instance_status", instance_status(row)},
          {"order_id", nullptr},
          {"process", row.progress},
          {"fail_reason", row.reason},
          {"create_time", time_or(row.begin, TimeForm::china, "")},
          {"end_time", time_or(row.end, TimeForm::china, "")},
          {"status", row.status}};
}

ordered_json gaussdb_row(const TaskRow& row) {
  return {{"instance_info",
           {{"instance_id", row.resource_id},
            {"instance_name", row.resource_name},
            {"instance_status", instance_status(row)}}},
          {"job_id", row.id},
          {"name", row.name},
          {"status", row.status},
          {"process", row.progress},
          {"created_at", time_or(row.begin, TimeForm::china, nullptr)},
          {"ended_at", time_or(row.end, TimeForm::china, nullptr)},
          {"fail_reason", row.reason}};
}

ordered_json taurusdb_row(const TaskRow& row) {
  return {{"job_id", row.id},
          {"job_name", row.name},
          {"status", row.status},
          {"process", row.progress},
          {"created_time", time_or(row.begin, TimeForm::offset, "")},
          {"ended_time", time_or(row.end, TimeForm::offset, "")},
          {"fail_reason", row.reason},
          {"instance_id", row.resource_id},
          {"instance_name", row.resource_name},
          {"instance_status", instance_status(row)},
          {"order_id", ""}};
}

ordered_json geminidb_row(const TaskRow& row) {
  return {{"id", row.id},
          {"name", row.name},
          {"status", row.status},
          {"start_time", time_or(row.begin, TimeForm::offset, "")},
          {"end_time", time_or(row.end, TimeForm::offset, "")},
          {"progress", row.progress},
          {"instance", {{"id", row.resource_id}, {"name", row.resource_name}}},
          {"fail_reason", row.reason}};
}

ordered_json dds_row(const TaskRow& row) {
  return {{"id", row.id},
          {"name", row.name},
          {"instance_id", row.resource_id},
          {"instance_name", row.resource_name},
          {"status", row.status},
          {"progress", row.progress},
          {"fail_reason", row.reason},
          {"created_at", time_or(row.begin, TimeForm::offset, "")},
          {"ended_at", time_or(row.end, TimeForm::offset, "")}};
}

ordered_json ddm_row(const TaskRow& row) {
  return {{"id", row.id},
          {"name", row.name},
          {"status", row.status},
          {"created_time", time_or(row.begin, TimeForm::offset, "")},
          {"end_time", time_or(row.end, TimeForm::offset, "")},
          {"process", row.progress},
          {"instance_id", row.resource_id},
          {"instance_name", row.resource_name},
          {"operations", ordered_json::array()},
          {"database_name", ""},
          {"fail_reason", row.reason}};
}

ordered_json elb_row(const TaskRow& row) {
  return without_zones(row.job);
}

ordered_json cce_row(const TaskRow& row) {
  return cce_job(row.job);
}

ordered_json dcs_row(const TaskRow& row) {
  return {{"id", row.id},
          {"job_id", row.id},
          {"name", row.name},
          {"details", ordered_json::object()},
          {"user_name", "ops-marta"},
          {"user_id", "b0b00000000000000000000000000002"},
          {"params", ""},
          {"status", row.status},
          {"created_at", time_or(row.begin, TimeForm::milliseconds, "")},
          {"updated_at", time_or(row.end ? row.end : row.begin, TimeForm::milliseconds, "")},
          {"error_code", nullptr},
          {"enable_show", true}};
}

ordered_json own_row(const TaskRow& row) {
  return row.job;
}

std::vector<std::string> names_of(const std::vector<TaskRow>& rows) {
  std::vector<std::string> names;
  for (const TaskRow& row : rows) {
    if (std::ranges::find(names, row.name) == names.end()) names.push_back(row.name);
  }
  return names;
}

}  // namespace jobtree::simulator
