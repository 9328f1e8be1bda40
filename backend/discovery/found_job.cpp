#include "discovery/found_job.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/ascii.h"
#include "cloud/ask/error_body.h"
#include "ingest/vocabulary.h"

namespace jobtree::discovery {
namespace {

bool has_ended(const FoundJob& job) {
  return job.status && store::has_ended(*job.status);
}

/// Whether `a` says better than `b` how the job is.
bool knows_better(const FoundJob& a, const FoundJob& b) {
  if (a.status.has_value() != b.status.has_value()) return a.status.has_value();
  if (has_ended(a) != has_ended(b)) return has_ended(a);
  if (a.said_at != b.said_at) return a.said_at > b.said_at;
  return !a.body.empty() && b.body.empty();
}

void fill(std::string& text, std::string& other) {
  if (text.empty()) text = std::move(other);
}

FoundJob joined(FoundJob one, FoundJob other) {
  if (knows_better(other, one)) std::swap(one, other);
  one.is_queryable = one.is_queryable || other.is_queryable;
  // What a trace says of the call is the call's own; a list knows only its task.
  if (one.source == FoundJob::Source::list && other.source == FoundJob::Source::trace) {
    std::swap(one.operation, other.operation);
  }
  fill(one.operation, other.operation);
  fill(one.type, other.type);
  fill(one.trace_id, other.trace_id);
  fill(one.service_type, other.service_type);
  fill(one.resource_type, other.resource_type);
  fill(one.rating, other.rating);
  if (one.user.empty() || (one.is_user_guessed && !other.user.empty() && !other.is_user_guessed)) {
    one.user = std::move(other.user);
    one.is_user_guessed = other.is_user_guessed;
  }
  fill(one.resource_id, other.resource_id);
  fill(one.resource_name, other.resource_name);
  if (one.sub_jobs.empty()) one.sub_jobs = std::move(other.sub_jobs);
  if (!one.begun_at) one.begun_at = other.begun_at;
  const bool same_end = has_ended(one) && one.status == other.status;
  if (same_end) {
    if (!one.ended_at) one.ended_at = other.ended_at;
    fill(one.error_code, other.error_code);
    fill(one.error_text, other.error_text);
    fill(one.body, other.body);
  }
  one.said_at = std::max(one.said_at, other.said_at);
  return one;
}

/// Of jobs beside this one: the same region, service and project.
std::string key_beside(const cloud::JobAddress& address, const std::string& job_id) {
  return cloud::JobAddress(address.region(), address.service(), address.project_id(), job_id).key();
}

bool is_submission_of(const FoundJob& job, const Submission& submission) {
  constexpr std::chrono::hours kLongestAgo{24};
  constexpr std::chrono::minutes kClocksDiffer{1};
  const auto begun = job.begun_at ? *job.begun_at + kClocksDiffer : *job.said_at;
  return submission.region == job.address.region() &&
         submission.project_id == job.address.project_id() &&
         submission.service == job.address.service() && submission.operation == job.operation &&
         submission.resource_type == job.resource_type &&
         submission.resource_name == job.resource_name && submission.at <= begun &&
         submission.at >= *job.said_at - kLongestAgo;
}

}  // namespace

std::vector<FoundJob> join(std::vector<FoundJob> jobs) {
  std::vector<FoundJob> all;
  std::unordered_map<std::string, std::size_t> places;
  for (FoundJob& job : jobs) {
    const auto [place, is_new] = places.emplace(job.address.key(), all.size());
    if (is_new) {
      all.push_back(std::move(job));
    } else {
      FoundJob& known = all[place->second];
      known = joined(std::move(known), std::move(job));
    }
  }
  std::set<std::string> parts;
  for (const FoundJob& job : all) {
    for (const std::string& id : job.sub_jobs) {
      if (id != job.address.job_id()) parts.insert(key_beside(job.address, id));
    }
  }
  std::erase_if(all, [&](const FoundJob& job) {
    return job.sub_jobs.empty() && parts.contains(job.address.key());
  });
  return all;
}

void name_submitters(std::vector<FoundJob>& jobs, const std::vector<Submission>& submissions) {
  if (submissions.empty()) return;
  for (FoundJob& job : jobs) {
    const bool can_be_told = job.source == FoundJob::Source::trace && job.said_at &&
                             !job.operation.empty() && !job.resource_name.empty();
    if (!job.user.empty() || !can_be_told) continue;
    const Submission* last = nullptr;
    for (const Submission& submission : submissions) {
      const bool is_later = last == nullptr || submission.at > last->at;
      if (is_later && is_submission_of(job, submission)) last = &submission;
    }
    if (last == nullptr) continue;
    job.user = last->user;
    job.is_user_guessed = true;
  }
}

std::string plain_text(std::string text, std::size_t most) {
  text = cloud::one_line(std::move(text), most);
  const std::string_view plain = trimmed(text, kWhitespace);
  return equals_ignoring_case(plain, "null") ? "" : std::string(plain);
}

std::string resource_id_of(std::string_view text) {
  static constexpr std::string_view kSigns = "-_.:/@+=";
  constexpr auto kMayHave = [](char c) {
    return is_alnum(c) || kSigns.find(c) != std::string_view::npos;
  };
  const bool is_good = text.size() <= kLongestName && std::ranges::all_of(text, kMayHave) &&
                       !equals_ignoring_case(text, "null");
  return is_good ? std::string(text) : "";
}

std::optional<store::Status> status_of(std::string_view word) {
  if (word.empty()) return std::nullopt;
  return static_cast<store::Status>(engine::status_of(word));
}

}  // namespace jobtree::discovery
