#include "simulator/cloud/records/traces.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <tuple>
#include <utility>
#include <vector>

#include "simulator/cloud/records/host.h"
#include "simulator/cloud/records/query.h"
#include "simulator/script/random.h"

namespace jobtree::simulator {
namespace {

using nlohmann::ordered_json;
using namespace std::chrono_literals;

constexpr std::string_view kPrefix = "/v3/";
constexpr auto kReach = std::chrono::hours(7 * 24);
constexpr std::int64_t kMaxLimit = 200;
constexpr std::int64_t kFirstMoment = 1'000'000'000'000;  // the first of 13 digits
constexpr std::int64_t kLastMoment = 9'999'999'999'999;

Response json_response(const ordered_json& body) {
  return {.body = body.dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

Response failed(std::string_view what, std::string_view request_id) {
  return gateway_error(400, "CTS.0300", "Failed to query the traces: " + std::string(what),
                       request_id);
}

ordered_json trackers(std::string_view status, const Account& account) {
  return {{"trackers",
           {{{"id", "7e57c000-0000-4000-8000-00000007ac0e"},
             {"tracker_name", "system"},
             {"tracker_type", "system"},
             {"status", status},
             {"detail", ""},
             {"domain_id", account.domain_id},
             {"project_id", account.project_id},
             {"create_time", 1'790'000'000'000},
             {"is_support_validate", false},
             {"is_support_trace_files_encryption", false},
             {"obs_info", ordered_json::object()},
             {"lts", {{"is_lts_enabled", false}}}}}}};
}

/// Newest first; of those of one moment in the order of a number that the id does not show.
struct Place {
  std::int64_t time;
  std::uint64_t number;

  bool is_before(const Place& other) const {
    return std::tie(time, number) > std::tie(other.time, other.number);
  }
};

Place place_of(const Trace& trace) {
  const auto& id = trace.fields["trace_id"].get_ref<const std::string&>();
  return {trace.time.time_since_epoch().count(), random_of(3, id).next()};
}

/// A place as a text that looks like an id and is none. `mask` keeps people from building one.
std::string marker_of(const Place& place, std::uint64_t mask) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string marker;
  for (const std::uint64_t half : {static_cast<std::uint64_t>(place.time) ^ mask, place.number}) {
    for (int shift = 60; shift >= 0; shift -= 4) {
      marker += kDigits[(half >> shift) & 15];
    }
  }
  for (const std::size_t at : {20, 16, 12, 8}) {
    marker.insert(at, 1, '-');
  }
  return marker;
}

std::optional<Place> read_marker(std::string marker, std::uint64_t mask) {
  std::erase(marker, '-');
  if (marker.size() != 32) return std::nullopt;
  std::uint64_t halves[2] = {};
  for (std::size_t i = 0; i < 2; ++i) {
    const char* const begin = marker.data() + i * 16;
    if (std::from_chars(begin, begin + 16, halves[i], 16).ptr != begin + 16) return std::nullopt;
  }
  const auto time = static_cast<std::int64_t>(halves[0] ^ mask);
  if (time < kFirstMoment || time > kLastMoment) return std::nullopt;
  return Place{time, halves[1]};
}

bool passes(const ordered_json& trace, const Query& query) {
  const auto is = [&trace](const char* field, const std::string& wanted) {
    return trace.contains(field) && trace[field].is_string() && trace[field] == wanted;
  };
  // With an id the other filters do not count.
  if (query.has("trace_id")) return is("trace_id", query.text("trace_id"));
  for (const char* field : {"service_type", "resource_type", "resource_id", "resource_name",
                            "trace_name", "tracker_name"}) {
    if (query.has(field) && !is(field, query.text(field))) return false;
  }
  if (query.has("trace_rating")) {
    const std::string rating = query.text("trace_rating");
    if (!is("trace_rating", rating) && !is("trace_status", rating)) return false;
  }
  if (!query.has("user")) return true;
  const ordered_json& user = trace["user"];
  return user.is_object() && user["name"] == query.text("user");
}

struct Window {
  WallTime from;
  WallTime to;
};

std::optional<Window> read_window(const Query& query, WallTime now) {
  if (!query.has("from") && !query.has("to")) return Window{now - 1h, now + 1ms};
  const auto from = query.number("from", kFirstMoment, kLastMoment, 0);
  const auto to = query.number("to", kFirstMoment, kLastMoment, 0);
  if (!from || !to || *from == 0 || *to == 0 || *from >= *to) return std::nullopt;
  return Window{WallTime(Milliseconds(*from)), WallTime(Milliseconds(*to))};
}

}  // namespace

std::optional<TraceMatch> find_traces(const Request& request) {
  std::string_view path = request.target.substr(0, request.target.find('?'));
  const std::string_view host = host_parts(request).service;
  if (!path.starts_with(kPrefix) || (!host.empty() && host != "cts")) return std::nullopt;
  path.remove_prefix(kPrefix.size());
  const auto slash = std::min(path.find('/'), path.size());
  const std::string_view rest = path.substr(slash);
  if (slash == 0 || (rest != "/traces" && rest != "/trackers")) return std::nullopt;
  return TraceMatch{rest == "/trackers", std::string(path.substr(0, slash))};
}

Response untracked(const TraceMatch& match, Tracker tracker, const Account& account) {
  if (!match.is_tracker) {
    return json_response(
        {{"traces", ordered_json::array()}, {"meta_data", {{"count", 0}, {"marker", nullptr}}}});
  }
  if (tracker == Tracker::none) return json_response({{"trackers", ordered_json::array()}});
  return json_response(trackers("disabled", account));
}

Response Traces::respond(const TraceMatch& match, const Request& request,
                         std::string_view request_id, const Account& account, const JobBook& book,
                         WallTime now) const {
  if (match.project_id != account.project_id) {
    return gateway_error(403, "CTS.0002", "No permission for this project.", request_id);
  }
  if (match.is_tracker) {
    if (script_.tracker != Tracker::enabled) return untracked(match, script_.tracker, account);
    return json_response(trackers("enabled", account));
  }
  return list(request, request_id, account, book, now);
}

Response Traces::list(const Request& request, std::string_view request_id, const Account& account,
                      const JobBook& book, WallTime now) const {
  const Query query(request.target);
  const std::string type = query.text("trace_type");
  if (type != "system" && type != "data") return failed("trace_type", request_id);
  const auto window = read_window(query, now);
  if (!window) return failed("from or to", request_id);
  const auto limit = query.number("limit", 1, kMaxLimit, 10);
  if (!limit) return failed("limit", request_id);
  const auto from = query.has("next") ? read_marker(query.text("next"), seed_) : std::nullopt;
  if (query.has("next") && !from) return failed("next", request_id);
  if (type == "data" || script_.tracker != Tracker::enabled) {
    return untracked({.is_tracker = false, .project_id = {}}, script_.tracker, account);
  }

  std::vector<Trace> traces = maker_.others(account);
  for (const BookedJob& job : book.booked(now)) {
    std::ranges::move(maker_.of_job(job, account, now), std::back_inserter(traces));
  }
  const std::string_view region = host_parts(request).region;
  std::erase_if(traces, [&](const Trace& trace) {
    return trace.queryable > now || trace.time <= now - kReach || trace.time <= window->from ||
           trace.time >= window->to || (!region.empty() && trace.region != region) ||
           (from && !from->is_before(place_of(trace))) || !passes(trace.fields, query);
  });
  std::ranges::sort(traces, [](const Trace& one, const Trace& other) {
    return place_of(one).is_before(place_of(other));
  });
  ordered_json meta{{"count", 0}, {"marker", nullptr}};
  if (traces.size() > static_cast<std::size_t>(*limit)) {
    traces.resize(static_cast<std::size_t>(*limit));
    meta["marker"] = marker_of(place_of(traces.back()), seed_);
  }
  meta["count"] = traces.size();
  ordered_json shown = ordered_json::array();
  for (Trace& trace : traces) {
    shown.push_back(std::move(trace.fields));
  }
  return json_response({{"traces", std::move(shown)}, {"meta_data", std::move(meta)}});
}

}  // namespace jobtree::simulator
