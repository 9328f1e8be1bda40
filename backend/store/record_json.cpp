#include "store/record_json.h"

#include "base/utc.h"
#include "i18n/type_names.h"

namespace jobtree::store {
namespace {

using Json = nlohmann::ordered_json;

Json time_or_null(const std::optional<Time>& time) {
  return time ? Json(text_of(*time)) : Json();
}

Json json_of(const Counts& counts) {
  std::uint64_t total = 0;
  for (const std::uint32_t count : counts)
    total += count;
  Json json{{"total", total}};
  for (std::size_t i = 0; i < kStatuses; ++i) {
    json[std::string(name_of(static_cast<Status>(i)))] = counts[i];
  }
  return json;
}

/// Null for a job of which no record tells.
Json json_of(const Finding& finding, People people) {
  if (!finding.found_at) return nullptr;
  const bool is_shown = people == People::shown;
  return {{"operation", text_or_null(finding.operation)},
          {"person", is_shown ? text_or_null(finding.person) : Json()},
          {"resource_id", text_or_null(finding.resource_id)},
          {"resource_name", text_or_null(finding.resource_name)},
          {"at", text_of(*finding.found_at)},
          {"is_queryable", finding.is_queryable}};
}

Json json_of(const std::vector<FailureFacet>& facets) {
  Json json = Json::array();
  for (const FailureFacet& facet : facets) {
    json.push_back({{"name", text_or_null(facet.name)},
                    {"value", facet.value},
                    {"succeeded", facet.succeeded},
                    {"of", facet.of}});
  }
  return json;
}

std::uint32_t count_at(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number_unsigned() ? found->get<std::uint32_t>() : 0;
}

std::string text_at(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<Time> time_at(const nlohmann::json& json, const char* name) {
  const auto time = parse_iso_time(text_at(json, name));
  if (!time) return std::nullopt;
  return std::chrono::time_point_cast<Time::duration>(*time);
}

std::vector<FailureFacet> facets_at(const nlohmann::json& group) {
  std::vector<FailureFacet> facets;
  const auto json = group.find("facets");
  if (json == group.end() || !json->is_array()) return facets;
  for (const auto& facet : *json) {
    if (!facet.is_object()) continue;
    facets.push_back({.name = text_at(facet, "name"),
                      .value = text_at(facet, "value"),
                      .succeeded = count_at(facet, "succeeded"),
                      .of = count_at(facet, "of")});
  }
  return facets;
}

}  // namespace

Json text_or_null(std::string_view text) {
  return text.empty() ? Json() : Json(text);
}

Json name_of_type(std::string_view type) {
  engine::String en;
  engine::String zh;
  if (!engine::put_type_name(en, type, engine::Language::en)) return nullptr;
  engine::put_type_name(zh, type, engine::Language::zh);
  return Json{{"en", std::string_view(en)}, {"zh", std::string_view(zh)}};
}

Json json_of(const JobRecord& record, People people) {
  return Json{
      {"region", record.address.region()},
      {"service", record.address.service()},
      {"project_id", record.address.project_id()},
      {"job_id", record.address.job_id()},
      {"type", text_or_null(record.type)},
      {"name", name_of_type(record.type.empty() ? record.finding.operation : record.type)},
      {"status", name_of(record.status)},
      {"status_text", text_or_null(record.status_text)},
      {"has_ended", record.is_final},
      {"begin_time", time_or_null(record.begun_at)},
      {"end_time", time_or_null(record.ended_at)},
      {"first_seen", text_of(record.first_seen)},
      {"last_seen", text_of(record.last_seen)},
      {"last_change", text_of(record.last_change)},
      {"version", record.version},
      {"counts", json_of(record.counts)},
      {"error_code", text_or_null(record.error_code)},
      {"error_text", text_or_null(record.error_text)},
      {"failed_job", text_or_null(record.failed_job)},
      {"failures", json_of(record.failures)},
      {"forgotten_at", time_or_null(record.forgotten_at)},
      {"is_lost", record.is_lost()},
      {"label", text_or_null(record.marks.label)},
      {"links", record.marks.links},
      {"is_followed", record.marks.is_followed},
      {"is_example", record.marks.is_example},
      {"found", json_of(record.finding, people)},
  };
}

Json json_of(const JobGroup& group) {
  return Json{{"value", group.value},
              {"jobs", group.jobs},
              {"unfinished", group.unfinished},
              {"failed", group.failed},
              {"last_change", text_of(group.last_change)}};
}

Json json_of(const VersionRecord& version) {
  return Json{{"version", version.version},
              {"at", text_of(version.at)},
              {"size", version.size},
              {"sha256", version.sha256},
              {"has_body", version.has_body}};
}

Json json_of(const std::vector<FailureGroup>& failures) {
  Json json = Json::array();
  for (const FailureGroup& group : failures) {
    json.push_back({{"error_code", text_or_null(group.error_code)},
                    {"error_text", text_or_null(group.error_text)},
                    {"sub_job", text_or_null(group.sub_job)},
                    {"count", group.count},
                    {"group", text_or_null(group.group)},
                    {"first_at", time_or_null(group.first_at)},
                    {"last_at", time_or_null(group.last_at)},
                    {"facets", json_of(group.facets)}});
  }
  return json;
}

std::vector<FailureGroup> failures_of(std::string_view text) {
  std::vector<FailureGroup> failures;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array()) return failures;
  for (const auto& group : json) {
    if (!group.is_object()) continue;
    failures.push_back({.error_code = text_at(group, "error_code"),
                        .error_text = text_at(group, "error_text"),
                        .sub_job = text_at(group, "sub_job"),
                        .count = count_at(group, "count"),
                        .group = text_at(group, "group"),
                        .first_at = time_at(group, "first_at"),
                        .last_at = time_at(group, "last_at"),
                        .facets = facets_at(group)});
  }
  return failures;
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text_of(Time time) {
  return iso_time_with_milliseconds(time);
}

}  // namespace jobtree::store
