#include "commands/job/job_lines.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "commands/job/engine_text.h"
#include "commands/job/terminal_text.h"
#include "i18n/estimate_words.h"

namespace jobtree::commands {
namespace {

using engine::Job;
using engine::JobTree;
using engine::kNoJob;
using engine::Language;
using engine::Status;

constexpr std::size_t kMostName = 60;  // cells of a column; what is longer pushes the rest aside
constexpr std::size_t kMostStatus = 14;
constexpr std::size_t kMostTime = 20;
constexpr std::uint32_t kDrawnLevels = 24;  // deeper, a number says how deep

struct Sign {
  std::string_view glyph;
  Ink ink;
};

/// In the order of Status. Not the colour alone says it: there is a sign, and there is the word.
constexpr std::array<Sign, engine::kStatusCount> kSigns{{
    {"○", Ink::faint},   // waiting
    {"●", Ink::cyan},    // running
    {"✓", Ink::green},   // succeeded
    {"✗", Ink::red},     // failed
    {"✗", Ink::yellow},  // cancelled
    {"–", Ink::faint},   // skipped
    {"?", Ink::yellow},  // unknown
}};

const Sign& sign_of(Status status) {
  return kSigns[static_cast<std::size_t>(status)];
}

bool is_failed(const Job& job) {
  return job.status == Status::failed || job.status == Status::cancelled;
}

bool is_moving(const Job& job) {
  return job.status == Status::running || job.status == Status::unknown;
}

/// What one looks for first comes first: the end of a line may be cut.
constexpr std::array<Status, engine::kStatusCount> kCountOrder{
    Status::failed,  Status::cancelled, Status::running, Status::unknown,
    Status::waiting, Status::succeeded, Status::skipped};

/// "4 failed, 16 succeeded"; "" when nothing is counted.
std::string counts_text(const engine::Counts& counts, Language language) {
  std::string text;
  for (const Status status : kCountOrder) {
    const std::uint32_t number = engine::count(counts, status);
    if (number == 0) continue;
    if (!text.empty()) text += language == Language::zh ? "，" : ", ";
    text += text_of(engine::put_counted, number, status, language);
  }
  return text;
}

/// "… 37 more succeeded", "… 42 more: 37 succeeded, 5 waiting"
std::string more_text(const engine::Counts& hidden, Language language) {
  const std::uint32_t all = engine::total(hidden);
  const auto* only = std::ranges::find(hidden, all);
  const std::string number = text_of(engine::put_figure, all);
  if (only != hidden.end()) {
    const auto word = engine::status_word(static_cast<Status>(only - hidden.begin()), language);
    return language == Language::zh ? "… 另有 " + number + " 个" + std::string(word)
                                    : "… " + number + " more " + std::string(word);
  }
  return (language == Language::zh ? "… 另有 " + number + " 个：" : "… " + number + " more: ") +
         counts_text(hidden, language);
}

/// The jobs in the order they are drawn in.
std::vector<std::uint32_t> drawing_order(const JobTree& tree) {
  std::vector<std::uint32_t> order;
  order.reserve(tree.jobs.size());
  std::vector<std::uint32_t> stack{0};
  while (!stack.empty()) {
    const std::uint32_t number = stack.back();
    stack.pop_back();
    order.push_back(number);
    const Job& job = tree.jobs[number];
    for (std::uint32_t i = job.child_count; i > 0; --i)
      stack.push_back(job.first_child + i - 1);
  }
  return order;
}

/// Which jobs are drawn when there is room for `lines` only. A job is drawn together with all above
/// it, and a parent that has only some of its children drawn needs a line to say so.
class Selection {
 public:
  Selection(const JobTree& tree, std::span<const std::uint32_t> order, std::size_t lines)
      : tree_(tree), drawn_(tree.jobs.size(), false), drawn_children_(tree.jobs.size(), 0) {
    if (tree.jobs.size() <= lines) {
      drawn_.assign(tree.jobs.size(), true);
      for (const Job& job : tree.jobs) {
        if (job.parent != kNoJob) ++drawn_children_[job.parent];
      }
      return;
    }
    const auto none = [](const Job&) { return true; };
    take(order.first(1), none, std::max<std::size_t>(lines, 1));
    take(order, is_failed, (lines + 1) / 2);  // half of the room: what runs is looked for too
    take(order, is_moving, lines);
    take(order, is_failed, lines);
    take(order, none, lines);
  }

  bool has(std::uint32_t number) const { return drawn_[number]; }
  /// Whether a line says how many children are left out. Not for a branch that is closed: its own
  /// line has the counts.
  bool needs_more(std::uint32_t number) const {
    return drawn_children_[number] != 0 && drawn_children_[number] < tree_.jobs[number].child_count;
  }

