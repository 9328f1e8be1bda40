// The board: the jobs that the server remembers, by view and filters, live while somebody looks.
//
// Knows: the nodes of the board, what the server lists. Must not know: how it is queried, what stands in a row.

import { formatAddress } from '../../shared/address.js';
import { make } from '../../shared/dom.js';
import { choiceListener, choose, firstChoice, showChoice } from '../compare/choice.js';
import { groupedServices, regionTitle, serviceTitle, withName } from '../i18n/places.js';
import { clock } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { setFollowed } from '../parts/follow.js';
import { getConfig } from '../state/config.js';
import { MOST_JOBS } from '../state/url.js';
import { boardLink, boardParameters, goToBoard, isBoard, linkTo, openAddresses, openJobs, showKey } from '../state/open_jobs.js';
import { addressOf, hasMemory } from '../state/records.js';
import { Refusal } from '../state/send.js';
import { lastVisit } from '../state/visits.js';
import { copy, showMessage } from '../ui/message.js';
import { find, onClick } from '../ui/nodes.js';
import { causes } from './causes.js';
import { showFinding } from './finding.js';
import { showGroups } from './groups.js';
import { BoardPoll } from './poll.js';
import { CAUSE_FILTERS, GROUPS, STATUS_FILTERS, UNFILTERED, hasStatusFilter, isFiltered, readQuery, toParameters, toSearch } from './query.js';
import { BoardRow, nameOf } from './row.js';
import { showTimeline, timelineListener } from './timeline.js';
import { showViews } from './views.js';

/**
 * @typedef {import('../../shared/address.js').Address} Address
 * @typedef {import('../i18n/words.js').DashboardWord} Word
 * @typedef {import('../state/records.js').BoardPage} BoardPage
 * @typedef {import('../state/records.js').JobRecord} JobRecord
 * @typedef {import('./query.js').BoardQuery} BoardQuery
 */

const STEP = 50; // rows that "load more" adds
const MOST_ROWS = 300; // in the document; older ones take their place
const MOST_CAUSES = 100; // likewise, and on a page of the server
const TYPING = 300; // milliseconds without a key until what was typed is searched for

const list = find('#board-rows');
const form = /** @type {HTMLFormElement} */ (find('#board-filters'));
const search = /** @type {HTMLInputElement} */ (find('[name="q"]', form));
/** @param {'status' | 'state' | 'service' | 'region' | 'group'} name */
const choice = (name) => /** @type {HTMLSelectElement} */ (find(`[name="${name}"]`, form));

/** @type {Map<string, BoardRow>} by key, in the order of the list */
const rows = new Map();
/** Which rows of the whole list are shown. */
let page = { limit: STEP, cursor: '' };
let shownFor = '';
/** @type {BoardPage | undefined} */
let latest;
/** @type {Error | undefined} */
let trouble;
/** The job that was opened from here last. */
let opened = '';

/** @type {BoardPoll<BoardPage>} */
const poll = new BoardPoll({
  page(next) {
    latest = next;
    showRows(next);
    showGroups(next.groups, query());
    showAround();
    bringTimeline();
  },
  went(error) {
    trouble = error;
    showAround();
    if (isForbidden(error)) listener.refused();
  },
}, 'api/jobs');
causes.changed = () => {
  showAround();
  if (isForbidden(causes.trouble)) listener.refused();
};

/** Set by main.js. */
export const listener = {
  /** The server wants a token, or another one. */
  refused() {},
};

/** @param {Error | undefined} error */
const isForbidden = (error) => error instanceof Refusal && error.isForbidden;

/** Whether the server refuses to show the board to this visitor. */
export const isBoardRefused = () => isBoard() && isForbidden(shown().trouble);

/** @param {string} text */
const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

const query = () => readQuery(boardParameters());
const isOfCauses = () => query().view === 'causes';
const isTimeline = () => query().look === 'timeline';
/** How what is shown stands: jobs, or why they fail. */
const shown = () => (isOfCauses() ? causes : { latest, trouble });
const mostRows = () => (isOfCauses() ? MOST_CAUSES : MOST_ROWS);

/** Shows the board as it was looked at last. */
export function openBoard() {
  if (!hasMemory()) return;
  goToBoard(boardParameters());
  search.focus();
}

