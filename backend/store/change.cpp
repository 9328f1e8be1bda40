#include "store/change.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "ingest/job_parser.h"
#include "model/error_facets.h"
#include "model/error_groups.h"
#include "output/job_text.h"
#include "store/body_codec.h"
#include "store/fact_digests.h"
#include "store/record_json.h"
#include "store/text_cut.h"

namespace jobtree::store {
namespace {

using engine::Job;
using engine::JobTree;
using engine::kNoInstant;
using engine::kNoJob;
using Json = nlohmann::ordered_json;

static_assert(kStatuses == engine::kStatusCount);
static_assert(static_cast<int>(Status::unknown) == static_cast<int>(engine::Status::unknown));

constexpr std::size_t kLongestError = 500;  // bytes
constexpr std::size_t kLongestName = 200;
constexpr std::size_t kMostFailures = 20;
// After so many patches, or when they have grown as large as a whole body packed, one is stored
// whole: a body in the middle is to be read without unpacking all before it.
constexpr std::size_t kMostLinks = 32;
constexpr std::size_t kPackedPart = 8;  // of a body, roughly

Status status_of(const Job& job) {
  return static_cast<Status>(job.status);
}

/// What a calendar of four digits has; nonsense of a service is no time.
std::optional<Time> time_said(engine::Instant instant) {
  constexpr engine::Instant kLast = 253'402'300'799'999;  // the end of 9999
  if (instant == kNoInstant || instant < 0 || instant > kLast) return std::nullopt;
  return Time(std::chrono::milliseconds(instant));
}

std::vector<FailureGroup> failures_of(const JobTree& tree) {
  std::vector<FailureGroup> failures;
  const auto keys = engine::error_keys(tree, engine::ErrorsBy::code_and_reason);
  const auto groups = engine::error_groups(tree, keys);
  for (const engine::ErrorGroup& group : groups) {
    if (failures.size() == kMostFailures) break;
    const Job& job = tree.jobs[group.job];
    engine::String name;
    engine::put_group_name(name, cut(tree.view(job.error_code), kLongestName), group.key);
    failures.push_back({.error_code = cut(tree.view(job.error_code), kLongestName),
                        .error_text = cut(tree.view(job.error_text), kLongestError),
                        .sub_job = cut(tree.view(job.id), kLongestName),
                        .count = group.count,
                        .group = std::string(std::string_view(name)),
                        .first_at = time_said(group.first),
                        .last_at = time_said(group.last)});
  }
  for (const engine::Facet& facet : engine::error_facets(tree, keys, groups)) {
    if (facet.group >= failures.size()) break;
    failures[facet.group].facets.push_back({.name = cut(tree.view(facet.name), kLongestName),
                                            .value = cut(tree.view(facet.value), kLongestName),
                                            .succeeded = facet.succeeded,
                                            .of = facet.of});
  }
  return failures;
}

/// What is known of the job by its last body; the rest of the record stays.
void describe(const JobTree& tree, JobRecord& record) {
  const Job& root = tree.root();
  record.type = cut(tree.view(root.type), kLongestName);
  record.status = status_of(root);
  record.status_text = cut(tree.view(root.status_text), kLongestName);
  record.is_final = !tree.is_list && std::ranges::all_of(tree.jobs, [](const Job& job) {
    return engine::is_settled(job.status);
  });
  const engine::Span span = tree.span(0);
  record.begun_at = time_said(span.begin);
  record.ended_at = time_said(span.end);
  std::ranges::copy(root.leaves, record.counts.begin());
  record.error_code.clear();
  record.error_text.clear();
  record.failed_job.clear();
  if (tree.root_failure != kNoJob) {
    const Job& failed = tree.jobs[tree.root_failure];
    record.error_code = cut(tree.view(failed.error_code), kLongestName);
    record.error_text = cut(tree.view(failed.error_text), kLongestError);
    record.failed_job = cut(tree.view(failed.id), kLongestName);
  }
  record.failures = failures_of(tree);
}

bool is_event(const JobTree& before, const Job& was, const JobTree& now, const Job& is) {
  if (was.status != is.status) return true;
  if (is.status == engine::Status::unknown &&
      before.view(was.status_text) != now.view(is.status_text)) {
    return true;
  }
  return before.view(was.error_code) != now.view(is.error_code) ||
         before.view(was.error_text) != now.view(is.error_text);
}

/// What tells a sub-job from those beside it: a resource's name or address.
std::string name_of_job(const JobTree& tree, std::uint32_t number) {
  engine::String name;
  engine::put_facts_line(name, {.tree = tree, .number = number});
  return cut(std::string_view(name), kLongestName);
}

/// When a job became what it is: as the cloud says, else when that was seen.
std::pair<Time, bool> moment_of(const Job& job, Time seen) {
  const bool has_ended = engine::is_settled(job.status);
  const bool has_begun = job.status == engine::Status::running;
  const auto said = time_said(has_ended ? job.end : has_begun ? job.begin : kNoInstant);
  return said ? std::pair(*said, true) : std::pair(seen, false);
}

Json event_of(const JobTree& tree, std::uint32_t number, std::optional<Status> from,
              std::int64_t version, Time seen) {
  const Job& job = tree.jobs[number];
  const auto [at, is_said] = moment_of(job, seen);
  return Json{
      {"at", text_of(at)},
      {"at_is", is_said ? "cloud" : "seen"},
      {"version", version},
      {"sub_job", number == 0 ? Json() : text_or_null(cut(tree.view(job.id), kLongestName))},
      {"name", text_or_null(name_of_job(tree, number))},
      {"type", text_or_null(cut(tree.view(job.type), kLongestName))},
      {"from", from ? Json(name_of(*from)) : Json()},
      {"to", name_of(status_of(job))},
      {"status_text", text_or_null(cut(tree.view(job.status_text), kLongestName))},
      {"error_code", text_or_null(cut(tree.view(job.error_code), kLongestName))},
      {"error_text", text_or_null(cut(tree.view(job.error_text), kLongestError))},
  };
}

/// In the order of the response.
std::vector<EventPart> events_between(const JobTree* before, const JobTree& now,
                                      std::int64_t version, Time seen) {
  std::vector<EventPart> parts;
  for (std::uint32_t i = 0; i < now.jobs.size(); ++i) {
    const Job& job = now.jobs[i];
    const std::uint32_t old = before == nullptr ? kNoJob : before->find(job.key);
    std::optional<Status> from;
    if (old != kNoJob) {
      const Job& was = before->jobs[old];
      if (!is_event(*before, was, now, job)) continue;
      from = status_of(was);
    }
    if (parts.empty() || parts.back().count == kEventsInPart) parts.emplace_back();
    EventPart& part = parts.back();
    if (part.count++ > 0) part.json += ',';
    part.json += text_of(event_of(now, i, from, version, seen));
  }
  return parts;
}

StoredBody stored(std::string_view body, const Known* before, bool is_final) {
  StoredBody stored{.size = body.size(), .sha256 = digest_of(body), .data = {}};
  const std::size_t whole = before == nullptr ? 0 : before->body().size();
  const bool may_be_patch = whole != 0 && !is_final && before->links < kMostLinks;
  if (may_be_patch) {
    auto patch = pack_body(body, before->body());
    if (patch && before->link_bytes + patch->size() < whole / kPackedPart) {
      stored.is_whole = false;
      stored.data = std::move(*patch);
      return stored;
    }
  }
  // What cannot be packed for want of memory is known by its digest alone.
  if (auto packed = pack_body(body, {})) stored.data = std::move(*packed);
  return stored;
}

/// Of a success alone: how long it takes to fail says nothing of the next.
std::optional<DurationSample> duration_of(const JobRecord& record) {
  if (!record.is_final || record.status != Status::succeeded) return std::nullopt;
  if (!record.begun_at || !record.ended_at || *record.ended_at < *record.begun_at) return {};
  std::uint32_t parts = 0;
  for (const std::uint32_t count : record.counts)
    parts += count;
  return DurationSample{
      .size_class = size_class_of(parts),
      .seconds = std::chrono::duration<double>(*record.ended_at - *record.begun_at).count()};
}

/// What came to the failures of a job. One that went, because its part is tried again, and then
/// comes once more has come twice.
std::vector<FailureGain> failures_between(const std::vector<FailureGroup>& before,
                                          const std::vector<FailureGroup>& now) {
  std::vector<FailureGain> gains;
  for (const FailureGroup& group : now) {
    if (group.group.empty()) continue;
    const auto was = std::ranges::find(before, group.group, &FailureGroup::group);
    const std::uint32_t had = was == before.end() ? 0 : was->count;
    if (group.count <= had) continue;
    gains.push_back({.group = group, .more = group.count - had, .is_first_of_job = had == 0});
  }
  std::ranges::sort(gains, {}, [](const FailureGain& gain) { return gain.group.group; });
  return gains;
}

}  // namespace

int size_class_of(std::uint32_t parts) {
  constexpr std::uint32_t kLast[] = {1, 5, 20, 100, 1000};
  return static_cast<int>(std::ranges::lower_bound(kLast, parts) - std::begin(kLast));
}

std::optional<Known> known_of(JobRecord record, std::string_view body) {
  auto parsed = engine::parse_job(engine::String(body));
  if (parsed.error != engine::ParsedJob::Error::none || parsed.tree.empty()) return std::nullopt;
  std::string facts = fact_digests(parsed.tree);
  return Known{
      .record = std::move(record), .tree = std::move(parsed.tree), .facts = std::move(facts)};
}

std::optional<Change> change_between(const Known* before, const Observation& seen, Known& after) {
  const std::string_view body = *seen.body;
  if (before != nullptr && before->body() == body) return std::nullopt;
  if (body.size() > kMostBodyBytes) return std::nullopt;
  JobRecord record;
  if (before != nullptr) {
    record = before->record;
  } else {
    record.address = seen.address;
    record.first_seen = seen.at;
    record.marks.is_example = seen.is_example;
  }
  auto known = known_of(std::move(record), body);
  if (!known) return std::nullopt;

  JobRecord& now = known->record;
  const bool had_ended = before != nullptr && before->record.is_final;
  const bool was_seen = before != nullptr && !before->tree.empty();
  describe(known->tree, now);
  ++now.version;
  now.last_change = now.last_seen = std::max(seen.at, now.last_seen);
  now.forgotten_at.reset();

  Change change;
  change.events =
      events_between(was_seen ? &before->tree : nullptr, known->tree, now.version, seen.at);
  change.body = stored(body, before, now.is_final);
  known->links = change.body.is_whole ? 0 : before->links + 1;
  known->link_bytes = change.body.is_whole ? 0 : before->link_bytes + change.body.data.size();
  if (!had_ended) change.duration = duration_of(now);
  change.failures = failures_between(
      before == nullptr ? std::vector<FailureGroup>() : before->record.failures, now.failures);
  if (!was_seen || before->facts != known->facts) change.facts = known->facts;
  change.happenings =
      happenings_between(before == nullptr ? nullptr : &before->record, now, seen.at);
  change.record = now;
  after = std::move(*known);
  return change;
}

}  // namespace jobtree::store
