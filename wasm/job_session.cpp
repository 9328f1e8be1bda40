#include "job_session.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/hash.h"
#include "base/min_max.h"
#include "base/text.h"
#include "poll/http_outcome.h"
#include "poll/watch_state.h"
#include "view/scroll_anchor.h"

namespace jobtree::engine {

using abi::State;

namespace {

/// A code of a problem document is ours or the cloud's, but it came over a network.
bool is_safe(std::string_view code) {
  constexpr std::size_t kLongest = 64;
  return code.size() <= kLongest && std::all_of(code.begin(), code.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  c == '.' || c == '_' || c == '-';
         });
}

}  // namespace

void JobSession::set_language(std::string_view bcp47_tag) {
  touch();
  language_ = language_of(bcp47_tag);
  keyboard_.set_language(language_);
  // Statuses are found by their words.
  const String text(view_.filter().text());
  if (!text.empty()) view_.set_search(text, language_);
}

void JobSession::set_search(std::string_view text, double now) {
  touch();
  view_.set_search(text, language_);
  filtered(now);
}

/// Somebody who types hears of the matches when he pauses.
void JobSession::filtered(double now) {
  constexpr double kPause = 700;
  look_at_ = true;
  say_matches_at_ = now + kPause;
}

void JobSession::set(abi::Option option, std::uint32_t value, double now) {
  touch();
  switch (option) {
    case abi::Option::lang:
    case abi::Option::search:
      return;  // texts: set_language(), set_search()
    case abi::Option::expand:
      return view_.set_policy(value);
    case abi::Option::statuses:
      view_.set_statuses(value);
      return filtered(now);
    case abi::Option::sort:
      if (value > static_cast<std::uint32_t>(abi::Sort::longest_first)) return;
      view_.set_sort(static_cast<abi::Sort>(value), now);
      viewport_.top = 0;  // what was wanted first is there
      moved_ = true;
      return;
    case abi::Option::paused:
      return schedule_.set_paused(value != 0, now);
    case abi::Option::hidden:
      return schedule_.set_hidden(value != 0, now);
    case abi::Option::offline:
      return schedule_.set_offline(value != 0, now);
    case abi::Option::rtl:
      return keyboard_.set_rtl(value != 0);
    case abi::Option::document:
      is_document_ = value != 0;
      return;
    case abi::Option::board:
      is_board_ = value != 0;
      return;
    case abi::Option::past_runs:
      past_.count = value;
      return;
    case abi::Option::past_p50:
      past_.p50 = value;
      return;
    case abi::Option::past_p90:
      past_.p90 = value;
      return;
    case abi::Option::past_p95:
      past_.p95 = value;
      return;
    case abi::Option::zoom:
      return zoom(value);
  }
}

void JobSession::zoom(std::uint32_t value) {
  if (value == 1 && !view_.rows().empty()) {
    look_at_ = true;  // where rows are in sight that ran at other times, the timeline is bare
    return axis_.zoom(tree().span(view_.rows()[view_.active_row()]));
  }
  axis_.zoom(value <= 1 ? Span{} : Span{axis_.at(value >> 16U), axis_.at(value & 0xFFFFU)});
}

void JobSession::answer(std::int32_t http_status, String&& body, std::string_view etag,
                        double retry_after, double age, double now) {
  http_status_ = http_status;
  const PollOutcome reply = read_answer(http_status, std::move(body), etag, now);
  changed_ = changed_ || reply == PollOutcome::changed;
  // A document was handed over whole: there is nobody to ask for more.
  const bool has_ended = !is_board_ && !tree().empty() && is_settled(tree().root().status);
  const bool settled = is_document_ || has_ended;
  schedule_.answered(reply, settled, retry_after, age, now);
  if (http_status == kStored && reply <= PollOutcome::unchanged) schedule_.forgotten();
}

PollOutcome JobSession::read_answer(std::int32_t http_status, String&& body, std::string_view etag,
                                    double now) {
  code_.clear();
  if (http_status == 200 || http_status == kStored) return take_job(std::move(body), etag, now);
  if (http_status == 304 && !tree().empty()) return PollOutcome::unchanged;
  if (http_status == 0) return PollOutcome::unreachable;
  if (http_status < 0) {
    code_ = "too large";
    return PollOutcome::not_a_job;
  }

  code_ = code_of_problem(std::move(body));
  if (!is_safe(code_)) code_.clear();
  return http_outcome(http_status, code_);
}

