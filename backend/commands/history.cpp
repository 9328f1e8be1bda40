// backend history: what a server remembers, as a table or as JSON.
//
// Knows: its flags, the columns. Must not know: where the file is, what stands in it.
#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "commands/cli/exit_code.h"
#include "commands/cli/flags.h"
#include "commands/cli/listing.h"
#include "commands/cli/message.h"
#include "commands/cli/terminal.h"
#include "commands/commands.h"
#include "commands/job/engine_text.h"
#include "commands/job/terminal_text.h"
#include "commands/memory/data_folder.h"
#include "i18n/messages.h"
#include "store/record_json.h"
#include "store/retention.h"
#include "store/stored_file.h"

namespace jobtree::commands {
namespace {

using store::JobRecord;

constexpr const char* kHistory = "history";

struct HistoryFlags {
  std::string data;
  std::vector<std::string> statuses;
  std::string service, region, since, text;
  std::size_t limit = 50;
  std::string output = "table";
};

engine::Language engine_language() {
  return language() == Language::zh ? engine::Language::zh : engine::Language::en;
}

/// A lost job has no status of its own: nobody saw how it went.
std::string status_of(const JobRecord& job) {
  if (job.is_lost()) return spoken(bilingual({"lost", "已丢失"}));
  const bool is_untold = job.version == 0 && job.status == store::Status::unknown;
  if (is_untold && job.status_text.empty()) return spoken(bilingual({"not seen yet", "尚未查询"}));
  const std::string word(
      engine::status_word(static_cast<engine::Status>(job.status), engine_language()));
  return job.status == store::Status::unknown && !job.status_text.empty() ? job.status_text : word;
}

/// "12/20", or nothing for a job without parts.
std::string parts_of(const JobRecord& job) {
  std::uint32_t total = 0;
  std::uint32_t ended = 0;
  for (std::size_t i = 0; i < store::kStatuses; ++i) {
    total += job.counts[i];
    if (store::has_ended(static_cast<store::Status>(i))) ended += job.counts[i];
  }
  return total > 1 ? std::to_string(ended) + "/" + std::to_string(total) : "";
}

std::string error_of(const JobRecord& job) {
  if (job.error_code.empty() || job.error_text.empty()) return job.error_code + job.error_text;
  return job.error_code + "  " + job.error_text;
}

Ink ink_of(const JobRecord& job) {
  switch (job.status) {
    case store::Status::failed:
      return Ink::red;
    case store::Status::succeeded:
      return Ink::green;
    case store::Status::running:
      return job.is_lost() ? Ink::yellow : Ink::cyan;
    default:
      return Ink::plain;
  }
}

using Cells = std::vector<std::string>;

Cells cells_of(const JobRecord& job) {
  Cells cells{store::text_of(job.last_change).substr(0, 19) + "Z",
              status_of(job),
              job.address.job_id(),
              parts_of(job),
              job.address.service(),
              job.marks.label.empty() ? job.type : job.marks.label,
              error_of(job)};
  for (std::string& cell : cells)
    cell = safe_text(cell);
  return cells;
}

/// A window that is too narrow cuts the end of a line, so what a name is cut for comes last.
std::string jobs_as_table(const std::vector<JobRecord>& jobs) {
  std::vector<Cells> rows{
      {spoken(bilingual({"CHANGED", "变化时间"})), spoken(bilingual({"STATUS", "状态"})),
       spoken(bilingual({"JOB", "任务"})), spoken(bilingual({"PARTS", "子任务"})),
       spoken(bilingual({"SERVICE", "服务"})), spoken(bilingual({"NAME", "名称"})),
       spoken(bilingual({"ERROR", "错误"}))}};
  for (const JobRecord& job : jobs)
    rows.push_back(cells_of(job));
  std::vector<std::size_t> widths(rows[0].size());
  for (const Cells& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], cells(row[i]));
  }
  const bool is_screen = is_terminal(1);
  const std::size_t width = is_screen ? window_size(1).width : 0;
  std::string text;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Line line;
    std::size_t column = 0;
    for (std::size_t cell = 0; cell < rows[i].size(); ++cell) {
      line.pad_to(column);
      const Ink ink = i == 0 ? Ink::faint : cell == 1 ? ink_of(jobs[i - 1]) : Ink::plain;
      line.add(rows[i][cell], ink);
      column += widths[cell] + 2;
    }
    text += line.str(is_screen, width) + '\n';
  }
  return text;
}

