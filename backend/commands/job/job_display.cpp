#include "commands/job/job_display.h"

#include <algorithm>
#include <utility>

#include "commands/job/job_changes.h"
#include "commands/job/job_durations.h"
#include "commands/job/job_lines.h"
#include "commands/job/job_reasons.h"
#include "commands/job/job_text.h"
#include "commands/job/terminal_text.h"
#include "poll/watch_state.h"

namespace jobtree::commands {
namespace {

using engine::Status;
using engine::WatchFacts;

// What a terminal is told; one that does not know a mode passes over it.
constexpr std::string_view kBeginTogether = "\x1b[?2026h";  // shown when complete, not in parts
constexpr std::string_view kEndTogether = "\x1b[?2026l";
constexpr std::string_view kHideCursor = "\x1b[?25l";
constexpr std::string_view kShowCursor = "\x1b[?25h";
constexpr std::string_view kClearLine = "\x1b[K";
constexpr std::string_view kClearBelow = "\x1b[J";
constexpr std::string_view kClearAll = "\x1b[H\x1b[2J";

/// Whether the ending shows the job as it was at the end of the watch.
bool shows_job(const Ending& ending) {
  return ending.last && (ending.how == End::replied || ending.how == End::settled ||
                         ending.how == End::timed_out || ending.how == End::query_failed);
}

/// What all share: failures and notices go to standard error, a line each.
class Printing : public Display {
 public:
  explicit Printing(Outlet outlet) : outlet_(std::move(outlet)) {}

  void changed(const Snapshot* before, const Snapshot& now, double wall) override {
    pace_.saw(now.tree, static_cast<engine::Instant>(wall));
    if (before == nullptr && outlet_.past_runs) past_ = outlet_.past_runs(now.tree);
  }
  void failed(const cloud::JobReply& answer, const WatchFacts& facts, const Snapshot*,
              double) override {
    note(failed_poll(answer, facts, outlet_.language));
  }
  void note(const Bilingual& sentence) override {
    outlet_.err(program_name() + " job: " + safe_text(in(sentence, outlet_.language)) + "\n");
  }

 protected:
  /// `is_live`: it is known how the job stands now.
  Picture picture_of(const Snapshot& snapshot, double now, bool is_live) const {
    Picture picture{.tree = snapshot.tree, .now = now, .language = outlet_.language};
    if (is_live) {
      picture.estimate =
          engine::estimate_of(snapshot.tree, past_, pace_, static_cast<engine::Instant>(now));
    }
    return picture;
  }
  Picture picture_of(const Ending& ending, double now) const {
    return picture_of(*ending.last, now, ending.how != End::query_failed);
  }
  /// The job as it stays, and why it failed.
  void out_picture(const Picture& picture, const Frame& frame) const {
    std::vector<std::string> lines = tree_lines(picture, frame);
    for (std::string& line : reason_lines(picture, frame.colour))
      lines.push_back(std::move(line));
    for (std::string& line : duration_lines(picture, frame.colour))
      lines.push_back(std::move(line));
    out_lines(lines);
  }
  void out_line(const std::string& line) const { outlet_.out(line + "\n"); }
  void out_lines(const std::vector<std::string>& lines) const {
    std::string text;
    for (const std::string& line : lines)
      text.append(line).append("\n");
    outlet_.out(text);
  }

  Outlet outlet_;

 private:
  engine::PastRuns past_;
  engine::Pace pace_;
};

class TreeDisplay final : public Printing {
 public:
  using Printing::Printing;

  void ended(const Ending& ending, double now) override {
    if (!shows_job(ending)) return;
    Frame frame{.colour = outlet_.colour, .whole_errors = true};
    if (outlet_.window) frame.width = outlet_.window().width;
    out_picture(picture_of(ending, now), frame);
  }
};

class LiveDisplay final : public Printing {
 public:
  using Printing::Printing;
  ~LiveDisplay() override { leave(); }
  LiveDisplay(const LiveDisplay&) = delete;
  LiveDisplay& operator=(const LiveDisplay&) = delete;

  bool ticks() const override { return true; }

