// The numbers that cross between the engine and this page: the twin of wasm/wire/abi.h, where each is
// explained. A test compares the two, so change both. Of these the build (squeeze.cmake) knows two uses
// and no more: one number by its name, Op.end, and all names, Object.keys(Op), which are in the order of the
// numbers, from 0 on.

/** What the engine must have been built for: it is compared before anything else is read. */
export const Abi = Object.freeze({ version: 8 });

/** Commands of a frame. */
export const Op = Object.freeze({
  end: 0,
  mount: 1,
  unmount: 2,
  text: 3,
  time: 4,
  number: 5,
  height: 6,
  focus: 7,
  scroll: 8,
  announce: 9,
  query: 10,
  wake: 11,
  event: 12,
  cancel: 13,
});

/** Slots that always exist; rows have the numbers from first_row on. */
export const Slot = Object.freeze({ summary: 0, detail: 1, first_row: 2 });

/** Places for text or time within a slot. */
export const Field = Object.freeze({
  name: 0,
  id: 1,
  status: 2,
  begin: 3,
  end: 4,
  duration: 5,
  error: 6,
  progress: 7,
  facts: 8,
  label: 9,
  message: 10,
  hint: 11,
  chip_waiting: 12,
  chip_running: 13,
  chip_succeeded: 14,
  chip_failed: 15,
  chip_cancelled: 16,
  chip_skipped: 17,
  chip_unknown: 18,
  matches: 19,
  search: 20,
  cause: 21,
  type: 22,
  status_sent: 23,
  error_code: 24,
  error_text: 25,
  elapsed: 26,
  failures: 27,
  marks: 28,
  estimate: 29,
  group: 30,
  facets: 31,
  percentiles: 32,
});

/** Numbers within a slot. */
export const Attribute = Object.freeze({
  index: 0,
  status: 1,
  level: 2,
  set_size: 3,
  position: 4,
  expanded: 5,
  selected: 6,
  tab_stop: 7,
  bar_begin: 8,
  bar_end: 9,
  state: 10,
  share_succeeded: 11,
  share_failed: 12,
  share_running: 13,
  share_skipped: 14,
  total: 15,
  done: 16,
  failed: 17,
  warning: 18,
  live: 19,
  cause: 20,
  on_the_way: 21,
  statuses: 22,
  sort: 23,
  levels: 24,
  source_begin: 25,
  source_size: 26,
  has_ended: 27,
  is_lost: 28,
  severity: 29,
  count_waiting: 30,
  count_running: 31,
  count_succeeded: 32,
  count_failed: 33,
  count_cancelled: 34,
  count_skipped: 35,
  count_unknown: 36,
  status_before: 37,
  estimate: 38,
  zoomed: 39,
  critical: 40,
});

/** Status classes of a job. */
export const Status = Object.freeze({
  waiting: 0,
  running: 1,
  succeeded: 2,
  failed: 3,
  cancelled: 4,
  skipped: 5,
  unknown: 6,
});

/** How the watch of a job goes. */
export const State = Object.freeze({
  loading: 0,
  live: 1,
  settled: 2,
  stale: 3,
  unreachable: 4,
  offline: 5,
  paused: 6,
  denied: 7,
  not_found: 8,
  throttled: 9,
  not_understood: 10,
  waiting: 11,
});

/** How much the message about the watch matters. */
export const Severity = Object.freeze({ none: 0, info: 1, warning: 2, error: 3 });

/** What the estimate says. */
export const Estimate = Object.freeze({ none: 0, usual: 1, longer: 2, stuck: 3 });

/** Options the host sets. */
export const Option = Object.freeze({
  lang: 0,
  expand: 1,
  paused: 2,
  hidden: 3,
  offline: 4,
  rtl: 5,
  document: 6,
  search: 7,
  statuses: 8,
  sort: 9,
  past_runs: 10,
  past_p50: 11,
  past_p90: 12,
  past_p95: 13,
  zoom: 14,
  board: 15,
});

/** Which branches are open before the user touches any; `none` + N: N levels. */
export const Expand = Object.freeze({ failed: 0, all: 1, none: 2 });

/** In which order siblings stand. */
export const Sort = Object.freeze({ as_sent: 0, failed_first: 1, longest_first: 2 });

/** Keys of the tree. */
export const Key = Object.freeze({
  up: 0,
  down: 1,
  left: 2,
  right: 3,
  home: 4,
  end: 5,
  page_up: 6,
  page_down: 7,
  enter: 8,
  space: 9,
  asterisk: 10,
  escape: 11,
  character: 12,
  next_failure: 13,
  previous_failure: 14,
  root_failure: 15,
});

/** In which form IDs of failed jobs are listed. */
export const FailedIds = Object.freeze({ jobs: 0, resources: 1, json: 2 });

/** Where in a row a click fell, or that the row has got the page's focus. */
export const Part = Object.freeze({ row: 0, toggle: 1, focus: 2 });

export const Event = Object.freeze({ change: 0, settled: 1, error: 2, select: 3 });