 private:
  template <class Wanted>
  void take(std::span<const std::uint32_t> order, Wanted wanted, std::size_t lines) {
    for (const std::uint32_t number : order) {
      if (drawn_[number] || !wanted(tree_.jobs[number])) continue;
      // Also when there is no room left: the last one left out takes the line that counts it.
      const std::ptrdiff_t cost = cost_of(number);
      if (used_ + cost > static_cast<std::ptrdiff_t>(lines)) continue;
      used_ += cost;
      draw(number);
    }
  }

  /// How many lines more there are when this job, and what is missing above it, is drawn.
  std::ptrdiff_t cost_of(std::uint32_t number) const {
    std::ptrdiff_t cost = 0;
    for (std::uint32_t i = number; !drawn_[i]; i = tree_.jobs[i].parent) {
      cost += 1;
      const std::uint32_t parent = tree_.jobs[i].parent;
      if (parent == kNoJob) break;
      const bool will_need = drawn_children_[parent] + 1 < tree_.jobs[parent].child_count;
      cost += (will_need ? 1 : 0) - (needs_more(parent) ? 1 : 0);
    }
    return cost;
  }

  void draw(std::uint32_t number) {
    for (std::uint32_t i = number; !drawn_[i]; i = tree_.jobs[i].parent) {
      drawn_[i] = true;
      if (tree_.jobs[i].parent == kNoJob) break;
      ++drawn_children_[tree_.jobs[i].parent];
    }
  }

  const JobTree& tree_;
  std::vector<bool> drawn_;
  std::vector<std::uint32_t> drawn_children_;
  std::ptrdiff_t used_ = 0;
};

/// What a row says, made safe, before it is set in columns.
struct Row {
  std::uint32_t number = 0;  ///< of the job; of the parent, when the row says what is left out
  std::string guides;
  std::string more;  ///< "" for a job
  bool hides_failed = false;
  std::string name, status, time, progress;
};

/// The children of one job, while they are drawn.
struct Level {
  std::uint32_t parent = 0;
  bool is_last = false;  ///< nothing follows on this level
};

/// The lines that lead the eye: "│  ├─ ".
std::string guides_of(const std::vector<Level>& levels) {
  if (levels.empty()) return "";
  std::string guides;
  std::size_t from = 0;
  if (levels.size() > kDrawnLevels) {
    from = levels.size() - kDrawnLevels;
    guides = "…" + std::to_string(from) + " ";
  }
  for (std::size_t i = from; i + 1 < levels.size(); ++i)
    guides += levels[i].is_last ? "   " : "│  ";
  return guides + (levels.back().is_last ? "└─ " : "├─ ");
}

class Drawing {
 public:
  Drawing(const Picture& picture, const Frame& frame) : picture_(picture), frame_(frame) {}

  std::vector<std::string> lines() {
    const auto order = drawing_order(picture_.tree);
    const std::size_t room =
        frame_.height == 0 ? order.size() : std::max<std::size_t>(frame_.height, 2) - 1;
    const Selection selection(picture_.tree, order, room);
    collect(order, selection);
    std::vector<std::string> lines{header()};
    const Columns columns = measure();
    for (const Row& row : rows_)
      lines.push_back(row.more.empty() ? line_of(row, columns) : line_of_more(row));
    return lines;
  }

 private:
  struct Columns {
    std::size_t name = 0, status = 0, time = 0;
  };

  const Job& job(std::uint32_t number) const { return picture_.tree.jobs[number]; }

  void collect(const std::vector<std::uint32_t>& order, const Selection& selection) {
    std::vector<Level> levels;
    const auto close_level = [&] {
      if (const std::uint32_t parent = levels.back().parent; selection.needs_more(parent)) {
        levels.back().is_last = true;
        add_more(parent, selection, guides_of(levels));
      }
      levels.pop_back();
    };
    for (const std::uint32_t number : order) {
      if (!selection.has(number)) continue;
      const Job& it = job(number);
      while (levels.size() > it.depth)
        close_level();
      if (levels.size() < it.depth) levels.push_back({it.parent});
      if (it.depth > 0) {
        const Job& parent = job(it.parent);
        const bool is_last_child = number + 1 == parent.first_child + parent.child_count;
        levels.back().is_last = is_last_child && !selection.needs_more(it.parent);
      }
      add_job(number, guides_of(levels));
    }
    while (!levels.empty())
      close_level();
  }

  void add_job(std::uint32_t number, std::string guides) {
    const engine::Subject subject = picture_.subject(number);
    Row row;
    row.number = number;
    row.guides = std::move(guides);
    row.name = safe_text(text_of(engine::put_sent_name, subject));
    row.status = safe_text(text_of(engine::put_status, subject));
    // It ended well, and yet not all below it did: the word alone would be half the truth.
    if (engine::hides_failure(job(number))) row.status += " (!)";
    row.time = text_of(engine::put_time_taken, subject);
    row.progress = text_of(engine::put_progress, subject);
    rows_.push_back(std::move(row));
  }