  /// The status line tells.
  void failed(const cloud::JobReply&, const WatchFacts&, const Snapshot*, double) override {}

  void note(const Bilingual& sentence) override {
    outlet_.out(screen_.clear());
    Printing::note(sentence);
  }

  void refresh(const Snapshot* last, const WatchFacts& facts, double now) override {
    const WindowSize window = outlet_.window();
    // A full line would leave the cursor behind its last cell, and clearing would take that cell.
    const std::size_t width = std::max<std::size_t>(window.width, 2) - 1;
    std::vector<std::string> lines;
    if (last != nullptr) {
      const Frame frame{.width = width,
                        .height = std::max<std::size_t>(window.height, 4) - 2,
                        .colour = outlet_.colour};
      lines = tree_lines(picture_of(*last, now, engine::is_going_on(facts.state)), frame);
    }
    lines.push_back(Line()
                        .add(watch_sentence(facts, outlet_.language),
                             facts.code.empty() && facts.http_status == 0 && facts.next < 0
                                 ? Ink::faint
                                 : Ink::yellow)
                        .str(outlet_.colour, width));
    outlet_.out(screen_.paint(std::move(lines), window));
  }

  void leave() override { outlet_.out(screen_.leave()); }

  /// The last picture stays, without the status line, and with reasons in full: nothing will be
  /// drawn over it any more, so it may take more lines than the window has.
  void ended(const Ending& ending, double now) override {
    if (shows_job(ending)) {
      outlet_.out(screen_.clear());
      const WindowSize window = outlet_.window();
      const Frame frame{.width = window.width,
                        .height = std::max<std::size_t>(window.height, 3) - 1,
                        .colour = outlet_.colour,
                        .whole_errors = true};
      out_picture(picture_of(ending, now), frame);
    } else if (ending.how != End::interrupted) {
      outlet_.out(screen_.clear());
    }
    leave();
  }

 private:
  Screen screen_;
};

class LineDisplay final : public Printing {
 public:
  using Printing::Printing;

  void changed(const Snapshot* before, const Snapshot& now, double wall) override {
    Printing::changed(before, now, wall);
    const auto changes = changes_between(before == nullptr ? nullptr : &before->tree, now.tree);
    for (const Change& change : changes) {
      if (!is_worth_a_line(change, now, before == nullptr)) continue;
      out_line(change_line(change, now.tree, wall, outlet_.language));
    }
  }

  void ended(const Ending& ending, double now) override {
    if (!shows_job(ending)) return;
    const std::string time = iso_time(now).substr(0, 19) + "Z  ";
    for (const Reason& reason : reasons_of(ending.last->tree)) {
      out_line(time + reason_sentence(reason, outlet_.language));
    }
    // The last line sums up, for those who read no other.
    out_line(time + summary_line(picture_of(ending, now)));
  }

 private:
  /// At first, of all that is there, the whole job and what has gone wrong; later all but that
  /// something new waits its turn.
  static bool is_worth_a_line(const Change& change, const Snapshot& now, bool is_first) {
    const Status status = now.tree.jobs[change.job].status;
    if (change.from || change.job == 0) return true;
    if (is_first) return status == Status::failed || status == Status::cancelled;
    return status != Status::waiting;
  }
};

class EventDisplay final : public Printing {
 public:
  EventDisplay(Outlet outlet, std::string job_id)
      : Printing(std::move(outlet)), job_id_(std::move(job_id)) {}

  void changed(const Snapshot* before, const Snapshot& now, double wall) override {
    for (const Change& change :
         changes_between(before == nullptr ? nullptr : &before->tree, now.tree)) {
      out_line(change_event(change, now.tree, wall, outlet_.language));
    }
  }

  void failed(const cloud::JobReply& answer, const WatchFacts&, const Snapshot* last,
              double wall) override {
    out_line(watch_event(event("error", &answer, last), wall, outlet_.language));
  }

  void ended(const Ending& ending, double now) override {
    const cloud::JobReply* failure = ending.failure ? &*ending.failure : nullptr;
    if (ending.how == End::query_failed || ending.how == End::bad_address) {
      out_line(watch_event(event("error", failure, ending.last.get()), now, outlet_.language));
    } else if (ending.how == End::timed_out) {
      out_line(watch_event(event("timeout", failure, ending.last.get()), now, outlet_.language));
    }
  }