/** Shows the jobs that hold this text. @param {string} text */
export const showJobsWith = (text) => goToBoard(toParameters(readQuery({ view: 'all', q: text })));

/** Shows the jobs on a timeline, or in rows again. */
export function toggleTimeline() {
  change({ look: isTimeline() ? '' : 'timeline', group: '' });
}

/** Whether there are jobs that a timeline could show. */
export const hasTimeline = () => isBoard() && hasMemory() && !isOfCauses();

/** Puts the keyboard's focus into the search, where the board is shown. */
export function searchBoard() {
  search.focus();
  search.select();
}

// What it shows.

/** Brings the board to what the URL says; elsewhere it rests. */
export function showBoard() {
  const isShown = isBoard() && hasMemory();
  const wasHidden = find('#board').hidden;
  find('#board').hidden = !isShown;
  showViews();
  if (!isShown) {
    poll.watch(undefined);
    showTimeline(undefined);
    return causes.watch(undefined);
  }
  const now = JSON.stringify({ ...query(), look: '' }); // another look shows the same jobs
  if (now !== shownFor) {
    shownFor = now;
    page = { limit: STEP, cursor: '' };
    latest = undefined;
    showGroups(undefined, query());
    causes.clear();
  }
  showFilters();
  showChoice();
  showAround();
  follow();
  if (wasHidden) rows.get(opened)?.link.focus();
}

/** Queries for what is to be shown now: another day has other failures. */
function follow() {
  const search = toSearch(query(), page, Date.now());
  poll.watch(isOfCauses() ? undefined : search);
  causes.watch(isOfCauses() ? search : undefined);
  bringTimeline();
  showFinding(Date.now());
}

/** The timeline shows what is to be shown now, if there is any of it. */
function bringTimeline() {
  showTimeline(isTimeline() && latest?.jobs.length !== 0 ? toSearch(query(), page, Date.now()) : undefined);
}

/** Queries again, with another token. */
export function retryBoard() {
  trouble = undefined;
  if (!isBoard()) return;
  poll.refresh();
  causes.refresh();
}

/** What only the passing of time changes. @param {number} now */
export function tickBoard(now) {
  if (find('#board').hidden) return;
  for (const row of rows.values()) row.tick(now);
  causes.tick(now);
  follow();
}

/** Puts the board into the language of the page. */
export function speakBoard() {
  for (const row of rows.values()) row.speak();
  showGroups(latest?.groups, query());
  causes.speak();
  offered = '';
  showBoard();
}

/** @param {BoardPage} next */
function showRows({ jobs }) {
  const before = lastVisit()?.getTime() ?? Infinity;
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const focusedAt = focused && list.contains(focused) ? [...rows.values()].findIndex(({ root }) => root.contains(focused)) : -1;
  const old = new Map(rows);
  rows.clear();
  jobs.forEach((record, i) => {
    const key = formatAddress(addressOf(record));
    const isNew = Date.parse(record.last_change) > before;
    const row = old.get(key) ?? new BoardRow(key, record, isNew);
    if (old.delete(key)) row.update(record, isNew);
    if (row.canOpen) row.link.href = linkTo(openAddressOf(addressOf(record)));
    else row.link.removeAttribute('href');
    row.link.setAttribute('aria-disabled', String(!row.canOpen));
    row.link.setAttribute('role', 'link'); // without an address it would be none
    row.compare.setAttribute('aria-pressed', String(key === firstChoice()));
    rows.set(key, row);
    if (list.children[i] !== row.root) list.insertBefore(row.root, list.children[i] ?? null);
  });
  for (const { root } of old.values()) root.remove();
  const all = [...rows.values()];
  takeTab(all.find(({ link }) => link.tabIndex === 0 && link.isConnected) ?? all[0]);
  if (focusedAt < 0) return;
  if (list.contains(focused)) focused?.focus({ preventScroll: true }); // a row that moves loses it
  else (all[Math.min(focusedAt, all.length - 1)]?.link ?? search).focus({ preventScroll: true });
}

/** As in the list at the side, where the same job may be open in the default project. @param {Address} address */
function openAddressOf(address) {
  const inDefault = { ...address, project: '-' };
  return openJobs.has(formatAddress(inDefault)) ? inDefault : address;
}

