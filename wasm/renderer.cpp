#include "renderer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "describe.h"
#include "hash.h"

namespace jobtree::engine {
namespace {

using abi::Attribute;
using abi::Field;

constexpr auto kFirstRow = static_cast<std::uint32_t>(abi::Slot::first_row);
constexpr std::uint32_t kOverscan = 4;     // rows kept ready above and below the screen
constexpr std::uint32_t kMostRows = 1000;  // on a screen: no display shows more
constexpr std::uint32_t kScale = 10000;    // of bars and shares

/// Nothing that is ever sent has this fingerprint or value.
constexpr std::uint64_t kNeverSent = std::numeric_limits<std::uint64_t>::max();

std::uint32_t share(std::uint32_t part, std::uint32_t whole) {
  if (whole == 0) return 0;
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(part) * kScale / whole);
}

/// Every fact on a line of its own.
std::string facts_list(const JobTree& tree, const Job& job) {
  std::string text;
  for (std::uint32_t i = 0; i < job.fact_count; ++i) {
    const Fact& fact = tree.facts[job.first_fact + i];
    if (i != 0) text += '\n';
    text += tree.view(fact.name);
    text += ": ";
    text += tree.view(fact.value);
  }
  return text;
}

/// What the likely root failure says; nothing when it is the job itself, which says so already.
std::string cause_of(const JobTree& tree, Language language) {
  if (tree.root_failure == kNoJob || tree.root_failure == 0) return {};
  std::string text = name_of(tree, tree.root_failure, false, language);
  const std::string error = error_of(tree, tree.jobs[tree.root_failure]);
  if (!error.empty()) text += "  " + error;
  return text;
}

}  // namespace

void Renderer::Shown::forget() {
  fields.fill(kNeverSent);
  attributes.fill(kNeverSent);
}

/// Writes the fields of one slot, leaving out what the host shows already.
class Renderer::Writer {
 public:
  Writer(std::uint32_t slot, Shown& shown, Frame& frame)
      : slot_(slot), shown_(shown), frame_(frame) {}

  void text(Field field, std::string_view text) {
    std::uint64_t& shown = shown_.fields[static_cast<std::size_t>(field)];
    const std::uint64_t print = hash(text) >> 1U;  // never kNeverSent, nor a time's
    if (shown == print) return;
    shown = print;
    frame_.text(slot_, field, text);
  }
  /// A time, or the text that stands for it when it is none we can read.
  void time(Field field, Instant instant, std::string_view as_sent) {
    if (instant == kNoInstant) return text(field, as_sent);
    const auto value = static_cast<double>(instant);
    std::uint64_t& shown = shown_.fields[static_cast<std::size_t>(field)];
    const std::uint64_t print = (bits_of(value) >> 1U) | (1ULL << 63U);
    if (shown == print) return;
    shown = print;
    frame_.time(slot_, field, value);
  }
  void number(Attribute attribute, std::uint32_t value) {
    std::uint64_t& shown = shown_.attributes[static_cast<std::size_t>(attribute)];
    if (shown == value) return;
    shown = value;
    frame_.number(slot_, attribute, value);
  }

  /// What the summary says of the whole job and the detail of the selected one: everything.
  void describe(const Picture& picture, std::uint32_t number, Due due) {
    const JobTree& tree = picture.tree;
    const Job& job = tree.jobs[number];
    if (due == Due::clock) {
      return text(Field::duration, duration_of(job, picture.now, picture.language));
    }
    text(Field::name, name_of(picture.tree, number, picture.is_list, picture.language));
    text(Field::id, tree.view(job.id));
    text(Field::status, status_text(tree, job, picture.language));
    time(Field::begin, job.begin, tree.view(job.begin_text));
    time(Field::end, job.end, tree.view(job.end_text));
    text(Field::duration, duration_of(job, picture.now, picture.language));
    text(Field::progress, progress_of(job, picture.language));
    text(Field::error, error_of(tree, job));
    text(Field::facts, facts_list(tree, job));
    this->number(Attribute::status, static_cast<std::uint32_t>(job.status));
  }

