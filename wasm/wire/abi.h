// The numbers that cross between the engine and its host: what each means, in one place.
//
// The engine never calls the host. The host calls an export (exports.cpp), then asks for a frame;
// the frame is a list of 32-bit words, commands of the kinds below, that bring the host's DOM from
// where it is to where it should be. web/host/abi.js is this file's twin, and a test compares the
// two.
#pragma once

#include <cstdint>

namespace jobtree::engine::abi {

/// Another whenever a number below changes its meaning or a frame its form: a host compares it with
/// the one it was written for before it reads anything (exports.h: version).
enum class Abi : std::uint32_t { version = 8 };

/// Commands of a frame. `start length` is a run of the frame's one string, counted in UTF-16 units
/// so that a host in JavaScript decodes once and slices. `f64` takes two words, low word first.
enum class Op : std::uint32_t {
  end = 0,       ///< end: no more commands
  mount = 1,     ///< mount slot: a row comes on screen; all its fields follow
  unmount = 2,   ///< unmount slot: the row is gone and its slot free
  text = 3,      ///< text slot field start length
  time = 4,      ///< time slot field f64: milliseconds since 1970 in UTC, NaN for none
  number = 5,    ///< number slot attribute value
  height = 6,    ///< height rows: how many rows are laid out: all, as far as browsers can
  focus = 7,     ///< focus slot: the row takes the keyboard's focus
  scroll = 8,    ///< scroll f64: the new scroll offset, in pixels
  announce = 9,  ///< announce start length: for a polite live region
  query = 10,  ///< query start length hold: query the job now, in the place of any query under way;
               ///< the text is the ETag to send, may be empty; `hold`: for how many seconds the
               ///< backend may hold the response (Prefer: wait), 0 for not at all
  wake = 11,   ///< wake f64: ask for a frame at this time at the latest; Infinity for never
  event = 12,  ///< event kind: something a page may want to hear of
  cancel = 13,  ///< cancel late: give up the query under way; its response is not wanted any more,
                ///< or, where `late` is 1, has not come in time
};

/// Slots that always exist; rows have the numbers from first_row on.
enum class Slot : std::uint32_t { summary = 0, detail = 1, first_row = 2 };
inline constexpr auto kFirstRow = static_cast<std::uint32_t>(Slot::first_row);

/// Places for text or time within a slot.
enum class Field : std::uint32_t {
  name = 0,           ///< job type, else id
  id = 1,             ///< job id
  status = 2,         ///< in words; a status we do not know, as sent
  begin = 3,          ///< time; or text, as sent, when it is no time we can read
  end = 4,            ///< likewise
  duration = 5,       ///< "2m 34s"
  error = 6,          ///< code and reason
  progress = 7,       ///< "12 of 20 done"
  facts = 8,          ///< resources: "server_id 3b6d…"
  label = 9,          ///< rows: the accessible name
  message = 10,       ///< summary: how the watch itself goes, in a sentence
  hint = 11,          ///< summary: what to do about it; "" when nothing
  chip_waiting = 12,  ///< summary: "3 waiting"; "" when none. In the order of Status
  chip_running = 13,
  chip_succeeded = 14,
  chip_failed = 15,
  chip_cancelled = 16,
  chip_skipped = 17,
  chip_unknown = 18,
  matches = 19,  ///< summary: "5 of 27 jobs match"; "" without a filter
  search = 20,   ///< summary: the text looked for, as typed
  cause = 21,  ///< summary: name and error of the likely root failure; "" when the job itself is it
  type = 22,   ///< job type; "" when the service sent none
  status_sent = 23,  ///< the status as the service sent it
  error_code = 24,
  error_text = 25,  ///< the reason
  elapsed = 26,   ///< as a time: how long it took, or has taken, in milliseconds; NaN if not known
  failures = 27,  ///< summary: what failed how often, when there is more than one error: "VPC.0602
                  ///< × 25, VPC.0503 × 11"
  marks = 28,  ///< summary: a line for each mark of the timeline: where it stands, in 1/10000, and
               ///< what it says; for each cut: from where to where, and how long it was. U+001F
               ///< between
  estimate = 29,  ///< summary: how long such jobs take, "Usually 1 to 2 min"; "" when not known
  group = 30,     ///< errors: what the group is called in a filter, "VPC.0521~1c9e03b7"
  facets = 31,  ///< errors: what all of it have in common and few that succeeded: name, value, how
                ///< many of these have it and how many there are, with U+001F between and U+001E
                ///< behind each
  percentiles = 32,  ///< durations: which 50, 90 and 99 in a hundred do not exceed, and the
                     ///< longest, in words, with U+001F between
};

/// Stands between what one text is made of.
inline constexpr char kBetween = '\x1F';

/// Numbers within a slot.
enum class Attribute : std::uint32_t {
  index = 0,     ///< rows, signed: position from the first that is laid out; -1: before it
  status = 1,    ///< Status
  level = 2,     ///< rows: 1 for the job itself
  set_size = 3,  ///< rows: siblings, itself included
  position = 4,  ///< rows: place among them, from 1
  expanded = 5,  ///< rows: 0 no children, 1 closed, 2 open
  selected =
      6,  ///< rows: 0 or 1. detail: 1 when a row is selected, 0 when there is nothing to show
  tab_stop = 7,          ///< rows: 1 on the one row that Tab reaches
  bar_begin = 8,         ///< rows: timeline bar, in 1/10000 of the whole job's time
  bar_end = 9,           ///< rows: likewise; smaller than bar_begin when there is no bar
  state = 10,            ///< summary: State
  share_succeeded = 11,  ///< summary: parts of the progress bar, in 1/10000
  share_failed = 12,     ///< failed and cancelled
  share_running = 13,
  share_skipped = 14,
  total = 15,         ///< summary: units of work (leaves of the tree)
  done = 16,          ///< summary: those that are settled
  failed = 17,        ///< summary: those that failed
  warning = 18,       ///< 1 when a job that ended well holds one that failed
  live = 19,          ///< 1 while the thing shown is still going on: a bar may move
  cause = 20,         ///< rows, detail: 1 on the likely root failure
  on_the_way = 21,    ///< rows: 1 when shown for a match below, without being one
  statuses = 22,      ///< summary: the classes looked for, a bit for each Status; 0 for all
  sort = 23,          ///< summary: Sort
  levels = 24,        ///< summary: of the whole tree
  source_begin = 25,  ///< detail: where in the answer's bytes the job stands
  source_size = 26,
  has_ended = 27,      ///< summary, detail: 1 when nothing of it will change any more
  is_lost = 28,        ///< summary: 1 when it is not known how the job stands now
  severity = 29,       ///< summary: Severity of the message
  count_waiting = 30,  ///< summary: units of work in each class, in the order of Status
  count_running = 31,
  count_succeeded = 32,
  count_failed = 33,
  count_cancelled = 34,
  count_skipped = 35,
  count_unknown = 36,
  status_before = 37,  ///< changes: Status; not sent of a job that is new
  estimate = 38,       ///< summary: Estimate
  zoomed = 39,         ///< summary: 1 when the timeline shows a part of the time
  critical = 40,  ///< rows: 1 on the critical path: had it been faster, the job would have been
};

/// Status classes; the words for each are in i18n/messages.h. `unknown` counts as unfinished.
enum class Status : std::uint8_t {
  waiting = 0,
  running = 1,
  succeeded = 2,
  failed = 3,
  cancelled = 4,
  skipped = 5,
  unknown = 6,
};

/// How the watch goes.
enum class State : std::uint32_t {
  loading = 0,          ///< asked, nothing known yet
  live = 1,             ///< polling; what is shown is fresh
  settled = 2,          ///< the job has ended; nothing will be asked again
  stale = 3,            ///< the last query failed; what is shown is older; polling goes on
  unreachable = 4,      ///< as stale, with nothing to show yet
  offline = 5,          ///< the browser has no network
  paused = 6,           ///< by the user
  denied = 7,           ///< 400, 401, 403: polling has stopped
  not_found = 8,        ///< 404 for half a minute: polling has stopped
  throttled = 9,        ///< 429: polling goes on later
  not_understood = 10,  ///< an answer that is no job; polling goes on
  waiting = 11,         ///< 404 lately: a new job may be stored a little late; polling goes on
};

/// How much the message about the watch matters.
enum class Severity : std::uint32_t {
  none = 0,     ///< all is well
  info = 1,     ///< as the user wants it, or about to pass
  warning = 2,  ///< what is shown may be old; it passes by itself, or may
  error = 3,    ///< nothing will come unless somebody does something
};

/// What the estimate says.
enum class Estimate : std::uint8_t {
  none = 0,    ///< too few such jobs ran before
  usual = 1,   ///< how long they took
  longer = 2,  ///< than 95 of 100 took
  stuck = 3,   ///< and nothing has changed for a while
};

/// Options the host sets; `lang` (a BCP 47 tag) and `search` take text, the others a number.
enum class Option : std::uint32_t {
  lang = 0,
  expand = 1,      ///< Expand
  paused = 2,      ///< 0 or 1
  hidden = 3,      ///< 1 while the page is in the background: poll slowly
  offline = 4,     ///< 1 while the browser says so
  rtl = 5,         ///< 1 where text runs right to left: the arrow keys swap
  document = 6,    ///< 1: the host hands in a document itself, nothing is ever asked
  search = 7,      ///< show only jobs that hold this text, and the way to them; "" for all
  statuses = 8,    ///< show only these classes, a bit for each Status; 0 for all
  sort = 9,        ///< Sort
  past_runs = 10,  ///< how many jobs of the same kind and size have succeeded, and
  past_p50 = 11,   ///< in how many seconds half of them had, 90 in a hundred, 95 in a hundred
  past_p90 = 12,
  past_p95 = 13,
  zoom = 14,  ///< the timeline: 0 all of it; 1 the active job's time; else from where to where, in
              ///< 1/10000 of what it shows now, the former times 65536
  board =
      15  ///< 1: what comes is a list of jobs, an array, to which others may come: it never ends
};

/// Which branches are open before the user touches any. Setting it forgets what the user did.
/// `none` and N more: N levels are open.
enum class Expand : std::uint32_t { failed = 0, all = 1, none = 2 };

/// In which order siblings stand.
enum class Sort : std::uint32_t { as_sent = 0, failed_first = 1, longest_first = 2 };

/// Keys of the tree (WAI-ARIA tree pattern) and ways of our own. `character` is for type-ahead.
enum class Key : std::uint32_t {
  up = 0,
  down = 1,
  left = 2,
  right = 3,
  home = 4,
  end = 5,
  page_up = 6,
  page_down = 7,
  enter = 8,
  space = 9,
  asterisk = 10,
  escape = 11,
  character = 12,
  next_failure = 13,  ///< to the next failed leaf, wherever it is
  previous_failure = 14,
  root_failure = 15,  ///< to the likely root failure, and select it
};

/// In which form ids of failed jobs are listed.
enum class FailedIds : std::uint32_t {
  jobs = 0,       ///< the jobs' own ids, one a line
  resources = 1,  ///< ids of what they were to make or change, one a line
  json = 2,       ///< an array of objects: job_id, type, error_code, error_text, group, facts
};

/// Where in a row a click fell; or, with `focus`, that the row has got the page's focus by whatever
/// way.
enum class Part : std::uint32_t { row = 0, toggle = 1, focus = 2 };

enum class Event : std::uint32_t { change = 0, settled = 1, error = 2, select = 3 };

}  // namespace jobtree::engine::abi
