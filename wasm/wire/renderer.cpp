#include "wire/renderer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/hash.h"
#include "base/min_max.h"
#include "i18n/estimate_words.h"
#include "output/job_text.h"
#include "poll/watch_state.h"

namespace jobtree::engine {
namespace {

using abi::Attribute;
using abi::Field;

using abi::kFirstRow;
constexpr std::uint32_t kOverscan = 1;         // rows kept ready above and below the screen
constexpr std::uint32_t kMostRows = 1000;      // on a screen: no display shows more
constexpr std::uint32_t kScale = 10000;        // of bars and shares
constexpr std::uint32_t kBefore = 0xFFFFFFFF;  // -1 as an index

/// Nothing that is ever sent has this fingerprint or value.
constexpr std::uint64_t kNeverSent = std::numeric_limits<std::uint64_t>::max();

std::uint32_t share(std::uint32_t part, std::uint32_t whole) {
  if (whole == 0) return 0;
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(part) * kScale / whole);
}

using Put = void (*)(String&, const Subject&);

/// Puts a text so that its direction is its own: what stands beside it is not reordered by a name
/// in Hebrew.
void put_isolated(String& out, Put put, const Subject& subject) {
  out += "\u2068";
  put(out, subject);
  out += "\u2069";
}

/// What the likely root failure says; nothing when it is the job itself, which says so already.
void put_cause(String& out, const Subject& root) {
  if (root.tree.root_failure == kNoJob || root.tree.root_failure == 0) return;
  const Subject cause{
      .tree = root.tree, .number = root.tree.root_failure, .language = root.language};
  put_isolated(out, put_name, cause);
  out += "  ";
  put_isolated(out, put_error, cause);
}

/// The texts of a slot that follow from its job alone.
struct Words {
  Field field;
  Put put;
};
constexpr Words kRowWords[] = {
    {Field::name, put_name},           {Field::id, put_id},       {Field::status, put_status},
    {Field::duration, put_time_taken}, {Field::error, put_error}, {Field::facts, put_facts_line},
    {Field::label, put_label},
};
// The summary says of the whole job, and the detail of the selected one, everything.
constexpr Words kFullWords[] = {
    {Field::name, put_name},
    {Field::id, put_id},
    {Field::type, put_type},
    {Field::status, put_status},
    {Field::status_sent, put_status_sent},
    {Field::duration, put_time_taken},
    {Field::progress, put_progress},
    {Field::error, put_error},
    {Field::error_code, put_error_code},
    {Field::error_text, put_error_text},
    {Field::facts, put_facts_list},
};

}  // namespace

void Renderer::Shown::forget() {
  values.fill(kNeverSent);
}

/// Writes the fields of one slot, leaving out what the host shows already.
class Renderer::Writer {
 public:
  Writer(std::uint32_t slot, Shown& shown, CommandBuffer& frame)
      : slot_(slot), shown_(shown), frame_(frame) {}

  /// Where a text begins that is put behind the frame's string; words() says whose it is.
  String& string() { return frame_.string(); }
  void words(Field field, std::size_t begin) {
    const std::string_view text(string().data() + begin, string().size() - begin);
    // Never kNeverSent, nor a time's.
    if (is_news(index(field), hash(text) >> 1U)) return frame_.text(slot_, field, begin);
    string().cut(begin);
  }
  void text(Field field, std::string_view text) {
    const std::size_t begin = string().size();
    string() += text;
    words(field, begin);
  }
  void text(Field field, Put put, const Subject& subject) {
    const std::size_t begin = string().size();
    put(string(), subject);
    words(field, begin);
  }
  void texts(const Words* begin, const Words* end, const Subject& subject) {
    for (; begin != end; ++begin)
      text(begin->field, begin->put, subject);
  }
  /// A time, or the text that stands for it when it is none we can read.
  void time(Field field, Instant instant, std::string_view as_sent) {
    if (instant == kNoInstant) return text(field, as_sent);
    real(field, static_cast<double>(instant));
  }
  void real(Field field, double value) {
    if (is_news(index(field), (bits_of(value) >> 1U) | (1ULL << 63U))) {
      frame_.time(slot_, field, value);
    }
  }
  void number(Attribute attribute, std::uint32_t value) {
    const std::size_t place = kFieldCount + static_cast<std::size_t>(attribute);
    if (is_news(place, value)) frame_.number(slot_, attribute, value);
  }