/// An answer that is no job leaves the tree as it is: the last good one stays on screen.
PollOutcome JobSession::take_job(String&& body, std::string_view etag, double now) {
  if (!etag.empty() && etag_ == etag) return PollOutcome::unchanged;
  // Without an ETag the bytes themselves tell whether anything is new.
  const std::uint64_t print = etag.empty() ? hash(body) : 0;
  if (print != 0 && print == body_print_) return PollOutcome::unchanged;

  std::unique_ptr<const ParsedJob> parsed(new ParsedJob(
      is_board_ ? parse_list(std::move(body), seed_) : parse_job(std::move(body), seed_)));
  if (parsed->error == ParsedJob::Error::not_json) code_ = "JSON";
  if (parsed->error == ParsedJob::Error::too_large) code_ = "too large";
  if (parsed->error != ParsedJob::Error::none) return PollOutcome::not_a_job;
  show(std::move(parsed), now);
  etag_ = etag;
  body_print_ = print;
  return PollOutcome::changed;
}

/// What is at the top of the screen stays there, whatever comes and goes above it; who looks at the
/// very top sees what comes.
void JobSession::show(std::unique_ptr<const ParsedJob> next, double now) {
  const ScrollAnchor anchor(view_,
                            static_cast<std::uint32_t>(viewport_.top / viewport_.row_height));
  touch();
  if (!changed_) changes_.clear();
  changes_.add(tree(), next->tree);
  pace_.saw(next->tree, static_cast<Instant>(now));
  view_.show(next->tree, now);
  if (viewport_.top > 0) {
    const double rows = anchor.moved(tree(), view_, next->tree);
    viewport_.top = greater(viewport_.top + rows * viewport_.row_height, 0.0);
    moved_ = moved_ || rows != 0;
  }
  parsed_ = std::move(next);
  errors_ = error_groups(tree(), ErrorsBy::code);
  critical_ = critical_path(tree());
  axis_.show(tree());
  if (!wanted_.empty()) reveal(std::exchange(wanted_, {}));
}

bool JobSession::reveal(std::string_view id) {
  constexpr std::size_t kLongest = 1000;
  const auto& jobs = tree().jobs;
  if (jobs.empty()) {
    wanted_ = std::string_view(id.data(), lesser(id.size(), kLongest));
    return true;
  }
  for (std::uint32_t i = 0; i < jobs.size(); ++i) {
    if (!is_same(tree().view(jobs[i].id), id)) continue;
    touch();
    view_.reveal_and_select(i);
    look_at_ = true;
    return true;
  }
  return false;
}

/// Until when running jobs are known to have run: what is not known any more does not go on.
double JobSession::job_time(double now) const {
  const double confirmed = schedule_.confirmed();
  return confirmed == 0 || is_going_on(schedule_.state()) ? now : lesser(now, confirmed);
}

/// Of what stands still, or has ended, nothing is to come.
Estimate JobSession::estimate(double now) const {
  if (tree().empty() || !is_going_on(schedule_.state())) return {};
  return estimate_of(tree(), past_, pace_, static_cast<Instant>(now));
}

double JobSession::confirmed() const {
  const double time = schedule_.confirmed();
  return time == 0 || is_document_ ? std::numeric_limits<double>::quiet_NaN() : time;
}

void JobSession::set_viewport(const Viewport& viewport) {
  const auto within = [](double value, double low, double high) {
    return value >= low ? lesser(value, high) : low;  // NaN is low
  };
  viewport_ = {0, within(viewport.height, 0, 1e5), within(viewport.row_height, 8, 1e3)};
  viewport_.top = scroll_map_.take(within(viewport.top, 0, 1e9), sizes());
}

void JobSession::click(std::uint32_t slot, abi::Part part) {
  const std::uint32_t row = renderer_.row_in(slot);
  if (row == kNoJob) return;
  touch();
  switch (part) {
    case abi::Part::row:
      return view_.select(row);
    case abi::Part::toggle:
      return view_.toggle(row);
    case abi::Part::focus:
      return view_.activate(row);
  }
}

bool JobSession::press(abi::Key key, std::uint32_t character, double now) {
  const double rows = std::floor(viewport_.height / viewport_.row_height);
  const auto page = static_cast<std::uint32_t>(bounded(rows - 1, 1.0, 1000.0));
  touch();
  const bool used = keyboard_.press(view_, key, character, page, now);
  key_pressed_ = key_pressed_ || used;
  return used;
}

/// Moves the viewport so far that the active row is wholly in it; true when it had to.
bool JobSession::scroll_to_active() {
  const double top = view_.active_row() * viewport_.row_height;
  const double lowest = top + viewport_.row_height - viewport_.height;
  const double wanted = greater(lesser(viewport_.top, top), lowest);
  if (wanted == viewport_.top) return false;
  viewport_.top = wanted;
  return true;
}

void JobSession::put_query(double now) {
  if (schedule_.overdue(now)) {
    answer(0, {}, {}, -1, 0, now);
    frame_.cancel(true);
  }
  if (schedule_.due(now, !etag_.empty())) {
    frame_.query(etag_, schedule_.hold());
  } else if (schedule_.dropped()) {
    frame_.cancel(false);
  }
}

