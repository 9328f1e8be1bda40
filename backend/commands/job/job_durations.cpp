#include "commands/job/job_durations.h"

#include <algorithm>
#include <string_view>

#include "commands/job/engine_text.h"
#include "commands/job/terminal_text.h"
#include "model/durations.h"

namespace jobtree::commands {
namespace {

constexpr std::uint32_t kMany = 10;  // of fewer the tree shows each
constexpr std::size_t kMostTypes = 5;
constexpr std::size_t kMostType = 40;  // cells

}  // namespace

std::vector<std::string> duration_lines(const Picture& picture, bool colour) {
  const bool zh = picture.language == engine::Language::zh;
  std::vector<std::string> lines;
  std::vector<std::vector<std::string>> rows;
  std::size_t columns[5] = {};
  for (const engine::Durations& it : engine::durations_of(picture.tree)) {
    if (it.count < kMany || rows.size() == kMostTypes) continue;
    const engine::Job& longest = picture.tree.jobs[it.job];
    std::vector<std::string> row{safe_text(picture.tree.view(it.type), kMostType) + " × " +
                                 text_of(engine::put_figure, it.count)};
    const std::pair<std::string_view, engine::Instant> figures[] = {
        {"p50 ", it.p50},
        {"p90 ", it.p90},
        {"p99 ", it.p99},
        {zh ? "最长 " : "longest ", it.longest}};
    for (const auto& [label, took] : figures)
      row.push_back(std::string(label) +
                    text_of(engine::put_duration, took, picture.language, false));
    for (std::size_t i = 0; i < row.size(); ++i)
      columns[i] = std::max(columns[i], cells(row[i]));
    row.push_back(safe_text(picture.tree.view(longest.id)));
    rows.push_back(std::move(row));
  }
  if (rows.empty()) return lines;
  lines.push_back(
      Line().add(zh ? "子任务用时" : "How long sub-jobs took", Ink::strong).str(colour));
  for (const auto& row : rows) {
    Line line;
    std::size_t column = 2;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line.pad_to(column).add(row[i], i + 1 == row.size() ? Ink::faint : Ink::plain);
      if (i < std::size(columns)) column += columns[i] + 2;
    }
    lines.push_back(line.str(colour));
  }
  return lines;
}

}  // namespace jobtree::commands
