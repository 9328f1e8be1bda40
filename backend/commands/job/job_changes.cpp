#include "commands/job/job_changes.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "commands/job/engine_text.h"
#include "commands/job/job_reasons.h"
#include "commands/job/terminal_text.h"

namespace jobtree::commands {
namespace {

using engine::Job;
using engine::JobTree;
using engine::kNoInstant;
using engine::kNoJob;
using engine::Language;
using engine::Status;
using Json = nlohmann::ordered_json;

bool is_changed(const JobTree& before, const Job& was, const JobTree& now, const Job& is) {
  if (was.status != is.status) return true;
  if (is.status == Status::unknown && before.view(was.status_text) != now.view(is.status_text)) {
    return true;
  }
  // A percentage is news of a job that has no parts to count; and a whole per cent at least.
  const bool moved = is.child_count == 0 && !engine::is_settled(is.status) &&
                     was.progress / 10 != is.progress / 10;
  return moved || before.view(was.error_code) != now.view(is.error_code) ||
         before.view(was.error_text) != now.view(is.error_text);
}

std::string_view kind_name(Change::Kind kind) {
  switch (kind) {
    case Change::Kind::begin:
      return "begin";
    case Change::Kind::change:
      return "change";
    case Change::Kind::settled:
      return "settled";
  }
  return "";
}

Json text_or_null(std::string_view text) {
  return text.empty() ? Json() : Json(text);
}

std::string_view class_name(Status status) {
  return engine::status_word(status, Language::en);
}

Json instant_or_text(const JobTree& tree, engine::Instant instant, engine::Text as_sent) {
  return instant == kNoInstant ? text_or_null(tree.view(as_sent))
                               : Json(iso_time(static_cast<double>(instant)));
}

/// The ids from the whole job down to this one.
Json path_of(const JobTree& tree, std::uint32_t number) {
  std::vector<std::string_view> ids;
  for (std::uint32_t i = number; i != kNoJob; i = tree.jobs[i].parent)
    ids.push_back(tree.view(tree.jobs[i].id));
  Json path = Json::array();
  for (auto id = ids.rbegin(); id != ids.rend(); ++id)
    path.push_back(text_or_null(*id));
  return path;
}

using Explained = std::optional<explain::Explanation>;

Json meaning_of(const Explained& explained, Language language) {
  return explained ? Json(in(explained->meaning, language)) : Json();
}
Json remedy_of(const Explained& explained, Language language) {
  return explained ? Json(in(explained->remedy, language)) : Json();
}

/// One line. JSON may hold most characters as they are; those that a terminal would obey make
/// it all ASCII.
std::string dumped(const Json& json) {
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (safe_text(text, std::string::npos) == text) return text;
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace

std::vector<Change> changes_between(const JobTree* before, const JobTree& now) {
  std::vector<Change> begun;
  std::vector<Change> changed;
  for (std::uint32_t i = 0; i < now.jobs.size(); ++i) {
    const Job& job = now.jobs[i];
    const std::uint32_t old = before == nullptr ? kNoJob : before->find(job.key);
    const bool settled = engine::is_settled(job.status);
    if (old == kNoJob) {
      (settled ? changed : begun)
          .push_back({settled ? Change::Kind::settled : Change::Kind::begin, i});
      continue;
    }
    const Job& was = before->jobs[old];
    if (!is_changed(*before, was, now, job)) continue;
    const bool ended = settled && was.status != job.status;
    changed.push_back({ended ? Change::Kind::settled : Change::Kind::change, i, was.status});
  }
  std::ranges::stable_sort(changed, std::ranges::greater(),
                           [&now](const Change& change) { return now.jobs[change.job].depth; });
  begun.insert(begun.end(), changed.begin(), changed.end());
  return begun;
}

std::string iso_time(double milliseconds) {
  using namespace std::chrono;
  // Years of four digits: what lies beyond is no time of a job, and must not overflow here.
  constexpr double kLast = 253'402'300'799'999.0;
  const auto count =
      static_cast<std::int64_t>(std::clamp(milliseconds, -62'135'596'800'000.0, kLast));
  const sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(count)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  char text[64];
  std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

std::string change_line(const Change& change, const JobTree& tree, double now, Language language) {
  const engine::Subject subject{tree, change.job, language, now};
  const Job& job = subject.job();
  std::string line = iso_time(now).substr(0, 19) + "Z";
  const auto add = [&line](std::string_view gap, const std::string& text) {
    if (!text.empty()) line.append(gap).append(text);
  };
  const std::string name = safe_text(text_of(engine::put_sent_name, subject));
  const std::string id = safe_text(tree.view(job.id));
  add("  ", name);
  if (id != name) add(" ", id);
  const std::string status = safe_text(text_of(engine::put_status, subject));
  const bool moved = change.from && *change.from != job.status;
  add("  ",
      moved ? std::string(engine::status_word(*change.from, language)) + " -> " + status : status);
  if (engine::is_settled(job.status)) add("  ", text_of(engine::put_time_taken, subject));
  add("  ", text_of(engine::put_progress, subject));
  add("  ", safe_text(text_of(engine::put_error, subject)));
  return line;
}

std::string change_event(const Change& change, const JobTree& tree, double now, Language language) {
  const Job& job = tree.jobs[change.job];
  const Explained explained = explanation_of(tree, change.job);
  const Json event{
      {"time", iso_time(now)},
      {"event", kind_name(change.kind)},
      {"job_id", text_or_null(tree.view(job.id))},
      {"type", text_or_null(tree.view(job.type))},
      {"status", class_name(job.status)},
      {"status_text", text_or_null(tree.view(job.status_text))},
      {"from", change.from ? Json(class_name(*change.from)) : Json()},
      {"path", path_of(tree, change.job)},
      {"progress", job.progress < 0 ? Json() : Json(job.progress / 1000.0)},
      {"begin_time", instant_or_text(tree, job.begin, job.begin_text)},
      {"end_time", instant_or_text(tree, job.end, job.end_text)},
      {"error_code", text_or_null(tree.view(job.error_code))},
      {"error_text", text_or_null(tree.view(job.error_text))},
      {"explanation", meaning_of(explained, language)},
      {"remedy", remedy_of(explained, language)},
  };
  return dumped(event);
}

std::string watch_event(const WatchEvent& event, double now, Language language) {
  const Explained explained = explanation_of(event.error_code, event.inner_error_code);
  const bool seen = event.tree != nullptr && !event.tree->empty();
  const Json json{
      {"time", iso_time(now)},
      {"event", event.name},
      {"job_id", text_or_null(event.job_id)},
      {"type", seen ? text_or_null(event.tree->view(event.tree->root().type)) : Json()},
      {"status", seen ? Json(class_name(event.tree->root().status)) : Json()},
      {"http_status", event.http_status == 0 ? Json() : Json(event.http_status)},
      {"request_id", text_or_null(event.request_id)},
      {"error_code", text_or_null(event.error_code)},
      {"error_text", text_or_null(event.error_text)},
      {"explanation", meaning_of(explained, language)},
      {"remedy", remedy_of(explained, language)},
  };
  return dumped(json);
}

}  // namespace jobtree::commands