std::string jobs_as_json(const std::vector<JobRecord>& jobs) {
  auto json = nlohmann::ordered_json::array();
  for (const JobRecord& job : jobs)
    json.push_back(store::json_of(job, store::People::shown));
  return json_document({{"jobs", std::move(json)}});
}

Result<store::BoardQuery> query_of(const HistoryFlags& flags) {
  store::BoardQuery query;
  for (const std::string& status : flags.statuses) {
    if (status == "unfinished") {
      query.state = store::BoardQuery::State::unfinished;
    } else if (status == "lost") {
      query.state = store::BoardQuery::State::lost;
    } else {
      query.statuses.push_back(*store::status_named(status));
    }
  }
  query.service = flags.service;
  query.region = flags.region;
  query.text = flags.text;
  if (!flags.since.empty()) {
    const auto span = store::parse_span(flags.since);
    if (!span) return span.failure().prefixed({"--since: ", "--since："});
    query.since = std::chrono::floor<std::chrono::microseconds>(real_clock().wall()) - span.value();
  }
  query.limit = flags.limit;
  return query;
}

int run(const Environment& environment, const HistoryFlags& flags) {
  auto query = query_of(flags);
  if (!query) return usage_error(kHistory, query.failure().text());
  const auto folder = needed_data_folder(environment, flags.data);
  if (!folder) return fail(kHistory, folder.failure());
  const auto file = store::StoredFile::open(folder.value());
  if (!file) return fail(kHistory, file.failure());
  std::vector<JobRecord> jobs;
  query.value().limit = std::min(flags.limit, store::kMostOnPage);
  while (jobs.size() < flags.limit) {
    auto page = file.value()->board(query.value());
    if (!page) return fail(kHistory, page.failure());
    for (JobRecord& job : page.value().jobs)
      jobs.push_back(std::move(job));
    query.value().cursor = page.value().next;
    if (page.value().next.empty()) break;
  }
  jobs.resize(std::min(jobs.size(), flags.limit));
  if (flags.output == "json") return print(kHistory, jobs_as_json(jobs));
  if (jobs.empty()) {
    note(kHistory, bilingual({"no such job is remembered in {0}", "{0} 中没有符合条件的任务"},
                             folder.value()));
    return kExitOk;
  }
  return print(kHistory, jobs_as_table(jobs));
}

}  // namespace

void add_history(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<HistoryFlags>();
  CLI::App* command = app.add_subcommand(
      kHistory, help_text({"List the jobs that a server remembers", "列出服务端保存的任务"}));
  add_data_flag(*command, flags->data, false);
  std::vector<std::string> statuses{"unfinished", "lost"};
  for (std::size_t i = 0; i < store::kStatuses; ++i)
    statuses.emplace_back(store::name_of(static_cast<store::Status>(i)));
  add_option(*command, "--status", flags->statuses,
             {"Only jobs of this status, or unfinished, or lost (repeatable). Example: --status "
              "failed",
              "仅列出此状态的任务，也可为 unfinished（未结束）或 lost（已丢失）（可重复）。示例："
              "--status failed"})
      ->allow_extra_args(false)
      ->delimiter(',')
      ->check(one_of(statuses));
  add_option(*command, "--service", flags->service,
             {"Only jobs of this service", "仅列出此服务的任务"});
  add_option(*command, "--region", flags->region,
             {"Only jobs of this region", "仅列出此区域的任务"});
  add_option(*command, "--since", flags->since,
             {"Only what changed within this time. Example: --since 7d",
              "仅列出此时长内有变化的任务。示例：--since 7d"});
  add_option(*command, "--search", flags->text,
             {"Only jobs with this text in an ID, type, label or error",
              "仅列出 ID、类型、标签或错误中含此文本的任务"});
  add_option(*command, "--limit", flags->limit,
             {"At most this many, the last ones first", "最多列出的数量，最近的在前"})
      ->check(between(1, 100'000))
      ->capture_default_str();
  add_option(*command, "--output", flags->output,
             {"Output format: table or json", "输出格式：table 或 json"})
      ->check(one_of({"table", "json"}))
      ->capture_default_str();
  on_run(*command, context, [flags, &context] { return run(context.environment, *flags); });
}

}  // namespace jobtree::commands