const Array<std::uint32_t>& JobSession::frame(double now) {
  frame_.begin();
  if (!is_document_) put_query(now);

  if ((key_pressed_ || look_at_) && viewport_.height > 0) {
    moved_ = scroll_to_active() || moved_;
    look_at_ = false;
  }
  const double top = scroll_map_.top();
  scroll_map_.bring(viewport_.top, sizes());
  if (std::exchange(first_row_, scroll_map_.first()) != scroll_map_.first()) touch();
  const double next = schedule_.next();
  const State state = schedule_.state();
  const bool waits = state == State::stale || state == State::unreachable ||
                     state == State::throttled || state == State::not_understood ||
                     state == State::waiting;
  const double whole_seconds = std::floor(job_time(now) / 1000) * 1000;
  axis_.set_now(tree(), static_cast<Instant>(whole_seconds));
  const RenderInput picture{
      .tree = tree(),
      .view = view_,
      .errors = errors_,
      .critical = critical_,
      .axis = axis_,
      .version = version_,
      .viewport = viewport_,
      .first_row = scroll_map_.first(),
      .laid_out = ScrollMap::count(sizes()),
      .is_going_on = is_going_on(state),
      .now = whole_seconds,
      .language = language_,
      .estimate = estimate(now),
      .watch = {
          .state = state,
          .code = code_,
          .http_status = http_status_,
          .age = std::ceil(schedule_.age(now)),
          .next = waits && std::isfinite(next) ? std::ceil(greater(0.0, (next - now) / 1000)) : -1,
          .has_tree = !tree().empty()}};
  const bool ticking = renderer_.draw(picture, frame_);

  // After the rows: the host scrolls to a height it already has, and focuses a row that is there.
  if (std::exchange(moved_, false) || top != scroll_map_.top()) frame_.scroll(scroll_map_.top());
  if (key_pressed_ && !tree().empty()) {
    if (const std::uint32_t slot = renderer_.slot_of(view_.active_row()); slot != 0) {
      frame_.focus(slot);
    }
  }
  key_pressed_ = false;
  announce(now);
  add_events();

  double wake = is_document_ ? std::numeric_limits<double>::infinity() : schedule_.wake();
  if (ticking) wake = lesser(wake, (std::floor(now / 1000) + 1) * 1000);
  frame_.wake(lesser(wake, say_matches_at_));
  return frame_.end();
}

/// For those who listen instead of looking: how far the whole job is, not every row, and not more
/// often than one can listen.
void JobSession::announce(double now) {
  constexpr double kPause = 10'000;
  // Without a tree nothing is said of matches; and what stays due would wake the host without end.
  if (tree().empty()) {
    say_matches_at_ = std::numeric_limits<double>::infinity();
    return;
  }
  const bool may_say_more = now >= say_more_at_ || now >= say_matches_at_;
  if (std::exchange(looked_at_, version_) == version_ && !may_say_more) return;
  if (now >= say_matches_at_) {
    say_matches_at_ = std::numeric_limits<double>::infinity();
    if (!view_.is_filtered()) return;
    const std::size_t begin = frame_.string().size();
    put_matches(frame_.string(), view_.match_count(), view_.match_total(), language_);
    return frame_.announce(begin);
  }
  const Job& root = tree().root();
  String text(status_word(root.status, language_));
  if (root.child_count != 0) {
    text += comma(language_);
    put_done(text, settled(root.leaves), total(root.leaves), language_);
    if (const std::uint32_t failed = count(root.leaves, Status::failed); failed != 0) {
      text += comma(language_);
      put_counted(text, failed, Status::failed, language_);
    }
  }
  say_more_at_ = std::numeric_limits<double>::infinity();
  if (is_same(announced_, text)) return;
  if (!is_settled(root.status) && announced_at_ != 0 && now - announced_at_ < kPause) {
    say_more_at_ = announced_at_ + kPause;
    return;
  }
  announced_at_ = now;
  const std::size_t begin = frame_.string().size();
  frame_.string() += text;
  frame_.announce(begin);
  announced_ = std::move(text);
}

void JobSession::add_events() {
  if (std::exchange(changed_, false)) frame_.event(abi::Event::change);
  const State state = schedule_.state();
  if (const State before = std::exchange(told_state_, state); before != state) {
    if (state == State::settled) frame_.event(abi::Event::settled);
    if (is_failure(state)) frame_.event(abi::Event::error);
  }
  const std::uint32_t selected = view_.selected();
  const std::uint64_t key = selected == kNoJob ? 0 : tree().jobs[selected].key;
  if (std::exchange(told_selection_, key) != key) frame_.event(abi::Event::select);
}

}  // namespace jobtree::engine
