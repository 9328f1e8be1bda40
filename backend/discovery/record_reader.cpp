#include "discovery/record_reader.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "discovery/task_lists.h"
#include "discovery/traces.h"
#include "discovery/trackers.h"
#include "store/sighting.h"

namespace jobtree::discovery {
namespace {

using cloud::JobReply;
using cloud::Outcome;
using std::chrono::seconds;
using State = Reading::State;

constexpr Rounds::Rules kTraceRules{.every = seconds(30), .overlap = seconds(600)};
// A row is one while its job runs, so that what began a day ago may have news.
constexpr Rounds::Rules kListRules{.every = seconds(60), .overlap = std::chrono::hours(24)};
// CTS documents no limit.
constexpr seconds kTracePages{1};
constexpr seconds kShortestPause{30};
constexpr std::chrono::minutes kLongestPause{15};
constexpr std::chrono::minutes kDeniedPause{10};
constexpr std::chrono::hours kAbsentPause{1};
constexpr std::chrono::hours kTrackerEvery{1};
// What ended longer ago the cloud may have forgotten: nobody waits for it.
constexpr std::chrono::hours kFollowed{24};
constexpr seconds kFlush{1};  // a slow disk is no reason to keep the program from its end
constexpr std::size_t kMostSeen = 20'000;
constexpr std::size_t kMostUnnamed = 500;
constexpr std::size_t kMostSubmissions = 2'000;

store::Time stored_time(UtcTime time) {
  return std::chrono::time_point_cast<store::Time::duration>(time);
}

store::Sighting sighting_of(const FoundJob& job, store::Time now, bool with_people) {
  return {.address = job.address,
          .finding = {.operation = job.operation,
                      .person = with_people ? job.user : "",
                      .resource_id = job.resource_id,
                      .resource_name = job.resource_name,
                      .is_queryable = job.is_queryable},
          .type = job.type,
          .status = job.status,
          .status_text = job.status_text,
          .begun_at = job.begun_at,
          .ended_at = job.ended_at,
          .error_code = job.error_code,
          .error_text = job.error_text,
          .at = job.said_at.value_or(now)};
}

/// The last `most` of them stay.
template <class Values>
void cut_front(Values& values, std::size_t most) {
  if (values.size() <= most) return;
  values.erase(values.begin(), values.end() - static_cast<std::ptrdiff_t>(most));
}

}  // namespace

RecordReader::RecordReader(const Neighbours& with, const cloud::List& list, std::string region)
    : with_(with), list_(list), is_traces_(list.name == kTraces) {
  reading_ = {.region = std::move(region), .list = list.name, .service = list.service};
}

void RecordReader::forget_place() {
  rounds_.reset();
  reading_.complete_to.reset();
  set(State::waiting);
  due_ = Steady::min();
}

void RecordReader::step() {
  if (!begin()) return;
  if (is_tracker_due_) return look_at_tracker();
  const Rounds::Page asked = rounds_->next(now());
  JobReply reply = with_.source.records({.region = reading_.region,
                                         .list = list_.name,
                                         .window = asked.window,
                                         .place = asked.place});
  if (reply.outcome == Outcome::deferred) {
    due_ = reply.not_before;
    return;
  }
  ++reading_.queries;
  if (reply.outcome != Outcome::succeeded) return failed(reply);
  auto page = read(asked.place, reply.body);
  if (!page) {
    rounds_->restart();
    set(State::trouble, page.failure().text());
    return pause(kShortestPause);
  }
  if (!store(page.value())) return;
  failures_ = 0;
  reading_.read_at = with_.clock.wall();
  reading_.records += page.value().count;
  reading_.jobs += page.value().jobs.size();
  set(rounds_->has_backlog() ? State::backlog : State::good);
  due_ = std::max(rounds_->due(), is_traces_ ? with_.clock.steady() + kTracePages : Steady::min());
  const bool is_silent = is_traces_ && reading_.records == 0 && !rounds_->has_backlog();
  if (is_silent && with_.clock.steady() >= next_tracker_) {
    is_tracker_due_ = true;
    due_ = with_.clock.steady() + kTracePages;
  }
}

bool RecordReader::begin() {
  if (rounds_) return true;
  const auto until = with_.archive.read_until(list_.name + "/" + reading_.region);
  if (!until) {
    set(State::trouble, until.failure().text());
    pause(kShortestPause);
    return false;
  }
  rounds_.emplace(is_traces_ ? kTraceRules : kListRules,
                  until.value() ? std::optional<UtcTime>(*until.value()) : std::nullopt, now());
  return true;
}

Result<RecordReader::Page> RecordReader::read(const cloud::ListPlace& place,
                                              std::string_view body) {
  const Origin origin{
      .catalogue = &with_.catalogue,
      .region = reading_.region,
      .project_id = with_.source.known_own_id(cloud::Owner::project, reading_.region)};
  if (is_traces_) return read_trace_page(origin, body);
  auto rows = read_list(
      origin, {.list = &list_, .place = place, .read_at = stored_time(with_.clock.wall())}, body);
  if (!rows) return rows.failure();
  return Page{.jobs = join(std::move(rows.value().jobs)),
              .count = rows.value().count,
              .following = std::move(rows.value().next)};
}

Result<RecordReader::Page> RecordReader::read_trace_page(const Origin& origin,
                                                         std::string_view body) {
  auto traces = read_traces(origin, body);
  if (!traces) return traces.failure();
  TracePage& read = traces.value();
  Page page{.count = read.count};
  const auto is_known = [this](const std::string& id) {
    return seen_.contains(id) || seen_before_.contains(id);
  };
  page.has_news = !std::ranges::all_of(read.trace_ids, is_known);
  if (!read.marker.empty()) page.following = cloud::ListPlace{.marker = read.marker};
  std::erase_if(read.jobs, [&](const FoundJob& job) { return is_known(job.trace_id); });
  page.jobs = join(std::move(read.jobs));
  name_people(page.jobs, std::move(read.submissions));
  page.trace_ids = std::move(read.trace_ids);
  return page;
}

void RecordReader::name_people(std::vector<FoundJob>& jobs, std::vector<Submission> submissions) {
  std::ranges::move(submissions, std::back_inserter(submissions_));
  cut_front(submissions_, kMostSubmissions);
  name_submitters(jobs, submissions_);
  name_submitters(unnamed_, submissions_);
  const auto named = std::partition(unnamed_.begin(), unnamed_.end(),
                                    [](const FoundJob& job) { return job.user.empty(); });
  std::move(named, unnamed_.end(), std::back_inserter(jobs));
  unnamed_.erase(named, unnamed_.end());
  std::ranges::copy_if(jobs, std::back_inserter(unnamed_),
                       [](const FoundJob& job) { return job.user.empty(); });
  cut_front(unnamed_, kMostUnnamed);
}

bool RecordReader::store(Page& page) {
  const store::Time at = stored_time(with_.clock.wall());
  std::vector<store::Sighting> sightings;
  sightings.reserve(page.jobs.size());
  for (const FoundJob& job : page.jobs)
    sightings.push_back(sighting_of(job, at, with_.with_people));
  if (!sightings.empty()) {
    const auto is_new = with_.archive.found(std::move(sightings), at, std::nullopt);
    if (!is_new) {
      set(State::trouble, is_new.failure().text());
      pause(kShortestPause);
      return false;
    }
    if (!is_traces_) page.has_news = is_new.value();
  }
  if (page.has_news) std::ranges::for_each(page.jobs, [this](const auto& job) { take_up(job); });
  if (seen_.size() > kMostSeen) seen_before_ = std::exchange(seen_, {});
  seen_.insert(std::make_move_iterator(page.trace_ids.begin()),
               std::make_move_iterator(page.trace_ids.end()));
  rounds_->read(page.following, page.has_news, now());
  const auto until = rounds_->read_until();
  if (!until || until == reading_.complete_to) return true;
  // Bodies wait in a queue, and the next start does not look behind this moment.
  with_.archive.flush(with_.clock.steady() + kFlush);
  const bool is_written =
      with_.archive.state().queued == 0 &&
      with_.archive.found({}, at,
                          store::ReadUntil{.name = list_.name + "/" + reading_.region,
                                           .until = stored_time(*until)});
  // Else the next round says it again.
  if (is_written) reading_.complete_to = until;
  return true;
}

void RecordReader::take_up(const FoundJob& job) {
  const bool has_ended = job.status && store::has_ended(*job.status);
  const store::Time at = job.said_at.value_or(stored_time(with_.clock.wall()));
  const bool is_to_follow = with_.follow && job.is_queryable && !has_ended &&
                            stored_time(with_.clock.wall()) - at < kFollowed;
  if (job.body.empty() && !is_to_follow) return;
  const auto known = with_.archive.job(job.address);
  if (!known) return;
  const store::JobRecord record = known.value().value_or(store::JobRecord());
  if (!job.body.empty()) {
    // What was read of the job itself has more than its trace, unless nobody saw its end.
    const bool is_missed = record.forgotten_at && !record.is_final;
    if (record.version > 0 && !is_missed) return;
    with_.archive.observed(
        {.address = job.address, .body = std::make_shared<const std::string>(job.body), .at = at});
  } else if (!record.is_final && !record.forgotten_at) {
    with_.follow(job.address);
  }
}

void RecordReader::look_at_tracker() {
  const JobReply reply = with_.source.records(
      {.region = reading_.region, .list = std::string(kTrackers), .window = {}, .place = {}});
  if (reply.outcome == Outcome::deferred) {
    due_ = reply.not_before;
    return;
  }
  ++reading_.queries;
  is_tracker_due_ = false;
  next_tracker_ = with_.clock.steady() + kTrackerEvery;
  due_ = rounds_->due();
  // Who may not look at trackers can still read traces; and there may be none.
  if (reply.outcome != Outcome::succeeded || is_recording(reply.body).value_or(true)) return;
  set(State::silent,
      {"CTS records no operations in this region; enable its tracker in the CTS console",
       "CTS 未记录此区域的操作，请在 CTS 控制台启用追踪器"});
}

void RecordReader::failed(const JobReply& reply) {
  const bool is_no_permission = reply.outcome == Outcome::denied && reply.http_status == 403;
  if (is_no_permission) {
    rounds_->restart();
    set(State::denied,
        list_.permission.empty()
            ? Bilingual{"The key has no permission to list the tasks of this service",
                        "密钥无权列出此服务的任务"}
            : bilingual({"The key lacks the permission {0}", "密钥缺少权限 {0}"},
                        list_.permission));
    return pause(kDeniedPause);
  }
  if (reply.outcome == Outcome::not_found) {
    set(State::absent,
        {"The service has no such list in this region", "此区域的该服务没有任务列表"});
    return pause(kAbsentPause);
  }
  if (reply.outcome == Outcome::denied || reply.outcome == Outcome::malformed ||
      reply.outcome == Outcome::too_large) {
    rounds_->restart();
  }
  set(State::trouble, reply.detail);
  pause(reply.retry_after.value_or(kShortestPause));
}

void RecordReader::pause(seconds least) {
  const auto longer = kShortestPause * (1 << std::min(failures_++, 10));
  due_ = with_.clock.steady() + std::max<seconds>(least, std::min<seconds>(longer, kLongestPause));
}

void RecordReader::set(State state, Bilingual detail) {
  // What the tracker said counts until a trace comes.
  const bool is_still_silent =
      reading_.state == State::silent && state == State::good && reading_.records == 0;
  if (is_still_silent) return;
  reading_.state = state;
  reading_.detail = std::move(detail);
}

}  // namespace jobtree::discovery