  /// Everything of a job, or what changes with the clock.
  void describe(const Subject& subject, Due due) {
    const Job& job = subject.job();
    real(Field::elapsed, elapsed(subject));
    if (due == Due::clock) return text(Field::duration, put_time_taken, subject);
    texts(std::begin(kFullWords), std::end(kFullWords), subject);
    time(Field::begin, job.begin, subject.tree.view(job.begin_text));
    time(Field::end, job.end, subject.tree.view(job.end_text));
    number(Attribute::status, static_cast<std::uint32_t>(job.status));
    number(Attribute::has_ended, is_settled(job.status) ? 1 : 0);
  }

 private:
  static std::size_t index(Field field) { return static_cast<std::size_t>(field); }
  bool is_news(std::size_t place, std::uint64_t value) {
    return std::exchange(shown_.values[place], value) != value;
  }

  std::uint32_t slot_;
  Shown& shown_;
  CommandBuffer& frame_;
};

bool Renderer::draw(const RenderInput& picture, CommandBuffer& frame) {
  if (version_ == 0) {
    summary_.forget();
    detail_.forget();
  }
  const Due due = version_ != picture.version ? Due::all
                  : now_ != picture.now       ? Due::clock
                                              : Due::nothing;
  const auto rows =
      lesser(static_cast<std::uint32_t>(picture.view.rows().size()), picture.laid_out);
  if (height_ != rows) {
    height_ = rows;
    frame.height(rows);
  }
  if (due == Due::all || viewport_ != picture.viewport) place_rows(picture, frame);
  version_ = picture.version;
  viewport_ = picture.viewport;
  now_ = picture.now;

  const JobTree& tree = picture.tree;
  bool ticking = draw_watch(picture, due, frame);
  const auto look_at = [&](std::uint32_t job) {
    ticking = ticking || (picture.is_going_on && is_ticking(tree.jobs[job]));
  };
  if (!tree.empty()) {
    draw_summary(picture, due, frame);
    look_at(0);
  }
  draw_detail(picture, due, frame);
  if (const std::uint32_t selected = picture.view.selected(); selected != kNoJob) look_at(selected);
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    if (slot.key == 0) continue;
    draw_row(picture, i, std::exchange(slot.is_new, false) ? Due::all : due, frame);
    look_at(picture.view.rows()[slot.row]);
  }
  return ticking;
}

/// Decides which rows are mounted: those on screen, a few more, and the active one wherever it is,
/// since the keyboard's focus must not fall off the page with it. A job keeps its slot, and so its
/// DOM node, for as long as it is mounted.
void Renderer::place_rows(const RenderInput& picture, CommandBuffer& frame) {
  const auto& rows = picture.view.rows();
  const Viewport& viewport = picture.viewport;
  const auto total = static_cast<std::uint32_t>(rows.size());
  const auto on_screen = static_cast<std::uint32_t>(
      lesser(std::ceil(viewport.height / viewport.row_height) + 1, double{kMostRows}));
  // The host may not know yet that there are fewer rows now.
  const double lowest = greater(total * viewport.row_height - viewport.height, 0.0);
  const auto first = static_cast<std::uint32_t>(lesser(viewport.top, lowest) / viewport.row_height);
  const std::uint32_t from = greater(first - lesser(first, kOverscan), picture.first_row);
  const std::uint32_t end = picture.first_row + lesser(total - picture.first_row, picture.laid_out);
  const std::uint32_t to = viewport.height > 0 ? lesser(first + on_screen + kOverscan, end) : 0;

  const std::uint32_t active = picture.view.active_row();
  const std::uint32_t in_sight = to - lesser(from, to);
  const bool is_pinned = to > 0 && active < total && (active < from || active >= to);
  const std::uint32_t count = in_sight + (is_pinned ? 1 : 0);
  const auto row_at = [&](std::uint32_t i) { return i < in_sight ? from + i : active; };
  const auto key_at = [&](std::uint32_t i) { return picture.tree.jobs[rows[row_at(i)]].key; };

  for (Slot& slot : slots_)
    slot.row = kNoJob;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t key = key_at(i);
    for (Slot& slot : slots_) {
      if (slot.key != key || slot.row != kNoJob) continue;
      slot.row = row_at(i);
      break;
    }
  }
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].key == 0 || slots_[i].row != kNoJob) continue;
    slots_[i].key = 0;
    frame.unmount(kFirstRow + i);
  }
  std::uint32_t next = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (slot_of(row_at(i)) != 0) continue;
    while (next < slots_.size() && slots_[next].key != 0)
      ++next;
    if (next == slots_.size()) slots_.emplace_back();
    Slot& slot = slots_[next];
    slot.key = key_at(i);
    slot.row = row_at(i);
    slot.is_new = true;
    slot.shown.forget();
    frame.mount(kFirstRow + next);
  }
}

