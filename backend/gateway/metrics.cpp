#include "gateway/metrics.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace jobtree::gateway {
namespace {

using cloud::Outcome;
using std::memory_order_relaxed;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr double kPrompt[] = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                              0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
// A viewer may wait for a minute; see prefer.h.
constexpr double kParked[] = {0.1, 0.5, 1, 2.5, 5, 10, 15, 20, 25, 30, 45, 60, 90};
// The tries of one query take ten seconds or so, and the last may run on.
constexpr double kUpstream[] = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
// An interval is 2 to 10 seconds, and what cannot be confirmed is shown for a minute.
constexpr double kAges[] = {0, 1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 120};

constexpr std::array<std::string_view, 9> kResultNames = {
    "ok",        "unchanged", "bad_request", "unauthorized", "forbidden",
    "not_found", "too_many",  "unavailable", "failed"};

std::size_t result_of(int status) {
  const auto place = [](std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(kResultNames, name) - kResultNames.begin());
  };
  switch (status) {
    case 304:
      return place("unchanged");
    case 401:
      return place("unauthorized");
    case 403:
      return place("forbidden");
    case 404:
      return place("not_found");
    case 429:
      return place("too_many");
    case 503:
      return place("unavailable");
    default:
      break;
  }
  if (status < 400) return place("ok");
  return place(status < 500 ? "bad_request" : "failed");
}

constexpr std::array<std::pair<Outcome, std::string_view>, 12> kOutcomeNames = {{
    {Outcome::succeeded, "succeeded"},
    {Outcome::not_found, "not_found"},
    {Outcome::denied, "denied"},
    {Outcome::refused, "key_paused"},
    {Outcome::no_key, "no_key"},
    {Outcome::throttled, "throttled"},
    {Outcome::unreachable, "unreachable"},
    {Outcome::untrusted, "untrusted"},
    {Outcome::failed, "failed"},
    {Outcome::malformed, "malformed"},
    {Outcome::too_large, "too_large"},
    {Outcome::unknown_project, "unknown_project"},
}};
constexpr std::string_view kBroken = "broken";  // after the last of them

std::size_t place_of(const cloud::JobReply* answer) {
  const auto found = std::ranges::find_if(kOutcomeNames, [answer](const auto& known) {
    return answer != nullptr && known.first == answer->outcome;
  });
  return static_cast<std::size_t>(found - kOutcomeNames.begin());
}

