// The ways `backend job` shows a job: a tree, a tree that is redrawn, lines, events, JSON.
//
// Knows: what goes to standard output and what to standard error. Must not know: files, signals,
// clocks; bytes go to functions it is given, so a test reads them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "commands/cli/terminal.h"
#include "commands/job/job_ticket.h"
#include "commands/job/job_watch.h"
#include "i18n/messages.h"
#include "i18n/watch_words.h"
#include "model/estimate.h"

namespace jobtree::commands {

/// Where a display writes, and as what.
struct Outlet {
  std::function<void(std::string_view)> out;  ///< standard output
  std::function<void(std::string_view)> err;  ///< standard error
  /// Of the terminal, called anew for each drawing; empty when it is none.
  std::function<WindowSize()> window;
  /// How long such jobs took; may be empty.
  std::function<engine::PastRuns(const engine::JobTree&)> past_runs{};
  bool colour = false;
  engine::Language language = engine::Language::en;
};

/// The whole tree, once, at the end.
std::unique_ptr<Display> tree_display(Outlet outlet);

/// The tree, redrawn in place with each answer and each second; needs a window.
std::unique_ptr<Display> live_display(Outlet outlet);

/// How it stands at first, then a line a change, and a last line that sums up.
std::unique_ptr<Display> line_display(Outlet outlet);

/// JSON Lines: an object a change.
std::unique_ptr<Display> event_display(Outlet outlet, std::string job_id);

/// The cloud's last answer, byte for byte; to a terminal, made safe.
std::unique_ptr<Display> json_display(Outlet outlet);

/// The job at the end as Markdown for a ticket.
std::unique_ptr<Display> markdown_display(Outlet outlet, TicketPlace place);

/// A picture of several lines that is drawn over itself. What it returns is to be written to the
/// terminal in one piece.
class Screen {
 public:
  /// The lines, none wider than the window, in the place of those painted before; "" when they
  /// are the same.
  std::string paint(std::vector<std::string> lines, WindowSize window);
  /// Takes the picture away; the next one is painted from where it began.
  std::string clear();
  /// Leaves the picture where it is and gives the cursor back.
  std::string leave();

 private:
  std::string back_to_top() const;

  std::vector<std::string> painted_;
  WindowSize window_;
  bool has_cursor_ = false;
};

}  // namespace jobtree::commands