 private:
  std::uint32_t slot_;
  Shown& shown_;
  Frame& frame_;
};

bool Renderer::draw(const Picture& picture, Frame& frame) {
  if (version_ == 0) {
    summary_.forget();
    detail_.forget();
  }
  const Due due = version_ != picture.version ? Due::all
                  : now_ != picture.now       ? Due::clock
                                              : Due::nothing;
  const auto rows = static_cast<std::uint32_t>(picture.view.rows().size());
  if (height_ != rows) {
    height_ = rows;
    frame.height(rows);
  }
  if (due == Due::all || viewport_ != picture.viewport) place_rows(picture, frame);
  version_ = picture.version;
  viewport_ = picture.viewport;
  now_ = picture.now;

  const JobTree& tree = picture.tree;
  draw_watch(picture, frame);
  bool ticking = watch_message_ticks(picture.watch);
  if (!tree.empty()) {
    draw_summary(picture, due, frame);
    ticking = ticking || is_ticking(tree.root());
  }
  draw_detail(picture, due, frame);
  if (const std::uint32_t selected = picture.view.selected(); selected != kNoJob) {
    ticking = ticking || is_ticking(tree.jobs[selected]);
  }
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    if (!slot.mounted) continue;
    draw_row(picture, i, std::exchange(slot.is_new, false) ? Due::all : due, frame);
    ticking = ticking || is_ticking(tree.jobs[picture.view.rows()[slot.row]]);
  }
  return ticking;
}

/// Decides which rows are mounted: those on screen, a few more, and the active one wherever it is,
/// since the keyboard's focus must not fall off the page with it. A job keeps its slot, and so its
/// DOM node, for as long as it is mounted.
void Renderer::place_rows(const Picture& picture, Frame& frame) {
  const auto& rows = picture.view.rows();
  const Viewport& viewport = picture.viewport;
  const auto total = static_cast<std::uint32_t>(rows.size());
  const auto on_screen = static_cast<std::uint32_t>(
      std::min(std::ceil(viewport.height / viewport.row_height) + 1, double{kMostRows}));
  // The host may not know yet that there are fewer rows now.
  const double lowest = std::max(total * viewport.row_height - viewport.height, 0.0);
  const auto first =
      static_cast<std::uint32_t>(std::min(viewport.top, lowest) / viewport.row_height);
  const std::uint32_t from = first - std::min(first, kOverscan);
  const std::uint32_t to = viewport.height > 0 ? std::min(first + on_screen + kOverscan, total) : 0;

  std::vector<std::uint32_t> wanted;
  wanted.reserve(to - std::min(from, to) + 1);
  for (std::uint32_t row = from; row < to; ++row)
    wanted.push_back(row);
  const std::uint32_t active = picture.view.active_row();
  if (to > 0 && active < total && (active < from || active >= to)) wanted.push_back(active);

  for (Slot& slot : slots_)
    slot.kept = false;
  std::vector<std::uint32_t> homeless;
  for (std::uint32_t row : wanted) {
    const std::uint64_t key = picture.tree.jobs[rows[row]].key;
    const auto home = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) {
      return slot.mounted && !slot.kept && slot.key == key;
    });
    if (home == slots_.end()) {
      homeless.push_back(row);
    } else {
      home->kept = true;
      home->row = row;
    }
  }
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i].mounted || slots_[i].kept) continue;
    slots_[i].mounted = false;
    slots_[i].row = kNoJob;
    frame.unmount(kFirstRow + i);
  }
  std::uint32_t next = 0;
  for (std::uint32_t row : homeless) {
    while (next < slots_.size() && slots_[next].mounted)
      ++next;
    if (next == slots_.size()) slots_.emplace_back();
    Slot& slot = slots_[next];
    slot.mounted = true;
    slot.kept = true;
    slot.key = picture.tree.jobs[rows[row]].key;
    slot.row = row;
    slot.is_new = true;
    slot.shown.forget();
    frame.mount(kFirstRow + next);
  }
}