std::string text_of(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string labelled(std::string_view name, std::string_view value) {
  return std::string(name).append("=\"").append(value).append("\"");
}

void begin(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n");
  out.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

void line(std::string& out, std::string_view name, std::string_view labels,
          std::string_view value) {
  out.append(name);
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out.append(" ").append(value).append("\n");
}

void gauge(std::string& out, std::string_view name, std::string_view help,
           const std::string& value) {
  begin(out, name, "gauge", help);
  line(out, name, "", value);
}

void counter(std::string& out, std::string_view name, std::string_view help, std::uint64_t value) {
  begin(out, name, "counter", help);
  line(out, name, "", std::to_string(value));
}

/// Nothing of a store that there is not.
void render_memory(std::string& out, const store::ArchiveState& memory) {
  if (memory.kind == store::ArchiveState::Kind::off) return;
  gauge(out, "jobtree_store_up", "0 while what is seen cannot be stored.",
        memory.kind == store::ArchiveState::Kind::good ? "1" : "0");
  counter(out, "jobtree_store_changes_total", "Changes of jobs that were stored.", memory.stored);
  gauge(out, "jobtree_store_queued", "Observations of jobs that wait to be stored.",
        std::to_string(memory.queued));
  counter(out, "jobtree_store_superseded_total",
          "Observations that a later one of the same job took the place of.", memory.superseded);
  counter(out, "jobtree_store_dropped_total",
          "Observations for which there was no room: nobody will know of them.", memory.dropped);
  gauge(out, "jobtree_store_bytes", "Bytes of the store.", std::to_string(memory.bytes));
}

void render_discovery(std::string& out, const DiscoveryFigures& discovery) {
  counter(out, "jobtree_discovery_queries_total",
          "Pages of the cloud's own records that were queried to find jobs.", discovery.queries);
  counter(out, "jobtree_discovery_records_total", "Records in them: operations and tasks.",
          discovery.records);
  counter(out, "jobtree_discovery_jobs_total", "Records that name a job.", discovery.jobs);
  gauge(out, "jobtree_discovery_unread", "Lists that cannot be read; /api/discovery says why.",
        std::to_string(discovery.unread));
}

/// A line for each channel. Their names are the operator's, as few as the file has.
void render_channels(std::string& out, const std::vector<ChannelFigures>& channels) {
  if (channels.empty()) return;
  const auto family = [&](std::string_view name, std::string_view type, std::string_view help,
                          auto value_of) {
    begin(out, name, type, help);
    for (const ChannelFigures& channel : channels)
      line(out, name, labelled("channel", channel.name), value_of(channel));
  };
  family("jobtree_outbox_pending", "gauge", "Notifications that wait to be sent.",
         [](const ChannelFigures& channel) { return std::to_string(channel.pending); });
  family("jobtree_outbox_oldest_seconds", "gauge", "For how long the oldest of them waits.",
         [](const ChannelFigures& channel) {
           return text_of(std::chrono::duration<double>(channel.oldest_waits).count());
         });
  family("jobtree_outbox_dropped", "gauge",
         "Notifications of the last 14 days for which there was no room.",
         [](const ChannelFigures& channel) { return std::to_string(channel.dropped); });
  constexpr std::string_view kSent = "jobtree_outbox_sent_total";
  begin(out, kSent, "counter", "Attempts of this server to send a notification.");
  for (const ChannelFigures& channel : channels) {
    const std::string name = labelled("channel", channel.name);
    line(out, kSent, name + "," + labelled("result", "delivered"),
         std::to_string(channel.delivered));
    line(out, kSent, name + "," + labelled("result", "refused"), std::to_string(channel.refused));
  }
}

}  // namespace

void Histogram::add(std::chrono::nanoseconds value) {
  value = std::max(value, std::chrono::nanoseconds(0));
  const double seconds = std::chrono::duration<double>(value).count();
  const auto place = std::ranges::lower_bound(bounds_, seconds) - bounds_.begin();
  counts_[static_cast<std::size_t>(place)].fetch_add(1, memory_order_relaxed);
  nanoseconds_.fetch_add(static_cast<std::uint64_t>(value.count()), memory_order_relaxed);
}

void Histogram::render(std::string& out, std::string_view name, std::string_view labels) const {
  const std::string base(name);
  const std::string before = labels.empty() ? "" : std::string(labels) + ",";
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < bounds_.size(); ++i) {
    so_far += counts_[i].load(memory_order_relaxed);
    line(out, base + "_bucket", before + labelled("le", text_of(bounds_[i])),
         std::to_string(so_far));
  }
  // The count is that of the buckets, so that the two agree whatever is added meanwhile.
  so_far += counts_[bounds_.size()].load(memory_order_relaxed);
  line(out, base + "_bucket", before + labelled("le", "+Inf"), std::to_string(so_far));
  const auto sum = static_cast<double>(nanoseconds_.load(memory_order_relaxed)) / 1e9;
  line(out, base + "_sum", labels, text_of(sum));
  line(out, base + "_count", labels, std::to_string(so_far));
}

Metrics::Metrics(std::vector<std::string_view> routes)
    : routes_(std::move(routes)),
      requests_(routes_.size() + 1),
      prompt_(kPrompt),
      parked_(kParked),
      upstream_(kUpstream),
      ages_(kAges) {
  static_assert(std::size(kPrompt) <= Histogram::kMostBounds);
  static_assert(kResults == kResultNames.size() && kOutcomes == kOutcomeNames.size() + 1);
}

void Metrics::answered(std::size_t route, int status, Duration took, bool was_parked) {
  requests_[std::min(route, routes_.size())][result_of(status)].fetch_add(1, memory_order_relaxed);
  (was_parked ? parked_ : prompt_).add(took);
}

void Metrics::turned_away(int status) {
  requests_.back()[result_of(status)].fetch_add(1, memory_order_relaxed);
}

void Metrics::asked(const cloud::JobReply* answer, Duration took, Wall now) {
  queries_[place_of(answer)].fetch_add(1, memory_order_relaxed);
  if (answer == nullptr) return;
  // What was not sent took no time of the cloud's.
  if (answer->http_status != 0 || answer->outcome == Outcome::unreachable) upstream_.add(took);
  if (answer->outcome == Outcome::succeeded) {
    last_success_.store(duration_cast<milliseconds>(now.time_since_epoch()).count(),
                        memory_order_relaxed);
  }
}

void Metrics::showed(std::chrono::seconds age) {
  ages_.add(age);
}

std::optional<Metrics::Wall> Metrics::last_success() const {
  const std::int64_t last = last_success_.load(memory_order_relaxed);
  if (last == 0) return std::nullopt;
  return Wall(milliseconds(last));
}

