#include "store/sql/job_row.h"

#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "i18n/type_names.h"
#include "store/record_json.h"

namespace jobtree::store {

/// "1 0 17 2 0 0 0"
Counts counts_of(std::string_view text) {
  Counts counts{};
  std::size_t place = 0;
  for (const char c : text) {
    if (c == ' ') {
      if (++place == counts.size()) break;
    } else if (is_digit(c)) {
      counts[place] = counts[place] * 10 + static_cast<std::uint32_t>(c - '0');
    }
  }
  return counts;
}

std::vector<std::string> links_of(std::string_view text) {
  std::vector<std::string> links;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array()) return links;
  for (const auto& link : json) {
    if (link.is_string()) links.push_back(link.get<std::string>());
  }
  return links;
}

const char* const kJobColumns =
    "region, service, project, job_id, type, status, status_text, is_final, begun_at, ended_at, "
    "first_seen, last_seen, last_change, version, counts, error_code, error_text, failed_job, "
    "failures, forgotten_at, label, links, is_followed, is_example, operation, person, "
    "resource_id, "
    "resource_name, found_at, is_queryable, id";

std::int64_t micros(Time time) {
  return time.time_since_epoch().count();
}

Time time_of(std::int64_t micros) {
  return Time(std::chrono::microseconds(micros));
}

Parameter micros_or_null(const std::optional<Time>& time) {
  return time ? Parameter(micros(*time)) : Parameter();
}

std::string text_of(const Counts& counts) {
  std::string text;
  for (const std::uint32_t count : counts) {
    if (!text.empty()) text += ' ';
    text += std::to_string(count);
  }
  return text;
}

std::string words_of(const JobRecord& record) {
  std::string words;
  for (const std::string* const text :
       {&record.address.job_id(), &record.address.project_id(), &record.type, &record.status_text,
        &record.error_code, &record.error_text, &record.failed_job, &record.finding.operation,
        &record.finding.resource_id, &record.finding.resource_name}) {
    words += lower(*text);
    words += '\n';
  }
  // Not the first alone: people look for any error they have read somewhere.
  for (const FailureGroup& group : record.failures) {
    words += lower(group.error_code) + '\n' + lower(group.error_text) + '\n';
  }
  // As the page shows the type, in either language.
  for (const auto language : {engine::Language::en, engine::Language::zh}) {
    engine::String name;
    if (!engine::put_type_name(name, record.type, language)) continue;
    words += lower(std::string_view(name));
    words += '\n';
  }
  return words;
}

std::string text_of_links(const std::vector<std::string>& links) {
  return text_of(nlohmann::ordered_json(links));
}

JobParameters::JobParameters(const JobRecord& job)
    : counts_(text_of(job.counts)),
      failures_(text_of(json_of(job.failures))),
      links_(text_of_links(job.marks.links)),
      words_(words_of(job)),
      values_{job.address.region(),
              job.address.service(),
              job.address.project_id(),
              job.address.job_id(),
              job.type,
              static_cast<std::int64_t>(job.status),
              job.status_text,
              job.is_final,
              micros_or_null(job.begun_at),
              micros_or_null(job.ended_at),
              micros(job.first_seen),
              micros(job.last_seen),
              micros(job.last_change),
              micros(job.begun_at.value_or(job.first_seen)),
              job.version,
              counts_,
              job.error_code,
              job.error_text,
              job.failed_job,
              failures_,
              micros_or_null(job.forgotten_at),
              job.marks.label,
              links_,
              job.marks.is_followed,
              job.marks.is_example,
              words_} {}

}  // namespace jobtree::store