 private:
  WatchEvent event(std::string_view name, const cloud::JobReply* answer,
                   const Snapshot* last) const {
    WatchEvent event{.name = name, .job_id = job_id_};
    if (last != nullptr) event.tree = &last->tree;
    if (answer != nullptr) {
      event.http_status = answer->http_status;
      event.request_id = answer->request_id;
      event.error_code = answer->error_code;
      event.inner_error_code = answer->inner_error_code;
      event.error_text = answer->log_detail.empty() ? answer->detail.en : answer->log_detail;
    }
    return event;
  }

  const std::string job_id_;
};

class JsonDisplay final : public Printing {
 public:
  using Printing::Printing;

  void ended(const Ending& ending, double) override {
    if (!shows_job(ending)) return;
    const std::string& body = ending.last->body;
    if (!outlet_.window) {
      outlet_.out(body);
      return;
    }
    std::string text;
    for (std::size_t at = 0; at <= body.size();) {
      const std::size_t end = std::min(body.find('\n', at), body.size());
      text += safe_text(std::string_view(body).substr(at, end - at), std::string::npos) + "\n";
      at = end + 1;
    }
    outlet_.out(text);
  }
};

class MarkdownDisplay final : public Printing {
 public:
  MarkdownDisplay(Outlet outlet, TicketPlace place)
      : Printing(std::move(outlet)), place_(std::move(place)) {}

  void ended(const Ending& ending, double now) override {
    if (!shows_job(ending)) return;
    outlet_.out(ticket_of(*ending.last, place_, now, outlet_.language));
  }

 private:
  const TicketPlace place_;
};

}  // namespace

std::unique_ptr<Display> tree_display(Outlet outlet) {
  return std::make_unique<TreeDisplay>(std::move(outlet));
}

std::unique_ptr<Display> live_display(Outlet outlet) {
  return std::make_unique<LiveDisplay>(std::move(outlet));
}

std::unique_ptr<Display> line_display(Outlet outlet) {
  return std::make_unique<LineDisplay>(std::move(outlet));
}

std::unique_ptr<Display> event_display(Outlet outlet, std::string job_id) {
  return std::make_unique<EventDisplay>(std::move(outlet), std::move(job_id));
}

std::unique_ptr<Display> json_display(Outlet outlet) {
  return std::make_unique<JsonDisplay>(std::move(outlet));
}

std::unique_ptr<Display> markdown_display(Outlet outlet, TicketPlace place) {
  return std::make_unique<MarkdownDisplay>(std::move(outlet), std::move(place));
}

std::string Screen::back_to_top() const {
  return painted_.empty() ? "" : "\r\x1b[" + std::to_string(painted_.size()) + "A";
}

std::string Screen::paint(std::vector<std::string> lines, WindowSize window) {
  const bool shrank = window.width < window_.width || window.height < window_.height;
  const bool resized = window.width != window_.width || window.height != window_.height;
  if (has_cursor_ && !resized && lines == painted_) return "";
  std::string out(kBeginTogether);
  if (!has_cursor_) out += kHideCursor;
  // Lines that no longer fit were wrapped or pushed away, each terminal in its own manner: where
  // the picture began is lost, and it begins anew at the top.
  out += has_cursor_ && shrank && !painted_.empty() ? std::string(kClearAll) : back_to_top();
  for (const std::string& line : lines)
    out.append(line).append(kClearLine).append("\n");
  out.append(kClearBelow).append(kEndTogether);
  painted_ = std::move(lines);
  window_ = window;
  has_cursor_ = true;
  return out;
}

std::string Screen::clear() {
  if (painted_.empty()) return "";
  std::string out = back_to_top().append(kClearBelow);
  painted_.clear();
  return out;
}

std::string Screen::leave() {
  painted_.clear();
  if (!std::exchange(has_cursor_, false)) return "";
  return std::string(kShowCursor);
}

}  // namespace jobtree::commands