std::string Metrics::render(const Now& now) const {
  std::string out;
  out.reserve(std::size_t{16} << 10);
  begin(out, "jobtree_build_info", "gauge", "Always 1; the label tells the version.");
  line(out, "jobtree_build_info", labelled("version", now.version), "1");

  constexpr std::string_view kRequests = "jobtree_http_requests_total";
  begin(out, kRequests, "counter", "Requests.");
  for (std::size_t route = 0; route < requests_.size(); ++route) {
    const std::string where = labelled("route", route < routes_.size() ? routes_[route] : "none");
    for (std::size_t result = 0; result < kResults; ++result) {
      line(out, kRequests, where + "," + labelled("outcome", kResultNames[result]),
           std::to_string(requests_[route][result].load(memory_order_relaxed)));
    }
  }
  constexpr std::string_view kRequestTime = "jobtree_http_request_duration_seconds";
  begin(out, kRequestTime, "histogram",
        "From a request's last byte to its response; long polls are apart (parked).");
  prompt_.render(out, kRequestTime, labelled("parked", "no"));
  parked_.render(out, kRequestTime, labelled("parked", "yes"));

  constexpr std::string_view kQueries = "jobtree_upstream_calls_total";
  begin(out, kQueries, "counter",
        "Queries, with the tries of one counted once; key_paused, no_key and part of "
        "throttled were not sent.");
  for (std::size_t place = 0; place < kOutcomes; ++place) {
    const std::string_view name =
        place < kOutcomeNames.size() ? kOutcomeNames[place].second : kBroken;
    line(out, kQueries, labelled("outcome", name),
         std::to_string(queries_[place].load(memory_order_relaxed)));
  }
  constexpr std::string_view kUpstreamTime = "jobtree_upstream_call_duration_seconds";
  begin(out, kUpstreamTime, "histogram", "Of a query that was sent, with its retries and pauses.");
  upstream_.render(out, kUpstreamTime);
  const auto last = static_cast<double>(last_success_.load(memory_order_relaxed)) / 1e3;
  gauge(out, "jobtree_upstream_last_success_timestamp_seconds",
        "Time of the last response with a job; 0 before the first.", text_of(last));

  constexpr std::string_view kAge = "jobtree_served_age_seconds";
  begin(out, kAge, "histogram", "Age of what was served; without finished jobs, which do not age.");
  ages_.render(out, kAge);

  const auto number = [&out](std::string_view name, std::string_view help, std::size_t value) {
    gauge(out, name, help, std::to_string(value));
  };
  number("jobtree_viewers_waiting", "Requests that wait for a first response.", now.jobs.waiting);
  number("jobtree_viewers_parked", "Long polls: requests that wait for a change.", now.jobs.parked);
  number("jobtree_flights", "Queries to the cloud in flight.", now.jobs.fetches);
  number("jobtree_jobs_remembered", "Jobs in the cache.", now.jobs.jobs);
  number("jobtree_jobs_remembered_bytes",
         "Bytes of their bodies, with those that slow readers hold.", now.jobs.bytes);
  number("jobtree_open_connections", "Connections open on the main port.", now.connections);

  number("jobtree_key_present", "0 when there is no key yet, or a temporary one has expired.",
         now.cloud.no_key ? 0 : 1);
  number("jobtree_key_guard_shut", "1 while queries are paused, so that the key is not locked.",
         now.cloud.shut_for.count() > 0 ? 1 : 0);
  gauge(out, "jobtree_key_guard_shut_seconds", "For how long they are still paused.",
        std::to_string(now.cloud.shut_for.count()));
  gauge(out, "jobtree_budget_left",
        "Queries that can be sent at once; below zero by those that wait for their turn.",
        text_of(now.cloud.budget.left));
  gauge(out, "jobtree_budget_per_second", "Queries per second.",
        text_of(now.cloud.budget.per_second));
  number("jobtree_services_paused", "Services that are paused by their own rate limit.",
         now.cloud.budget.paused_services);
  number("jobtree_replicas", "Servers that share the key and the budget, this one too.",
         now.cloud.budget.replicas);
  number("jobtree_jobs_followed", "Jobs that are queried until they end although nobody looks.",
         now.followed);
  render_memory(out, now.memory);
  render_discovery(out, now.discovery);
  render_channels(out, now.channels);
  begin(out, "jobtree_log_lost_total", "counter", "Log lines lost because nobody read the log.");
  line(out, "jobtree_log_lost_total", "", std::to_string(now.log_lost));
  return out;
}

}  // namespace jobtree::gateway