  void add_more(std::uint32_t parent, const Selection& selection, std::string guides) {
    engine::Counts hidden{};
    for (std::uint32_t i = 0; i < job(parent).child_count; ++i) {
      const std::uint32_t child = job(parent).first_child + i;
      if (!selection.has(child)) ++hidden[static_cast<std::size_t>(job(child).status)];
    }
    Row row;
    row.number = parent;
    row.guides = std::move(guides);
    row.more = more_text(hidden, picture_.language);
    row.hides_failed = engine::count(hidden, Status::failed) != 0;
    rows_.push_back(std::move(row));
  }

  Columns measure() const {
    Columns columns;
    const auto widen = [](std::size_t& column, std::size_t width, std::size_t most) {
      if (width <= most) column = std::max(column, width);
    };
    const std::size_t most_name =
        frame_.width == 0 ? kMostName : std::min(kMostName, frame_.width * 2 / 5);
    for (const Row& row : rows_) {
      if (!row.more.empty()) continue;
      widen(columns.name, cells(row.guides) + cells(row.name) + 2, most_name);
      widen(columns.status, cells(row.status), kMostStatus);
      widen(columns.time, cells(row.time), kMostTime);
    }
    return columns;
  }

  std::string header() const {
    const Ink ink = sign_of(job(0).status).ink;
    return Line()
        .add(summary_line(picture_), ink == Ink::faint ? Ink::strong : ink)
        .str(frame_.colour, frame_.width);
  }

  std::string line_of(const Row& row, const Columns& columns) const {
    const JobTree& tree = picture_.tree;
    const engine::Subject subject = picture_.subject(row.number);
    const Job& job = subject.job();
    const auto& [glyph, ink] = sign_of(job.status);
    const std::string error = safe_text(text_of(engine::put_error, subject));
    const Ink error_ink = is_failed(job) ? Ink::red : Ink::yellow;

    Line line;
    line.add(row.guides, Ink::faint).add(glyph, ink).add(" ").add(row.name);
    std::size_t column = columns.name + 2;
    const auto add = [&](std::string_view text, Ink text_ink) {
      if (!text.empty()) line.pad_to(std::max(column, line.width() + 2)).add(text, text_ink);
    };
    const auto move_on = [&column](std::size_t width) { column += width == 0 ? 0 : width + 2; };
    add(row.status, engine::hides_failure(job) ? Ink::yellow : ink);
    move_on(columns.status);
    add(row.time, Ink::plain);
    move_on(columns.time);
    // From here on whatever there is stands side by side: rows differ too much for columns.
    add(row.progress, Ink::plain);
    const auto add_which = [&] {
      add(safe_text(text_of(engine::put_facts_line, subject)), Ink::faint);
      const std::string id = safe_text(tree.view(job.id));
      if (id != row.name) add(id, Ink::faint);
    };
    // What failed stands before why, which may be long; where the line is cut, why is needed more.
    const bool is_whole = !error.empty() && frame_.whole_errors;
    if (is_whole) add_which();
    add(error, error_ink);
    if (is_whole) return line.str(frame_.colour);
    add_which();
    return line.str(frame_.colour, frame_.width);
  }

  std::string line_of_more(const Row& row) const {
    return Line()
        .add(row.guides, Ink::faint)
        .add(row.more, row.hides_failed ? Ink::red : Ink::faint)
        .str(frame_.colour, frame_.width);
  }

  const Picture& picture_;
  const Frame& frame_;
  std::vector<Row> rows_;
};

}  // namespace

std::string summary_line(const Picture& picture) {
  const Job& root = picture.tree.root();
  const Language language = picture.language;
  const bool zh = language == Language::zh;
  const engine::Subject subject = picture.subject(0);
  std::string text = safe_text(text_of(engine::put_status, subject));
  const auto add = [&text](const std::string& part) {
    if (!part.empty()) text.append(" · ").append(part);
  };
  if (engine::hides_failure(root)) {
    const std::string failed =
        text_of(engine::put_figure, engine::count(root.leaves, Status::failed));
    text += zh ? "（" + failed + " 个子任务失败）"
               : " with " + failed + (failed == "1" ? " failed sub-job" : " failed sub-jobs");
  }
  add(text_of(engine::put_progress, subject));
  add(text_of(engine::put_time_taken, subject));
  if (root.child_count != 0) add(counts_text(root.leaves, language));
  add(text_of(engine::put_estimate, picture.estimate, language));
  return text;
}

std::vector<std::string> tree_lines(const Picture& picture, const Frame& frame) {
  return Drawing(picture, frame).lines();
}

}  // namespace jobtree::commands