void Renderer::draw_row(const RenderInput& picture, std::uint32_t slot, Due due,
                        CommandBuffer& frame) {
  if (due == Due::nothing) return;
  const std::uint32_t row = slots_[slot].row;
  const std::uint32_t number = picture.view.rows()[row];
  const bool is_on_the_way = !picture.view.is_match(number);
  const Subject subject = picture.subject(number, is_on_the_way);
  const Job& job = subject.job();
  Writer out(kFirstRow + slot, slots_[slot].shown, frame);

  if (due == Due::clock) {
    if (is_ticking(job)) out.text(Field::duration, put_time_taken, subject);
    return draw_bar(picture, job, out);
  }
  out.texts(std::begin(kRowWords), std::end(kRowWords), subject);
  out.time(Field::begin, job.begin, picture.tree.view(job.begin_text));
  // The active one may be outside of what is laid out.
  const std::uint32_t place = lesser(row - picture.first_row, picture.laid_out);
  out.number(Attribute::index, row < picture.first_row ? kBefore : place);
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
  out.number(Attribute::cause, number == picture.tree.root_failure ? 1 : 0);
  out.number(Attribute::on_the_way, is_on_the_way ? 1 : 0);
  out.number(Attribute::critical, picture.critical.empty() ? 0 : picture.critical[number]);
  draw_bar(picture, job, out);
}

void Renderer::draw_bar(const RenderInput& picture, const Job& job, Writer& out) {
  const TimeAxis& axis = picture.axis;
  std::uint32_t bar_begin = TimeAxis::kScale;
  std::uint32_t bar_end = 0;
  if (job.begin != kNoInstant && job.status != Status::waiting && !axis.empty()) {
    const auto now = static_cast<Instant>(picture.now);
    const Instant end = is_ticking(job) ? now : job.end != kNoInstant ? job.end : job.begin;
    const bool is_seen = axis.shows({job.begin, greater(end, job.begin)});
    bar_begin = is_seen ? axis.place(job.begin) : TimeAxis::kOutside;
    bar_end = greater(bar_begin, axis.place(end));
  }
  out.number(Attribute::bar_begin, bar_begin);
  out.number(Attribute::bar_end, bar_end);
}

bool Renderer::draw_watch(const RenderInput& picture, Due due, CommandBuffer& frame) {
  WatchFacts facts = picture.watch;
  facts.code = {};
  if (due != Due::all && facts == watch_ && watch_code_ == picture.watch.code) {
    return watch_ticks_;
  }
  watch_ = facts;
  watch_code_ = picture.watch.code;
  Writer out(static_cast<std::uint32_t>(abi::Slot::summary), summary_, frame);
  const Language language = picture.language;
  const abi::State state = picture.watch.state;
  out.number(Attribute::state, static_cast<std::uint32_t>(state));
  out.number(Attribute::is_lost, is_lost(state) ? 1 : 0);
  const abi::Severity severity = picture.watch.http_status != kStored ? severity_of(state)
                                 : is_lost(state)                     ? abi::Severity::warning
                                                                      : abi::Severity::info;
  out.number(Attribute::severity, static_cast<std::uint32_t>(severity));
  const std::size_t begin = out.string().size();
  watch_ticks_ = put_watch_message(out.string(), picture.watch, language);
  out.words(Field::message, begin);
  out.text(Field::hint, watch_hint(picture.watch, language));
  return watch_ticks_;
}

