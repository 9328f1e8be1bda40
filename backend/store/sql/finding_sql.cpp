#include "store/sql/finding_sql.h"

#include <string_view>

namespace jobtree::store {
namespace {

// What the job itself says of its state is not touched.
constexpr std::string_view kFind = R"sql(
INSERT INTO job(region, service, project, job_id, type, status, status_text, is_final, begun_at,
  ended_at, first_seen, last_seen, last_change, begun, version, counts, error_code, error_text,
  failed_job, failures, forgotten_at, label, links, is_followed, is_example, words, operation,
  person, resource_id, resource_name, found_at, is_queryable)
VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
  ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32)
ON CONFLICT(region, service, project, job_id) DO UPDATE SET
  operation = excluded.operation, person = excluded.person, resource_id = excluded.resource_id,
  resource_name = excluded.resource_name, found_at = excluded.found_at,
  is_queryable = excluded.is_queryable, words = excluded.words, type = excluded.type,
  status = excluded.status, status_text = excluded.status_text, is_final = excluded.is_final,
  begun_at = excluded.begun_at, ended_at = excluded.ended_at, begun = excluded.begun,
  last_seen = excluded.last_seen, last_change = excluded.last_change,
  error_code = excluded.error_code, error_text = excluded.error_text,
  forgotten_at = excluded.forgotten_at
WHERE job.version = excluded.version
RETURNING id)sql";

}  // namespace

FindingWriting::FindingWriting(const JobRecord& record, const Dialect& dialect)
    : job_(record), sql_{.text = in_dialect(kFind, dialect), .parameters = {}, .texts = {}} {
  sql_.parameters.assign(job_.values().begin(), job_.values().end());
  const Finding& finding = record.finding;
  sql_.parameters.insert(
      sql_.parameters.end(),
      {std::string_view(finding.operation), std::string_view(finding.person),
       std::string_view(finding.resource_id), std::string_view(finding.resource_name),
       micros_or_null(finding.found_at), std::int64_t{finding.is_queryable ? 1 : 0}});
}

}  // namespace jobtree::store
