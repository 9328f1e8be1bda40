#include "simulator/cloud/records/task_row.h"

#include <initializer_list>

#include "simulator/script/records/time_forms.h"

namespace jobtree::simulator {
namespace {

using nlohmann::ordered_json;
using Names = std::initializer_list<const char*>;

const ordered_json kNothing;

/// The value at "/spec/type", or null.
const ordered_json& at(const ordered_json& value, const char* path) {
  const ordered_json::json_pointer pointer(path);
  return value.contains(pointer) ? value.at(pointer) : kNothing;
}

/// The first of them that is a text and not empty.
std::string text(const ordered_json& job, Names paths) {
  for (const char* path : paths) {
    const ordered_json& value = at(job, path);
    if (value.is_string() && !value.get_ref<const std::string&>().empty()) return value;
  }
  return {};
}

std::optional<WallTime> time(const ordered_json& job, Names paths) {
  const std::string written = text(job, paths);
  return written.empty() ? std::nullopt : read_time(written);
}

const ordered_json& job_of(const ordered_json& document) {
  for (const char* path : {"/job", "/operation_log", "/jobs/0"}) {
    const ordered_json& inner = at(document, path);
    if (inner.is_object()) return inner;
  }
  return document;
}

/// "server_id", "image_id", … of a classic job.
std::string entity_id(const ordered_json& job) {
  const ordered_json& entities = at(job, "/entities");
  if (!entities.is_object()) return {};
  for (const auto& [name, value] : entities.items()) {
    if (name.ends_with("_id") && value.is_string()) return value;
  }
  return {};
}

std::string without_sign(std::string percent) {
  if (percent.ends_with('%')) percent.pop_back();
  return percent;
}

}  // namespace

TaskRow task_row(std::string_view document) {
  const ordered_json parsed = ordered_json::parse(document, nullptr, false);
  if (!parsed.is_object()) return {};
  const ordered_json& job = job_of(parsed);
  TaskRow row;
  row.id = text(job, {"/id", "/job_id", "/metadata/uid"});
  row.name = text(job, {"/name", "/job_type", "/operation_type", "/action", "/spec/type", "/type"});
  row.status = text(job, {"/status", "/status/status", "/status/phase"});
  row.progress = without_sign(text(job, {"/process", "/progress"}));
  row.begin = time(job, {"/created", "/created_time", "/begin_time", "/start_time", "/started_at",
                         "/created_at", "/metadata/creationTimestamp"});
  row.end = time(job, {"/ended", "/end_time", "/ended_at", "/status/completionTime"});
  row.reason = at(job, "/fail_reason");
  row.resource_id = text(job, {"/instance/id", "/spec/resourceID", "/spec/resourceid",
                               "/spec/clusterUID", "/resource_id", "/extra_info/resource/id"});
  if (row.resource_id.empty()) row.resource_id = entity_id(job);
  row.resource_name = text(job, {"/instance/name", "/spec/resourceName", "/spec/resourcename",
                                 "/resource_name", "/entities/name", "/extra_info/resource/name"});
  row.job = job;
  return row;
}

}  // namespace jobtree::simulator
