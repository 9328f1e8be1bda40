// Why jobs fail: the failures of all jobs that the server remembers, by service and reason, as one view of the board.
//
// Knows: the list of failures, what a click on one leads to. Must not know: filters, what stands around the list.

import { boardLink, goToBoard, linkTo, openAddresses } from '../state/open_jobs.js';
import { addressOf } from '../state/records.js';
import { MOST_JOBS } from '../state/url.js';
import { say } from '../i18n/words.js';
import { copy, showMessage } from '../ui/message.js';
import { find } from '../ui/nodes.js';
import { CauseRow } from './cause_row.js';
import { askToMute, unmute } from './mute.js';
import { BoardPoll } from './poll.js';
import { readQuery, toParameters } from './query.js';

/**
 * @typedef {import('../state/records.js').FailurePage} FailurePage
 * @typedef {import('../state/records.js').FailureRecord} FailureRecord
 */

const list = find('#cause-rows');
/** @type {Map<string, CauseRow>} by key, in the order of the list */
const rows = new Map();

/** How the view stands, for who shows what is around it. */
export const causes = {
  /** @type {FailurePage | undefined} */
  latest: undefined,
  /** @type {Error | undefined} */
  trouble: undefined,
  /** Set by board.js. */
  changed() {},

  /** Shows what this query finds, from now on. @param {string | undefined} search undefined: nothing */
  watch(search) {
    list.hidden = search === undefined;
    poll.watch(search);
  },
  /** What is shown is of no use for what is to be shown now. */
  clear() {
    causes.latest = undefined;
    show([]);
  },
  refresh() {
    causes.trouble = undefined;
    poll.refresh();
  },
  /** @param {number} now */
  tick(now) {
    for (const row of rows.values()) row.tick(now);
  },
  speak() {
    for (const row of rows.values()) row.speak();
  },
  /** The last row keeps the focus when more come below it. */
  focusLast() {
    [...rows.values()].at(-1)?.link.focus({ preventScroll: true });
  },
};

/** @type {BoardPoll<FailurePage>} */
const poll = new BoardPoll({
  page(page) {
    causes.latest = page;
    show(page.failures);
    causes.changed();
  },
  went(error) {
    causes.trouble = error;
    causes.changed();
  },
}, 'api/failures', false);

/** @param {FailureRecord} failure */
const viewOf = ({ name }) => ({ filter: `error:${name}` });

/** The board's view of all jobs that failed so. @param {FailureRecord} failure */
const jobsOf = ({ service, code }) => ({ view: 'all', q: code ?? '', service });

/** The board's view of this cause. @param {FailureRecord} failure */
const causeOf = ({ service, code, text, name }) => toParameters(readQuery({ view: 'causes', state: 'all', q: code ?? text ?? name, service }));

/** @param {FailureRecord[]} failures */
function show(failures) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const focusedAt = focused && list.contains(focused) ? [...rows.values()].findIndex(({ root }) => root.contains(focused)) : -1;
  const old = new Map(rows);
  rows.clear();
  failures.forEach((failure, i) => {
    const key = `${failure.service} ${failure.name}`;
    const row = old.get(key) ?? new CauseRow(key, failure);
    if (old.delete(key)) row.update(failure);
    row.link.href = linkTo(addressOf(failure.sample), viewOf(failure));
    row.jobs.href = boardLink(jobsOf(failure));
    rows.set(key, row);
    if (list.children[i] !== row.root) list.insertBefore(row.root, list.children[i] ?? null);
  });
  for (const { root } of old.values()) root.remove();
  if (focusedAt < 0) return;
  const all = [...rows.values()];
  if (list.contains(focused)) focused?.focus({ preventScroll: true }); // a row that moves loses it
  else (all[Math.min(focusedAt, all.length - 1)]?.button ?? find('#board-filters [name="q"]')).focus({ preventScroll: true });
}

/** @param {Event} event */
const rowOf = (event) => rows.get(/** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('li'))?.dataset.key ?? '');

list.addEventListener('click', (event) => {
  const row = rowOf(event);
  const target = /** @type {Element} */ (event.target);
  if (!row) return;
  if (row.button.contains(target)) {
    if (row.failure.mute) void unmute(row.failure).then(causes.refresh);
    else askToMute(row.failure, causes.refresh);
    return;
  }
  if (row.copy.contains(target)) return void copy(location.origin + boardLink(causeOf(row.failure), true), say('copied_cause_link'));
  if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab is wanted
  if (row.jobs.contains(target)) {
    event.preventDefault();
    return goToBoard(jobsOf(row.failure));
  }
  if (!row.link.contains(target)) return;
  event.preventDefault();
  if (!openAddresses([addressOf(row.failure.sample)], viewOf(row.failure))) showMessage(say('too_many', { most: MOST_JOBS }));
});