void Renderer::draw_summary(const RenderInput& picture, Due due, CommandBuffer& frame) {
  if (due == Due::nothing) return;
  Writer out(static_cast<std::uint32_t>(abi::Slot::summary), summary_, frame);
  const Subject subject = picture.subject(0);
  const Language language = picture.language;
  const JobTree& tree = picture.tree;
  const Job& root = tree.root();
  out.describe(subject, due);
  const std::size_t marks = out.string().size();
  picture.axis.put_marks(out.string(), language);
  out.words(Field::marks, marks);
  const std::size_t estimate = out.string().size();
  put_estimate(out.string(), picture.estimate, language);
  out.words(Field::estimate, estimate);
  out.number(Attribute::estimate, static_cast<std::uint32_t>(picture.estimate.kind));
  if (due == Due::clock) return;
  out.number(Attribute::zoomed, picture.axis.is_zoomed() ? 1 : 0);
  const std::uint32_t all = total(root.leaves);
  for (std::size_t s = 0; s < kStatusCount; ++s) {
    const auto chip = static_cast<Field>(static_cast<std::size_t>(Field::chip_waiting) + s);
    const std::size_t begin = out.string().size();
    if (root.child_count != 0 && root.leaves[s] != 0) {
      put_counted(out.string(), root.leaves[s], static_cast<Status>(s), language);
    }
    out.words(chip, begin);
    const auto count_waiting = static_cast<std::size_t>(Attribute::count_waiting);
    out.number(static_cast<Attribute>(count_waiting + s), root.leaves[s]);
  }

  const TreeView& view = picture.view;
  out.text(Field::search, view.filter().text());
  out.number(Attribute::statuses, view.filter().statuses());
  const std::size_t begin = out.string().size();
  if (view.is_filtered()) {
    put_matches(out.string(), view.match_count(), view.match_total(), language);
  }
  out.words(Field::matches, begin);
  out.number(Attribute::sort, static_cast<std::uint32_t>(view.sort()));
  out.number(Attribute::levels, tree.jobs.back().depth + 1);  // the deepest come last
  out.text(Field::cause, put_cause, subject);
  const std::size_t failures = out.string().size();
  put_failures(out.string(), tree, picture.errors, language);
  out.words(Field::failures, failures);

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

void Renderer::draw_detail(const RenderInput& picture, Due due, CommandBuffer& frame) {
  if (due == Due::nothing) return;
  Writer out(static_cast<std::uint32_t>(abi::Slot::detail), detail_, frame);
  const std::uint32_t number = picture.view.selected();
  if (number == kNoJob) {
    return out.number(Attribute::selected, 0);
  }
  out.describe(picture.subject(number), due);
  if (due == Due::clock) return;
  const JobTree& tree = picture.tree;
  out.number(Attribute::cause, number == tree.root_failure ? 1 : 0);
  out.number(Attribute::source_begin, tree.jobs[number].source.offset);
  out.number(Attribute::source_size, tree.jobs[number].source.size);
  out.number(Attribute::selected, 1);
}

std::uint32_t Renderer::row_in(std::uint32_t slot) const {
  if (slot < kFirstRow || slot - kFirstRow >= slots_.size()) return kNoJob;
  return slots_[slot - kFirstRow].row;
}

std::uint32_t Renderer::slot_of(std::uint32_t row) const {
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].row == row) return kFirstRow + i;
  }
  return 0;
}

}  // namespace jobtree::engine