/** What stands around the rows. */
function showAround() {
  const it = query();
  const { latest, trouble } = shown();
  const length = latest && ('jobs' in latest ? latest.groups ?? latest.jobs : latest.failures).length;
  find('#board-title').textContent = say(`view_${it.view}`);
  find('#board-since').textContent = it.view === 'since' && it.since ? say('board_since', { at: clock(new Date(it.since)) }) : '';
  const { state, note } = latest?.memory ?? getConfig()?.memory ?? { state: 'good' };
  find('#board-note').hidden = state !== 'trouble';
  find('#board-note').textContent = state === 'trouble' ? say('memory_trouble', { why: note ?? '' }) : '';
  const status = find('#board-live');
  status.dataset.is = trouble ? 'trouble' : latest ? 'live' : 'loading';
  const text = capital(trouble ? troubleText(trouble) : say(latest ? 'state_live' : 'state_loading'));
  if (status.textContent !== text) status.textContent = text;
  const isOnTimeline = it.look === 'timeline';
  list.hidden = !latest || it.view === 'causes' || it.group !== '' || isOnTimeline;
  find('#group-rows').hidden = !latest || it.group === '';
  find('#board-heads').hidden = list.hidden || length === 0;
  find('#board-empty').hidden = length !== 0;
  find('#board-empty').textContent = say(isFiltered(it) ? it.view === 'causes' ? 'board_empty_causes_filtered' : 'board_empty_filtered' : `board_empty_${it.view}`);
  find('#board-clear').hidden = !isFiltered(it);
  const isFull = page.limit >= mostRows();
  find('#board-more').hidden = !latest?.next || isOnTimeline;
  find('#board-more').textContent = say(isFull ? 'board_older' : 'board_more');
  find('#board-newest').hidden = page.cursor === '' || isOnTimeline;
  find('#board-look').hidden = it.view === 'causes' || it.group !== '';
  find('#board-look').setAttribute('aria-pressed', String(isOnTimeline));
}

/** @param {Error} error */
function troubleText(error) {
  if (!(error instanceof Refusal)) return say('board_trouble', { why: say('state_unreachable') });
  if (error.isForbidden) return say('state_denied');
  return say(error.status < 429 ? 'board_refused' : 'board_trouble', { why: error.message });
}

let offered = '';

/** The fields say what the URL says. */
function showFilters() {
  const it = query();
  const config = getConfig();
  if (document.activeElement !== search) search.value = it.q;
  const what = `${config?.services.length} ${config?.regions.length}`;
  if (offered !== what) offerFilters();
  offered = what;
  for (const name of /** @type {const} */ (['status', 'state', 'service', 'region', 'group'])) {
    const select = choice(name);
    // A link may say what this server has not.
    if (it[name] && ![...select.options].some(({ value }) => value === it[name])) select.append(make('option', { value: it[name] }, it[name]));
    select.value = it[name];
  }
  choice('status').hidden = !hasStatusFilter(it.view);
  choice('state').hidden = it.view !== 'causes';
  choice('group').hidden = it.view === 'causes';
  find('#board-chips').replaceChildren(...(/** @type {const} */ (['person', 'resource'])).filter((name) => it[name]).map((name) => {
    const chip = make('button', { type: 'button', title: say('chip_remove') }, say(`chip_${name}`, { what: it[name] }));
    chip.dataset.name = name;
    return chip;
  }));
  choice('service').hidden = (config?.services.length ?? 0) < 2;
  choice('region').hidden = (config?.regions.length ?? 0) < 2;
}

