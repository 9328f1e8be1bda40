#include "store/sighting.h"

#include <algorithm>

namespace jobtree::store {
namespace {

template <class Value>
bool fill(Value& known, const Value& said) {
  if (known != Value() || said == Value()) return false;
  known = said;
  return true;
}

template <class Value>
bool replace(Value& known, const Value& said) {
  if (said == Value() || known == said) return false;
  known = said;
  return true;
}

bool add(const Finding& said, Time now, Finding& known) {
  bool is_news = fill(known.operation, said.operation);
  is_news = fill(known.person, said.person) || is_news;
  is_news = fill(known.resource_id, said.resource_id) || is_news;
  is_news = fill(known.resource_name, said.resource_name) || is_news;
  if (!known.found_at) {
    known.found_at = now;
    known.is_queryable = said.is_queryable;
    is_news = true;
  }
  return is_news;
}

bool add_state(const Sighting& said, JobRecord& record) {
  if (said.status && record.is_final && !has_ended(*said.status)) return false;
  bool is_news = replace(record.type, said.type);
  if (said.status) {
    record.forgotten_at.reset();
    is_news = is_news || record.status != *said.status || record.status_text != said.status_text;
    record.status = *said.status;
    record.status_text = said.status_text;
    record.is_final = has_ended(*said.status);
  }
  is_news = replace(record.begun_at, said.begun_at) || is_news;
  is_news = replace(record.ended_at, said.ended_at) || is_news;
  is_news = replace(record.error_code, said.error_code) || is_news;
  is_news = replace(record.error_text, said.error_text) || is_news;
  return is_news;
}

}  // namespace

JobRecord record_of(const Sighting& sighting, Time now) {
  JobRecord record;
  record.address = sighting.address;
  record.first_seen = record.last_seen = record.last_change = sighting.at;
  add(sighting, now, record);
  // Nobody can say how it goes, unless another record does.
  if (!sighting.status && !sighting.finding.is_queryable) record.forgotten_at = sighting.at;
  return record;
}

bool add(const Sighting& sighting, Time now, JobRecord& record) {
  bool is_news = add(sighting.finding, now, record.finding);
  // The job itself knows better; and what an older record says was so before.
  if (record.version > 0 || sighting.at < record.last_seen) return is_news;
  if (add_state(sighting, record)) {
    record.last_change = std::max(record.last_change, sighting.at);
    is_news = true;
  }
  record.last_seen = sighting.at;
  return is_news;
}

}  // namespace jobtree::store
