#include "notify/herald.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "notify/notice_json.h"
#include "notify/rules.h"
#include "store/record_json.h"

namespace jobtree::notify {
namespace {

using store::Happening;
using store::News;

/// A poll of what is followed may be so far behind.
constexpr std::chrono::minutes kInTime{20};

Kind kind_of(Happening happening) {
  switch (happening) {
    case Happening::begun:
      return Kind::begun;
    case Happening::settled:
      return Kind::settled;
    case Happening::first_failure:
      return Kind::first_failure;
    case Happening::stuck:
      return Kind::stuck;
    case Happening::failure_new:
      return Kind::group_new;
    case Happening::failure_back:
      break;
  }
  return Kind::group_back;
}

std::optional<Cause> cause_of(const News& news) {
  if (news.failure == nullptr) return std::nullopt;
  return Cause{.code = news.failure->error_code,
               .text = news.failure->error_text,
               .group = news.failure->group,
               .count = news.failure->count};
}

/// It ended while nobody looked.
bool is_late(const News& news) {
  const auto& ended = news.job.ended_at;
  return ended && news.observed_at - *ended > kInTime &&
         (!news.seen_before || *ended > *news.seen_before);
}

Time time_told(const Notice& notice) {
  const bool is_end = notice.kind == Kind::settled && notice.ended_at;
  return is_end ? *notice.ended_at : notice.observed_at;
}

}  // namespace

void RuleHerald::begin_at(Time began) {
  began_ = began.time_since_epoch().count();
}

std::vector<store::OutboxEntry> RuleHerald::entries_of(const News& news) const {
  const store::JobRecord& job = news.job;
  if (job.marks.is_example) return {};
  const Time began{Time::duration(began_.load())};
  if (job.ended_at && *job.ended_at < began) return {};
  const auto setup = options_.setup();
  if (setup->rules.empty()) return {};
  const std::string run = news.silent_since ? store::text_of(*news.silent_since) : "";
  const Notice notice = notice_of(job, {.kind = kind_of(news.happening),
                                        .observed_at = news.observed_at,
                                        .is_late = is_late(news),
                                        .project_alias = setup->alias_of(job.address.project_id()),
                                        .public_url = options_.public_url,
                                        .run = run,
                                        .cause = cause_of(news)});
  std::vector<store::OutboxEntry> entries;
  for (const std::string& channel : channels_for(setup->rules, notice, job.finding.person))
    entries.push_back(entry_of(notice, channel, job.address.key()));
  return entries;
}

bool is_awaited(const Setup& setup, const store::JobRecord& record) {
  const Notice notice =
      notice_of(record, {.project_alias = setup.alias_of(record.address.project_id())});
  return std::ranges::any_of(
      setup.rules, [&](const Rule& rule) { return awaits(rule, notice, record.finding.person); });
}

store::OutboxEntry entry_of(const Content& content, std::string_view channel,
                            std::string_view subject) {
  const auto& [id, time] = std::visit(
      [](const auto& told) -> std::pair<std::string, Time> {
        if constexpr (std::is_same_v<std::decay_t<decltype(told)>, Notice>) {
          return {told.id, time_told(told)};
        } else {
          return {told.id, told.last_at};
        }
      },
      content);
  return {.channel = std::string(channel),
          .subject = std::string(subject),
          .event_id = id,
          .dedupe = id + '|' + std::string(channel),
          .occurred_at = time,
          .payload = payload_of(content)};
}

}  // namespace jobtree::notify
