#include "simulator/cloud/records/task_lists.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "simulator/cloud/records/host.h"
#include "simulator/cloud/records/list_rows.h"
#include "simulator/cloud/records/query.h"
#include "simulator/cloud/records/task_row.h"
#include "simulator/script/records/time_forms.h"

namespace jobtree::simulator {

enum class Paging { offset, marker, none };

struct TaskList {
  std::string_view service;
  std::string_view host;
  std::string_view path;  ///< "{owner}" is the project or the domain
  const char* rows;       ///< the member that has them; "" for a bare array
  const char* total;      ///< the member with how many there are
  RowMaker row;
  Paging paging = Paging::offset;
  std::int64_t limit = 10;  ///< unless the request says another
  std::int64_t max_limit = 100;
  TimeForm window = TimeForm::epoch;  ///< of start_time and end_time
  bool needs_window = false;
};

namespace {

using nlohmann::ordered_json;
using namespace std::chrono_literals;

constexpr std::size_t kEpochDigits = 13;
constexpr std::size_t kCompactDigits = 14;
constexpr auto kMonth = std::chrono::hours(24 * 30);
/// Between the clock of whoever asks and ours.
constexpr auto kSlack = std::chrono::hours(1);

constexpr auto kLists = std::to_array<TaskList>({
    {"rds", "rds", "/v3/{owner}/tasklist", "tasks", "total_count", rds_row, Paging::offset, 10, 50},
    {"gaussdb", "gaussdb-opengauss", "/v3/{owner}/tasks", "tasks", "total_count", gaussdb_row,
     Paging::offset, 100, 100},
    {"taurusdb", "gaussdb", "/v3/{owner}/immediate-jobs", "jobs", "total_count", taurusdb_row,
     Paging::offset, 10, 50, TimeForm::offset},
    {"ddm", "ddm", "/v3/{owner}/jobs", "jobs", "total", ddm_row, Paging::offset, 10, 128,
     TimeForm::epoch, true},
    {"geminidb", "gaussdb-nosql", "/v3/{owner}/jobs", "jobs", "total_count", geminidb_row,
     Paging::offset, 50, 50, TimeForm::offset},
    {"dds", "dds", "/v3.1/{owner}/jobs", "jobs", "total_count", dds_row, Paging::offset, 10, 100,
     TimeForm::offset, true},
    {"elb", "elb", "/v3/{owner}/elb/jobs", "jobs", "", elb_row, Paging::marker, 2000, 2000},
    {"geip", "eip", "/v3/{owner}/geip/jobs", "jobs", "", own_row, Paging::marker, 2000, 2000},
    {"cce", "cce", "/api/v2/projects/{owner}/jobs", "", "", cce_row, Paging::none},
    {"cce-autopilot", "cce", "/autopilot/v2/projects/{owner}/jobs", "", "", cce_row, Paging::none},
    {"cbr", "cbr", "/v3/{owner}/operation-logs", "operation_logs", "count", own_row, Paging::offset,
     1000, 1000, TimeForm::offset},
    {"dcs", "dcs", "/v2/{owner}/tasks", "tasks", "task_count", dcs_row, Paging::offset, 10, 1000,
     TimeForm::compact},
    {"swr", "swr", "/v2/{owner}/jobs", "jobs", "total", own_row, Paging::offset, 100, 100},
});

/// What stands at "{owner}" of `pattern` in `path`, or "".
std::string_view owner_of(std::string_view pattern, std::string_view path) {
  const auto at = pattern.find('{');
  const std::string_view head = pattern.substr(0, at);
  const std::string_view tail = pattern.substr(pattern.find('}') + 1);
  if (path.size() <= head.size() + tail.size() || !path.starts_with(head) ||
      !path.ends_with(tail)) {
    return {};
  }
  const auto owner = path.substr(head.size(), path.size() - head.size() - tail.size());
  return owner.find('/') == std::string_view::npos ? owner : std::string_view();
}

Response bad_parameter(const TaskList& list, std::string_view what, std::string_view request_id) {
  std::string_view code = "DBS.280001";
  if (list.service == "elb") code = "ELB.8902";
  if (list.service == "geip") code = "GEIP.0007";
  if (list.service == "dcs") code = "DCS.4003";
  if (list.service == "cbr") code = "BackupService.6001";
  return gateway_error(400, code, "Invalid parameter: " + std::string(what), request_id);
}

/// Of a text in the list's form.
std::optional<WallTime> window_end(const TaskList& list, const std::string& text) {
  const auto time = read_time(text);
  const bool has_form = (list.window == TimeForm::epoch && text.size() == kEpochDigits) ||
                        (list.window == TimeForm::compact && text.size() == kCompactDigits) ||
                        (list.window == TimeForm::offset && text.find('T') != std::string::npos);
  return has_form ? time : std::nullopt;
}

struct Window {
  std::optional<WallTime> from;
  std::optional<WallTime> to;
};

/// Nothing when what is given cannot be used.
std::optional<Window> read_window(const TaskList& list, const Query& query, WallTime now) {
  Window window;
  const bool has_both = query.has("start_time") && query.has("end_time");
  if (!has_both && (list.needs_window ||
                    (list.service == "rds" && query.has("start_time") != query.has("end_time")))) {
    return std::nullopt;
  }
  if (query.has("start_time")) {
    window.from = window_end(list, query.text("start_time"));
    if (!window.from) return std::nullopt;
  }
  if (query.has("end_time")) {
    window.to = window_end(list, query.text("end_time"));
    if (!window.to) return std::nullopt;
  }
  if (has_both && *window.from > *window.to) return std::nullopt;
  if (list.needs_window && *window.to - *window.from > kMonth + kSlack) return std::nullopt;
  if (list.service == "ddm" && *window.from < now - kMonth - kSlack) return std::nullopt;
  return window;
}

bool is_within(const TaskRow& row, const Window& window) {
  if (!window.from && !window.to) return true;
  return row.begin && (!window.from || *row.begin >= *window.from) &&
         (!window.to || *row.begin <= *window.to);
}

bool passes(const TaskRow& row, const Query& query) {
  const std::pair<std::string_view, const std::string*> filters[] = {
      {"status", &row.status},
      {"name", &row.name},
      {"job_name", &row.name},
      {"job_type", &row.name},
      {"operation_type", &row.name},
      {"id", &row.id},
      {"job_id", &row.id},
      {"instance_id", &row.resource_id},
      {"resource_id", &row.resource_id}};
  return std::ranges::all_of(filters, [&query](const auto& filter) {
    return !query.has(filter.first) || query.text(filter.first) == *filter.second;
  });
}

std::vector<TaskRow> rows_of(const TaskList& list, const Request& request, const JobBook& book,
                             WallTime now) {
  const std::string_view region = host_parts(request).region;
  std::vector<TaskRow> rows;
  for (const BookedJob& job : book.booked(now)) {
    if (job.job.service != list.service) continue;
    if (!region.empty() && job.job.region != region) continue;
    rows.push_back(task_row(job.document(now)));
  }
  if (list.paging == Paging::marker) {
    std::ranges::sort(rows, {}, &TaskRow::id);
  } else {
    std::ranges::stable_sort(rows, std::greater<>(), &TaskRow::begin);
  }
  return rows;
}

Response json_response(const ordered_json& body) {
  return {.body = body.dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

/// Those from the marker on, up to `limit`; a page back with page_reverse.
std::vector<TaskRow> marker_page(std::vector<TaskRow> rows, const Query& query, std::size_t limit) {
  const std::string marker = query.text("marker");
  const bool is_back = query.text("page_reverse") == "true";
  std::erase_if(rows, [&](const TaskRow& row) {
    return !marker.empty() && (is_back ? row.id >= marker : row.id <= marker);
  });
  if (rows.size() > limit) {
    const auto more = static_cast<std::ptrdiff_t>(rows.size() - limit);
    const auto first = is_back ? rows.begin() : rows.end() - more;
    rows.erase(first, first + more);
  }
  return rows;
}

}  // namespace

std::optional<TaskListMatch> find_task_list(const Request& request) {
  const Query query(request.target);
  const std::string_view path = request.target.substr(0, request.target.find('?'));
  const std::string_view host = host_parts(request).service;
  std::optional<TaskListMatch> match;
  for (const TaskList& list : kLists) {
    const std::string_view owner = owner_of(list.path, path);
    if (owner.empty()) continue;
    // With an id this path is that of one job.
    const bool is_shared = list.path == "/v3/{owner}/jobs";
    if (is_shared && query.has("id")) continue;
    if (is_shared && !host.empty() && host != list.host) continue;
    const bool is_in_epoch = query.text("start_time").size() == kEpochDigits;
    if (is_shared && host.empty() && list.service == "ddm" && !is_in_epoch) continue;
    if (!match) match = TaskListMatch{&list, list.service, std::string(owner)};
  }
  return match;
}

Response show_task_list(const TaskListMatch& match, const Request& request,
                        std::string_view request_id, const JobBook& book, WallTime now) {
  const TaskList& list = *match.list;
  const Query query(request.target);
  const auto window = read_window(list, query, now);
  if (!window) return bad_parameter(list, "start_time or end_time", request_id);
  const std::int64_t least = list.paging == Paging::marker ? 0 : 1;
  const auto limit = query.number("limit", least, list.max_limit, list.limit);
  if (!limit) return bad_parameter(list, "limit", request_id);
  constexpr std::int64_t kMaxOffset = 1'000'000;
  const auto offset = query.number("offset", 0, kMaxOffset, 0);
  if (!offset) return bad_parameter(list, "offset", request_id);

  std::vector<TaskRow> rows = rows_of(list, request, book, now);
  std::erase_if(rows, [&](const TaskRow& row) {
    return list.paging != Paging::none && (!is_within(row, *window) || !passes(row, query));
  });
  const std::size_t total = rows.size();
  const std::vector<std::string> names = names_of(rows);
  if (list.paging == Paging::marker) {
    rows = marker_page(std::move(rows), query, static_cast<std::size_t>(*limit));
  } else if (list.paging == Paging::offset) {
    rows.erase(rows.begin(), rows.begin() + std::min(*offset, static_cast<std::int64_t>(total)));
    rows.resize(std::min(rows.size(), static_cast<std::size_t>(*limit)));
  }
  ordered_json shown = ordered_json::array();
  for (const TaskRow& row : rows) {
    shown.push_back(list.row(row));
  }
  if (list.paging == Paging::none) return json_response(shown);
  ordered_json body = ordered_json::object();
  if (list.paging == Paging::marker) {
    body["request_id"] = request_id;
    body[list.rows] = std::move(shown);
    // The next marker is there on the last page too: only a short page shows that it is the last.
    ordered_json info = ordered_json::object();
    if (!rows.empty()) info["previous_marker"] = rows.front().id;
    if (!rows.empty()) info["next_marker"] = rows.back().id;
    info["current_count"] = rows.size();
    body["page_info"] = std::move(info);
    return json_response(body);
  }
  if (list.service == "dcs") {
    body[list.total] = std::to_string(total);
  } else {
    body[list.total] = total;
  }
  if (list.service == "cbr") body["limit"] = *limit;
  if (list.service == "cbr") body["offset"] = *offset;
  if (list.service == "rds") body["actions"] = names;
  body[list.rows] = std::move(shown);
  return json_response(body);
}

}  // namespace jobtree::simulator