void Renderer::draw_row(const Picture& picture, std::uint32_t slot, Due due, Frame& frame) {
  if (due == Due::nothing) return;
  const JobTree& tree = picture.tree;
  const std::uint32_t row = slots_[slot].row;
  const std::uint32_t number = picture.view.rows()[row];
  const Job& job = tree.jobs[number];
  const Language language = picture.language;
  Writer out(kFirstRow + slot, slots_[slot].shown, frame);

  if (due == Due::clock && !is_ticking(job)) return draw_bar(picture, job, out);
  const std::string time = duration_of(job, picture.now, language);
  if (due == Due::clock) {
    out.text(Field::duration, time);
    return draw_bar(picture, job, out);
  }
  const std::string name = name_of(picture.tree, number, picture.is_list, picture.language);
  const std::string status = status_text(tree, job, language);
  const std::string progress = progress_of(job, language);
  const std::string error = error_of(tree, job);

  out.text(Field::name, name);
  out.text(Field::id, tree.view(job.id));
  out.text(Field::status, status);
  out.time(Field::begin, job.begin, tree.view(job.begin_text));
  out.text(Field::duration, time);
  out.text(Field::progress, progress);
  out.text(Field::error, error);
  out.text(Field::facts, facts_line(tree, job));
  // A running clock is not read out: the label would change every second.
  const std::string_view spoken_time = is_ticking(job) ? std::string_view{} : time;
  const bool is_cause = number == tree.root_failure;
  const bool is_on_the_way = !picture.view.is_match(number);
  out.text(
      Field::label,
      row_label({name, status, spoken_time, progress, error, is_cause, is_on_the_way}, language));

  out.number(Attribute::index, row);
  out.number(Attribute::status, static_cast<std::uint32_t>(job.status));
  out.number(Attribute::level, job.depth + 1);
  out.number(Attribute::set_size, picture.view.set_size(row));
  out.number(Attribute::position, picture.view.position(row));
  out.number(Attribute::expanded, !picture.view.is_branch(number) ? 0
                                  : picture.view.is_open(number)  ? 2
                                                                  : 1);
  out.number(Attribute::selected, picture.view.selected() == number ? 1 : 0);
  out.number(Attribute::tab_stop, picture.view.active_row() == row ? 1 : 0);
  out.number(Attribute::warning, hides_failure(job) ? 1 : 0);
  out.number(Attribute::live, is_ticking(job) ? 1 : 0);
  out.number(Attribute::cause, is_cause ? 1 : 0);
  out.number(Attribute::on_the_way, is_on_the_way ? 1 : 0);
  draw_bar(picture, job, out);
}

/// The lane shows the whole job from its first begin to its end, or to now.
void Renderer::draw_bar(const Picture& picture, const Job& job, Writer& out) {
  const JobTree& tree = picture.tree;
  const auto now = static_cast<Instant>(picture.now);
  const Instant lane_begin = tree.first_begin;
  const Instant lane_end = is_settled(tree.root().status) && tree.last_end != kNoInstant
                               ? tree.last_end
                               : std::max(now, tree.last_end);
  std::uint32_t bar_begin = kScale;
  std::uint32_t bar_end = 0;
  if (job.begin != kNoInstant && job.status != Status::waiting && lane_end > lane_begin) {
    const auto place = [&](Instant instant) {
      const Instant inside = std::clamp(instant, lane_begin, lane_end) - lane_begin;
      return static_cast<std::uint32_t>(inside * kScale / (lane_end - lane_begin));
    };
    bar_begin = place(job.begin);
    bar_end = std::max(bar_begin, place(is_ticking(job)         ? now
                                        : job.end != kNoInstant ? job.end
                                                                : job.begin));
  }
  out.number(Attribute::bar_begin, bar_begin);
  out.number(Attribute::bar_end, bar_end);
}

