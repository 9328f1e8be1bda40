#include "commands/job/job_watch.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "commands/cli/exit_code.h"
#include "commands/job/job_judge.h"
#include "ingest/job_parser.h"
#include "poll/http_outcome.h"

namespace jobtree::commands {
namespace {

using cloud::JobReply;
using cloud::Outcome;
using engine::PollOutcome;
using engine::Status;

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kTick = 1000;  // milliseconds: a clock on the screen shows seconds

Bilingual why_no_job(engine::ParsedJob::Error error) {
  switch (error) {
    case engine::ParsedJob::Error::not_json:
      return {"The response is not JSON.", "响应不是 JSON。"};
    case engine::ParsedJob::Error::too_large:
      return {"The response has too many jobs.", "响应中的任务过多。"};
    default:
      return {"The response is not a job.", "响应不是可识别的任务。"};
  }
}

class Watch {
 public:
  Watch(const WatchOptions& options, EventLoop& events, Display& display)
      : options_(options), events_(events), display_(display), schedule_(options.seed) {}

  Ending run() {
    const End how = loop();
    Ending ending{.how = how, .last = last_, .failure = failure_, .signal = 0};
    if (how == End::interrupted) ending.signal = events_.interrupted_by();
    display_.ended(ending, events_.wall());
    return ending;
  }

 private:
  End loop() {
    const double deadline = events_.steady() + options_.timeout * 1000;
    for (;;) {
      const double now = events_.steady();
      if (now >= deadline) return End::timed_out;
      if (resume_at_ <= now) {
        resume_at_ = kNever;
        events_.fetch();
      } else if (schedule_.due(now)) {
        events_.fetch();
      }
      display_.refresh(last_.get(), facts(), events_.wall());
      double until = std::min({schedule_.next(), resume_at_, deadline});
      if (display_.ticks()) until = std::min(until, now + kTick);
      switch (events_.wait(until)) {
        case EventLoop::Event::time:
        case EventLoop::Event::resized:
          break;
        case EventLoop::Event::reply:
          if (const auto end = take(events_.reply())) return *end;
          break;
        case EventLoop::Event::suspended:
          display_.leave();
          events_.suspend();
          break;
        case EventLoop::Event::interrupted:
          return End::interrupted;
        case EventLoop::Event::reader_gone:
          return End::reader_gone;
      }
    }
  }

  /// The end, when this reply is it.
  std::optional<End> take(JobReply reply) {
    for (const Bilingual& notice : reply.notices) {
      if (noted_.insert(notice.en).second) display_.note(notice);
    }
    if (reply.outcome == Outcome::deferred) {
      resume_at_ = steady_milliseconds(reply.not_before);
      return std::nullopt;
    }
    const double retry_after =
        reply.retry_after ? static_cast<double>(reply.retry_after->count()) : -1;
    PollOutcome meaning = reply_of(reply);
    if (reply.outcome == Outcome::succeeded) meaning = take_job(reply);
    const bool settled = last_ && engine::is_settled(last_->tree.root().status);
    schedule_.answered(meaning, settled, retry_after, 0, events_.steady());

    if (meaning == PollOutcome::changed || meaning == PollOutcome::unchanged) {
      failure_.reset();
      if (settled) return End::settled;
      return options_.until_end ? std::nullopt : std::optional(End::replied);
    }
    failure_ = std::move(reply);
    const bool was_sent = failure_->http_status != 0;
    if (failure_->outcome == Outcome::not_found && !was_sent) return End::bad_address;
    if (!options_.until_end || std::isinf(schedule_.next())) return End::query_failed;
    display_.failed(*failure_, facts(), last_.get(), events_.wall());
    return std::nullopt;
  }

  /// A reply that does not hold the job becomes a failure, with the sentence that says so.
  PollOutcome take_job(JobReply& reply) {
    if (last_ && last_->body == reply.body) return PollOutcome::unchanged;
    auto parsed = engine::parse_job(reply.body);
    if (parsed.error != engine::ParsedJob::Error::none) {
      reply.outcome = Outcome::malformed;
      reply.detail = why_no_job(parsed.error);
      return PollOutcome::not_a_job;
    }
    if (!is_about(parsed.tree, options_.job_ids)) {
      reply.outcome = Outcome::malformed;
      reply.detail = {"The response is about another job.", "响应属于另一个任务。"};
      return PollOutcome::not_a_job;
    }
    auto next = std::make_shared<const Snapshot>(
        Snapshot{std::move(reply.body), std::move(parsed.tree), reply.request_id});
    display_.changed(last_.get(), *next, events_.wall());
    last_ = std::move(next);
    return PollOutcome::changed;
  }

  engine::WatchFacts facts() {
    const double now = events_.steady();
    const double next = schedule_.next();
    engine::WatchFacts facts;
    facts.state = schedule_.state();
    facts.has_tree = last_ != nullptr;
    facts.age = schedule_.age(now);
    if (failure_) {
      facts.code = failure_->error_code;
      facts.http_status = failure_->http_status;
      if (std::isfinite(next)) facts.next = std::max(0.0, (next - now) / 1000);
    }
    return facts;
  }

  const WatchOptions options_;
  EventLoop& events_;
  Display& display_;
  engine::PollSchedule schedule_;
  std::shared_ptr<const Snapshot> last_;
  std::optional<JobReply> failure_;
  std::set<std::string> noted_;
  double resume_at_ = kNever;  ///< when a query that was deferred goes on, by steady()
};

}  // namespace

int exit_code(const Ending& ending) {
  switch (ending.how) {
    case End::replied:
    case End::settled: {
      const Status status = ending.last->tree.root().status;
      return status == Status::failed || status == Status::cancelled ? kExitFailed : kExitOk;
    }
    case End::bad_address:
      return kExitUsage;
    case End::query_failed:
      return kExitQueryFailed;
    case End::timed_out:
      return kExitTimedOut;
    case End::interrupted:
      return kExitBySignal + ending.signal;
    case End::reader_gone:
      return kExitBySignal + SIGPIPE;
  }
  return kExitQueryFailed;
}

PollOutcome reply_of(const JobReply& reply) {
  switch (reply.outcome) {
    case Outcome::succeeded:
      return PollOutcome::changed;
    case Outcome::not_found:
      return engine::http_outcome(404, reply.error_code);
    case Outcome::denied:
    case Outcome::untrusted:
    case Outcome::unknown_project:
      return PollOutcome::denied;
    case Outcome::throttled:
      return PollOutcome::throttled;
    case Outcome::unreachable:
    case Outcome::failed:
      return PollOutcome::unreachable;
    case Outcome::malformed:
    case Outcome::too_large:
      return PollOutcome::not_a_job;
    default:
      break;
  }
  // Nothing came of it, nor of the way there: whatever it is, another query does not mend it.
  if (reply.http_status == 0) return PollOutcome::denied;
  return reply.http_status >= 400 && reply.http_status < 500 ? PollOutcome::denied
                                                             : PollOutcome::unreachable;
}

Ending watch(const WatchOptions& options, EventLoop& events, Display& display) {
  return Watch(options, events, display).run();
}

}  // namespace jobtree::commands
