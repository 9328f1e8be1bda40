#include "notify/notifier.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "notify/pace.h"
#include "notify/sending/reply_text.h"

namespace jobtree::notify {
namespace {

using std::chrono::seconds;

constexpr seconds kLookEvery{2};
constexpr seconds kJobsEvery{30};
/// The mark in the archive since when anything is told.
constexpr std::string_view kBegan = "notify";

bool names(const Rule& rule, const std::string& channel) {
  return std::ranges::find(rule.channels, channel) != rule.channels.end();
}

ChannelStatus status_of(const ReadyChannel& ready, const std::vector<Rule>& rules) {
  const Channel& channel = ready.channel;
  ChannelStatus status{.name = channel.name,
                       .kind = channel.kind,
                       .target = shown_url(url_of(channel, ready.secrets)),
                       .language = channel.style.language};
  std::ranges::copy_if(rules, std::back_inserter(status.rules),
                       [&](const Rule& rule) { return names(rule, channel.name); });
  return status;
}

}  // namespace

Notifier::Notifier(NotifierOptions options)
    : with_(std::move(options)),
      workers_({.outbox = with_.archive.outbox(),
                .clock = with_.clock,
                .public_url = with_.public_url,
                .holder = with_.holder,
                .log = with_.log}) {}

void Notifier::start(std::function<void(const cloud::JobAddress&)> follow) {
  jobs_.emplace(
      JobWatchOptions{.archive = with_.archive, .share = with_.share, .follow = std::move(follow)});
  find_begin();
  workers_.use(*with_.setup->now());
  thread_ = std::thread([this] { run(); });
}

void Notifier::stop() {
  {
    const Lock lock(mutex_);
    is_stopping_ = true;
  }
  stopping_.notify_all();
  workers_.stop();
  if (thread_.joinable()) thread_.join();
}

std::vector<ChannelStatus> Notifier::channels() const {
  const auto queues = [this] {
    const Lock lock(mutex_);
    return queues_;
  }();
  const auto setup = with_.setup->now();
  std::vector<ChannelStatus> all;
  for (const auto& ready : setup->channels) {
    ChannelStatus status = status_of(*ready, setup->rules);
    status.figures = workers_.figures(status.name);
    const auto queue = std::ranges::find(queues, status.name, &store::ChannelQueue::channel);
    if (queue != queues.end()) status.queue = *queue;
    status.last_trouble = words_of_reply(status.queue.last_trouble);
    all.push_back(std::move(status));
  }
  return all;
}

TrialReply Notifier::test(std::string_view name) {
  const auto ready = with_.setup->now()->find(name);
  if (ready == nullptr) return {.kind = TrialReply::Kind::unknown};
  const Rate rate = rate_of(ready->channel.kind);
  // Whether the channel works can be tried while the database is away, too.
  const auto wait =
      with_.archive.outbox().take(name, {.per_minute = rate.per_minute, .burst = rate.burst});
  if (wait && wait.value() > milliseconds(0)) {
    return {.kind = TrialReply::Kind::paced, .wait = wait.value()};
  }
  return {.trial = try_channel(*ready, with_.clock, with_.public_url)};
}

void Notifier::run() {
  while (true) {
    // Nobody above would hear of an exception: memory that is short now may not be later.
    try {
      look();
    } catch (const std::exception& error) {
      log({LogEntry::Level::error, error.what()});
    }
    const auto end = with_.clock.steady() + kLookEvery;
    const Lock lock(mutex_);
    while (!is_stopping_ && with_.clock.steady() < end)
      stopping_.wait_until(mutex_, end);
    if (is_stopping_) return;
  }
}

void Notifier::look() {
  if (const auto news = with_.setup->look()) log(*news);
  const auto setup = with_.setup->now();
  workers_.use(*setup);
  if (!knows_begin_) find_begin();
  read_queues();
  if (with_.clock.steady() < next_jobs_) return;
  next_jobs_ = with_.clock.steady() + kJobsEvery;
  jobs_->look(*setup, now());
}

/// Since when anything is told: the first start with channels, on any replica.
void Notifier::find_begin() {
  auto began = with_.archive.read_until(kBegan);
  if (!began) return;
  if (!began.value()) {
    const Time first = now();
    if (!with_.archive.found({}, first, store::ReadUntil{std::string(kBegan), first})) return;
    began = std::optional(first);
  }
  with_.herald->begin_at(*began.value());
  knows_begin_ = true;
}

void Notifier::read_queues() {
  auto queues = with_.archive.outbox().queues();
  if (!queues) return;
  const Lock lock(mutex_);
  queues_ = std::move(queues.value());
}

Time Notifier::now() const {
  return std::chrono::time_point_cast<Time::duration>(with_.clock.wall());
}

void Notifier::log(const LogEntry& entry) const {
  if (with_.log) with_.log(entry);
}

}  // namespace jobtree::notify
