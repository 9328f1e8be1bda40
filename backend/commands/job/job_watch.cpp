#include "commands/job/job_watch.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "job_parser.h"

namespace jobtree::commands {
namespace {

using cloud::JobReply;
using cloud::Outcome;
using engine::Reply;
using engine::Status;

constexpr int kSucceeded = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kCouldNotAsk = 3;
constexpr int kTimedOut = 4;
constexpr int kBySignal = 128;

constexpr double kTick = 1000;  // milliseconds: a clock on the screen shows seconds

std::string why_no_job(engine::ParsedJob::Error error) {
  switch (error) {
    case engine::ParsedJob::Error::not_json:
      return "The cloud's answer is not JSON.";
    case engine::ParsedJob::Error::too_large:
      return "The cloud's answer holds more jobs than are taken.";
    default:
      return "The cloud's answer is not a job.";
  }
}

class Watch {
 public:
  Watch(const WatchOptions& options, World& world, Display& display)
      : options_(options), world_(world), display_(display), poller_(options.seed) {}

  Ending run() {
    const End how = loop();
    Ending ending{.how = how, .last = last_, .failure = failure_, .signal = 0};
    if (how == End::interrupted) ending.signal = world_.interrupted_by();
    display_.ended(ending, world_.wall());
    return ending;
  }

 private:
  End loop() {
    const double deadline = world_.steady() + options_.timeout * 1000;
    for (;;) {
      const double now = world_.steady();
      if (now >= deadline) return End::timed_out;
      if (poller_.due(now)) world_.ask();
      display_.refresh(last_.get(), facts(), world_.wall());
      double until = std::min(poller_.next(), deadline);
      if (display_.ticks()) until = std::min(until, now + kTick);
      switch (world_.wait(until)) {
        case World::Woke::time:
        case World::Woke::resized:
          break;
        case World::Woke::answer:
          if (const auto end = take(world_.answer())) return *end;
          break;
        case World::Woke::suspended:
          display_.leave();
          world_.suspend();
          break;
        case World::Woke::interrupted:
          return End::interrupted;
        case World::Woke::reader_gone:
          return End::reader_gone;
      }
    }
  }

  /// The end, when this answer is it.
  std::optional<End> take(JobReply answer) {
    for (const std::string& notice : answer.notices) {
      if (noted_.insert(notice).second) display_.note(notice);
    }
    const double retry_after =
        answer.retry_after ? static_cast<double>(answer.retry_after->count()) : -1;
    Reply reply = reply_of(answer);
    if (answer.outcome == Outcome::succeeded) reply = take_job(answer);
    const bool settled = last_ && engine::is_settled(last_->tree.root().status);
    poller_.answered(reply, settled, retry_after, 0, world_.steady());

    if (reply == Reply::changed || reply == Reply::unchanged) {
      failure_.reset();
      if (settled) return End::settled;
      return options_.until_end ? std::nullopt : std::optional(End::answered);
    }
    failure_ = std::move(answer);
    const bool was_asked = failure_->http_status != 0;
    if (reply == Reply::not_found && !was_asked) return End::bad_address;
    if (!options_.until_end || std::isinf(poller_.next())) return End::could_not_ask;
    display_.failed(*failure_, facts(), last_.get(), world_.wall());
    return std::nullopt;
  }

  /// An answer that holds no job becomes a failure, with the sentence that says so.
  Reply take_job(JobReply& answer) {
    if (last_ && last_->body == answer.body) return Reply::unchanged;
    auto parsed = engine::parse_job(answer.body);
    if (parsed.error != engine::ParsedJob::Error::none) {
      answer.outcome = Outcome::malformed;
      answer.detail = why_no_job(parsed.error);
      return Reply::not_a_job;
    }
    auto next =
        std::make_shared<const Snapshot>(Snapshot{std::move(answer.body), std::move(parsed.tree)});
    display_.changed(last_.get(), *next, world_.wall());
    last_ = std::move(next);
    return Reply::changed;
  }

  engine::WatchFacts facts() {
    const double now = world_.steady();
    const double next = poller_.next();
    engine::WatchFacts facts;
    facts.state = poller_.state();
    facts.has_tree = last_ != nullptr;
    facts.age = poller_.age(now);
    if (failure_) {
      facts.code = failure_->error_code;
      facts.http_status = failure_->http_status;
      if (std::isfinite(next)) facts.next = std::max(0.0, (next - now) / 1000);
    }
    return facts;
  }

  const WatchOptions options_;
  World& world_;
  Display& display_;
  engine::Poller poller_;
  std::shared_ptr<const Snapshot> last_;
  std::optional<JobReply> failure_;
  std::set<std::string> noted_;
};

}  // namespace

int exit_code(const Ending& ending) {
  switch (ending.how) {
    case End::answered:
    case End::settled: {
      const Status status = ending.last->tree.root().status;
      return status == Status::failed || status == Status::cancelled ? kFailed : kSucceeded;
    }
    case End::bad_address:
      return kUsage;
    case End::could_not_ask:
      return kCouldNotAsk;
    case End::timed_out:
      return kTimedOut;
    case End::interrupted:
      return kBySignal + ending.signal;
    case End::reader_gone:
      return kBySignal + SIGPIPE;
  }
  return kCouldNotAsk;
}

Reply reply_of(const JobReply& answer) {
  switch (answer.outcome) {
    case Outcome::succeeded:
      return Reply::changed;
    case Outcome::not_found:
      return Reply::not_found;
    case Outcome::denied:
    case Outcome::unknown_project:
      return Reply::denied;
    case Outcome::throttled:
      return Reply::throttled;
    case Outcome::unreachable:
    case Outcome::failed:
      return Reply::unreachable;
    case Outcome::malformed:
    case Outcome::too_large:
      return Reply::not_a_job;
    default:
      break;
  }
  // Nothing came of it, nor of the way there: whatever it is, asking again does not mend it.
  if (answer.http_status == 0) return Reply::denied;
  return answer.http_status >= 400 && answer.http_status < 500 ? Reply::denied : Reply::unreachable;
}

Ending watch(const WatchOptions& options, World& world, Display& display) {
  return Watch(options, world, display).run();
}

}  // namespace jobtree::commands