void Renderer::draw_watch(const Picture& picture, Frame& frame) {
  Writer out(static_cast<std::uint32_t>(abi::Slot::summary), summary_, frame);
  const Language language = picture.language;
  out.number(Attribute::state, static_cast<std::uint32_t>(picture.watch.state));
  out.text(Field::message, watch_message(picture.watch, language));
  out.text(Field::hint, watch_hint(picture.watch, language));
}

void Renderer::draw_summary(const Picture& picture, Due due, Frame& frame) {
  if (due == Due::nothing) return;
  Writer out(static_cast<std::uint32_t>(abi::Slot::summary), summary_, frame);
  out.describe(picture, 0, due);
  if (due == Due::clock) return;
  const Language language = picture.language;
  const JobTree& tree = picture.tree;
  const Job& root = tree.root();
  const std::uint32_t all = total(root.leaves);
  for (std::size_t s = 0; s < kStatusCount; ++s) {
    const auto chip = static_cast<Field>(static_cast<std::size_t>(Field::chip_waiting) + s);
    const bool shown = root.child_count != 0 && root.leaves[s] != 0;
    out.text(chip, shown ? counted(root.leaves[s], static_cast<Status>(s), language) : "");
  }

  const TreeView& view = picture.view;
  out.text(Field::search, view.filter().text());
  out.number(Attribute::statuses, view.filter().statuses());
  out.text(Field::matches, view.is_filtered()
                               ? matches_of(view.match_count(), tree.jobs.size(), language)
                               : std::string{});
  out.number(Attribute::sort, static_cast<std::uint32_t>(view.sort()));
  out.number(Attribute::levels, tree.jobs.back().depth + 1);  // the deepest come last
  out.text(Field::cause, cause_of(tree, language));

  out.number(Attribute::total, all);
  out.number(Attribute::done, settled(root.leaves));
  out.number(Attribute::failed, count(root.leaves, Status::failed));
  out.number(Attribute::warning, hides_failure(root) ? 1 : 0);
  out.number(Attribute::live, is_settled(root.status) ? 0 : 1);
  std::uint32_t running = share(count(root.leaves, Status::running), all);
  // A single job has no parts to count, but some services say how far it is.
  if (root.child_count == 0 && !is_settled(root.status)) {
    running = root.progress < 0 ? 0 : static_cast<std::uint32_t>(root.progress) * (kScale / 1000);
  }
  out.number(Attribute::share_succeeded, share(count(root.leaves, Status::succeeded), all));
  out.number(
      Attribute::share_failed,
      share(count(root.leaves, Status::failed) + count(root.leaves, Status::cancelled), all));
  out.number(Attribute::share_running, running);
  out.number(Attribute::share_skipped, share(count(root.leaves, Status::skipped), all));
}

void Renderer::draw_detail(const Picture& picture, Due due, Frame& frame) {
  if (due == Due::nothing) return;
  Writer out(static_cast<std::uint32_t>(abi::Slot::detail), detail_, frame);
  const std::uint32_t number = picture.view.selected();
  if (number == kNoJob) {
    return out.number(Attribute::selected, 0);
  }
  out.describe(picture, number, due);
  if (due == Due::clock) return;
  const JobTree& tree = picture.tree;
  out.number(Attribute::cause, number == tree.root_failure ? 1 : 0);
  out.number(Attribute::source_begin, tree.jobs[number].source.offset);
  out.number(Attribute::source_size, tree.jobs[number].source.size);
  out.number(Attribute::selected, 1);
}

std::uint32_t Renderer::row_in(std::uint32_t slot) const {
  if (slot < kFirstRow || slot - kFirstRow >= slots_.size()) return kNoJob;
  const Slot& it = slots_[slot - kFirstRow];
  return it.mounted ? it.row : kNoJob;
}

std::uint32_t Renderer::slot_of(std::uint32_t row) const {
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].mounted && slots_[i].row == row) return kFirstRow + i;
  }
  return 0;
}

}  // namespace jobtree::engine
