#include "gateway/sharing/share_summary.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "i18n/messages.h"
#include "store/record_json.h"

namespace jobtree::gateway {
namespace {

using store::JobRecord;
using store::Status;

Bilingual word_of(Status status) {
  const auto as = [status](engine::Language language) {
    return std::string(engine::status_word(static_cast<engine::Status>(status), language));
  };
  return {as(engine::Language::en), as(engine::Language::zh)};
}

Tone tone_of(const JobRecord& job) {
  if (job.is_lost()) return Tone::neutral;
  switch (job.status) {
    case Status::succeeded:
      return Tone::good;
    case Status::failed:
      return Tone::bad;
    case Status::running:
      return Tone::running;
    default:
      return Tone::neutral;
  }
}

/// "3 failed · 2 running"
Bilingual board_message(std::uint64_t jobs, std::uint64_t failed, std::uint64_t unfinished) {
  const auto counted = [](std::uint64_t count, const Bilingual& word) {
    const std::string number = std::to_string(count);
    return Bilingual(number + ' ' + word.en, number + " 个" + word.zh);
  };
  if (jobs == 0) return {"no jobs", "没有任务"};
  if (failed == 0 && unfinished == 0) return counted(jobs, {"finished", "已结束"});
  Bilingual message;
  if (failed > 0) message += counted(failed, word_of(Status::failed));
  if (failed > 0 && unfinished > 0) message += " \xC2\xB7 ";
  if (unfinished > 0) message += counted(unfinished, word_of(Status::running));
  return message;
}

}  // namespace

const std::string& in(Language language, const Bilingual& text) {
  return language == Language::zh ? text.zh : text.en;
}

Bilingual name_of(const JobRecord& job) {
  if (!job.marks.label.empty()) return job.marks.label;
  const std::string& type = job.type.empty() ? job.finding.operation : job.type;
  const auto known = store::name_of_type(type);
  if (known.is_object()) return {known.at("en"), known.at("zh")};
  return type.empty() ? job.address.job_id() : type;
}

Bilingual status_of(const JobRecord& job) {
  if (job.is_lost()) return {"outcome unknown", "结果未知"};
  return word_of(job.status);
}

Bilingual message_of(const JobRecord& job) {
  Bilingual message = status_of(job);
  const auto total = std::accumulate(job.counts.begin(), job.counts.end(), std::uint64_t{0});
  const auto done = job.counts[static_cast<std::size_t>(Status::succeeded)];
  const bool is_told = total > 1 && (done != total || job.status == Status::running);
  if (is_told) message += " " + std::to_string(done) + "/" + std::to_string(total);
  return message;
}

bool is_settled(const JobRecord& job) {
  return job.is_lost() || store::has_ended(job.status);
}

ShareSummary summary_of(const store::Share& share, const std::optional<JobRecord>& job) {
  ShareSummary summary;
  if (!job) {
    summary = no_summary({"not seen yet", "尚未读取"});
    summary.name = share.label.empty() ? Bilingual("job", "任务") : Bilingual(share.label);
    return summary;
  }
  summary.name = share.label.empty() ? name_of(*job) : Bilingual(share.label);
  summary.message = message_of(*job);
  summary.tone = tone_of(*job);
  summary.as_of = job->last_seen;
  return summary;
}

ShareSummary summary_of(const store::Share& share, const std::vector<store::JobGroup>& groups) {
  std::uint64_t jobs = 0;
  std::uint64_t failed = 0;
  std::uint64_t unfinished = 0;
  ShareSummary summary;
  for (const store::JobGroup& group : groups) {
    jobs += group.jobs;
    failed += group.failed;
    unfinished += group.unfinished;
    summary.as_of = std::max(summary.as_of, std::optional(group.last_change));
  }
  summary.name = share.label.empty() ? Bilingual("jobs", "任务") : Bilingual(share.label);
  summary.message = board_message(jobs, failed, unfinished);
  if (jobs > 0) summary.tone = Tone::good;
  if (unfinished > 0) summary.tone = Tone::running;
  if (failed > 0) summary.tone = Tone::bad;
  return summary;
}

ShareSummary no_summary(Bilingual message) {
  ShareSummary summary;
  summary.name = "jobtree";
  summary.message = std::move(message);
  summary.is_trouble = true;
  return summary;
}

}  // namespace jobtree::gateway