function offerFilters() {
  /** @param {Word} word */
  const any = (word) => make('option', { value: '' }, say(word));
  choice('status').replaceChildren(any('any_status'), ...STATUS_FILTERS.map((value) =>
    make('option', { value }, capital(say(value === 'unfinished' || value === 'lost' ? `filter_${value}` : `status_${value}`)))));
  choice('state').replaceChildren(any('causes_heard'), ...CAUSE_FILTERS.map((value) => make('option', { value }, say(`causes_${value}`))));
  choice('group').replaceChildren(make('option', { value: '' }, say('group_none')), ...GROUPS.map((value) => make('option', { value }, say(`group_${value}`))));
  choice('service').replaceChildren(any('any_service'), ...groupedServices().flatMap(({ title, names }) => {
    const options = names.map((value) => make('option', { value }, withName(serviceTitle(value), value)));
    return title ? [make('optgroup', { label: title }, ...options)] : options;
  }));
  choice('region').replaceChildren(any('any_region'), ...(getConfig()?.regions ?? [])
    .map((value) => make('option', { value }, withName(regionTitle(value), value))));
}

// What is done with it.

/** @param {Partial<BoardQuery>} change @param {boolean} [isStep] of the browser's history */
function change(change, isStep = true) {
  goToBoard(toParameters({ ...query(), ...change }), isStep);
}

let typing = 0;
search.addEventListener('input', () => {
  clearTimeout(typing);
  typing = window.setTimeout(() => isBoard() && change({ q: search.value }, false), TYPING);
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  clearTimeout(typing);
  change({ q: search.value }, false);
});
form.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLSelectElement)) return;
  change({ [target.name]: target.value });
});
onClick('#board-clear', () => {
  search.value = '';
  change(UNFILTERED);
  search.focus();
});
find('#board-chips').addEventListener('click', ({ target }) => {
  const { name } = /** @type {HTMLElement} */ (target).dataset;
  if (!name) return;
  change({ [name]: '' });
  search.focus();
});
onClick('#board-look', toggleTimeline);
onClick('#board-link', () => void copy(location.origin + boardLink(toParameters(query()), true), say('copied_link')));
onClick('#board-more', () => {
  const last = [...rows.values()].at(-1);
  page = page.limit < mostRows() ? { ...page, limit: page.limit + STEP } : { limit: STEP, cursor: shown().latest?.next ?? '' };
  if (isOfCauses()) causes.focusLast();
  else last?.link.focus({ preventScroll: page.limit > STEP });
  follow();
});
onClick('#board-newest', () => {
  page = { limit: STEP, cursor: '' };
  follow();
  search.focus();
});

choiceListener.changed = () => {
  for (const [key, { compare }] of rows) compare.setAttribute('aria-pressed', String(key === firstChoice()));
};

/** @param {Event} event */
const rowOf = (event) => rows.get(/** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('li'))?.dataset.key ?? '');

/** Tab reaches one row of the list; arrows lead to the others. @param {BoardRow | undefined} row */
function takeTab(row) {
  for (const it of rows.values()) it.link.tabIndex = it.compare.tabIndex = it.pin.tabIndex = it === row ? 0 : -1;
}

list.addEventListener('focusin', (event) => takeTab(rowOf(event)));
list.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const all = [...rows.values()];
  const here = all.findIndex((row) => row === rowOf(event));
  /** @type {Record<string, number>} */
  const places = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: all.length - 1 };
  if (!(event.key in places)) return;
  event.preventDefault();
  all[places[event.key]]?.link.focus();
});
list.addEventListener('click', (event) => {
  const row = rowOf(event);
  const target = /** @type {Element} */ (event.target);
  if (!row) return;
  if (row.pin.contains(target)) return void pin(row);
  if (row.compare.contains(target)) return choose(row.root.dataset.key ?? '', nameOf(row.record));
  if (!row.link.contains(target) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (firstChoice()) return choose(row.root.dataset.key ?? '', nameOf(row.record));
  if (!row.canOpen) return;
  opened = row.root.dataset.key ?? '';
  openJob(openAddressOf(addressOf(row.record)));
});
timelineListener.chosen = (address) => openJob(openAddressOf(address));

/** @param {Address} address */
function openJob(address) {
  if (openJobs.has(formatAddress(address))) showKey(formatAddress(address));
  else if (!openAddresses([address])) showMessage(say('too_many', { most: MOST_JOBS }));
}

/** @param {BoardRow} row */
async function pin(row) {
  row.pin.disabled = true; // one wish at a time
  const isFollowed = await setFollowed(openAddressOf(addressOf(row.record)), !row.record.is_followed);
  row.pin.disabled = false;
  row.record.is_followed = isFollowed;
  row.speak();
  poll.refresh();
}
