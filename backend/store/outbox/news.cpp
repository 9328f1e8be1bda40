#include "store/outbox/news.h"

namespace jobtree::store {
namespace {

std::uint32_t failed_in(const JobRecord& record) {
  return record.counts[static_cast<std::size_t>(Status::failed)];
}

/// A service may use an id again. A begin that is only told otherwise than before is the same run.
bool is_another_run(const JobRecord& before, const JobRecord& now) {
  return before.ended_at && now.begun_at && *now.begun_at > *before.ended_at;
}

}  // namespace

Happenings happenings_between(const JobRecord* before, const JobRecord& now, Time observed_at) {
  Happenings happenings{.observed_at = observed_at};
  if (before != nullptr) happenings.seen_before = before->last_seen;
  // What another run came to says nothing of this one.
  const bool is_new_run = before == nullptr || is_another_run(*before, now);
  const Status was = is_new_run ? Status::unknown : before->status;
  if (has_ended(now.status)) {
    if (is_new_run || was != now.status) happenings.list.push_back(Happening::settled);
    return happenings;
  }
  if (now.status == Status::running && (is_new_run || was != Status::running)) {
    happenings.list.push_back(Happening::begun);
  }
  if (failed_in(now) > 0 && (is_new_run || failed_in(*before) == 0)) {
    happenings.list.push_back(Happening::first_failure);
  }
  return happenings;
}

}  // namespace jobtree::store
