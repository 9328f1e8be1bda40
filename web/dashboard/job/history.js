// The sheet that shows what happened to a job: what the server remembers, else what this tab saw itself.
//
// Knows: how an event of this tab is worded. Must not know: what is an event (state/history.js does), how those of the
// server are read (events.js does).

import { icon, make } from '../../shared/dom.js';
import { STATUS_ICONS } from '../../element/icons.js';
import { clock, count, inFull, zone } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { versionsOf } from '../state/moment.js';
import { goToMoment, shownJob } from '../state/open_jobs.js';
import { hasMemory } from '../state/records.js';
import { openDialog } from '../ui/dialog.js';
import { showMessage } from '../ui/message.js';
import { find, onClick } from '../ui/nodes.js';
import { RecordedEvents } from './events.js';

/**
 * @typedef {import('../i18n/words.js').DashboardWord} Word
 * @typedef {import('../state/history.js').Event} Event
 * @typedef {import('../state/history.js').History} History
 * @typedef {import('../state/open_job.js').OpenJob} OpenJob
 * @typedef {import('../state/records.js').RecordedEvent} RecordedEvent
 */

const ALL = 0xffffffff; // rows

/** @param {Event} event */
function wordsOf({ what, status = '', text = '', name = '', state = '', done = 0, total = 0, failed = 0 }) {
  if (what === 'lost') return say('event_lost', { state: say(/** @type {Word} */ (`state_${state}`)) });
  if (what === 'found') return say('event_recovered');
  if (what === 'counts') {
    const values = { done: count(done), total: count(total), failed: count(failed) };
    return say(failed > 0 ? 'event_counts_failed' : 'event_counts', values);
  }
  if (what === 'failure') return say(text ? 'event_failure' : 'event_failure_bare', { name, text });
  const called = status in STATUS_ICONS ? say(/** @type {Word} */ (`status_${status}`)) : status;
  return called && text ? say('event_status', { status: called, text }) : called || text;
}

/** @param {Event} event */
function lookOf({ what, status = '', failed = 0 }) {
  if (what === 'status' || what === 'failure') return status in STATUS_ICONS ? /** @type {keyof typeof STATUS_ICONS} */ (status) : 'unknown';
  if (what === 'lost') return 'warning';
  return failed > 0 ? 'failed' : 'running';
}

/** @param {History} history */
const linesOf = (history) => history.events.toReversed().map((event) => {
  const at = new Date(event.at);
  const look = lookOf(event);
  const time = make('time', { datetime: at.toISOString(), title: inFull(at) }, clock(at));
  const words = event.isReported === true ? say('event_reported', { event: wordsOf(event) }) : wordsOf(event);
  const line = make('li', {}, icon(STATUS_ICONS[look], 'icon'), make('span', {}, words), time);
  line.dataset.status = look;
  line.dataset.what = event.what;
  return line;
});

const SOON = 1500; // milliseconds after which the server has stored what this page has just seen

/** What the server remembers of the job in the sheet: known once it has answered; `stored`: versions that can be shown. @type {{ events: RecordedEvents, stored: Set<number>, isKnown: boolean, isRead: boolean } | undefined} */
let recorded;
let again = 0;

/** Fills the sheet, if it is open; opens it when asked to. @param {OpenJob} job */
export function showHistory(job, opens = false) {
  const sheet = /** @type {HTMLDialogElement} */ (find('#history'));
  if (!sheet.open && !opens) return;
  if (opens) recorded = { events: new RecordedEvents(job.address), stored: new Set(), isKnown: false, isRead: false };
  if (!recorded?.isKnown) fill(linesOf(job.history), 'events_zone', 'events_empty');
  if (opens) openDialog('#history');
  if (!hasMemory()) return;
  void read(job);
  clearTimeout(again);
  again = window.setTimeout(() => sheet.open && void read(job), SOON);
}

/** Reads what the server remembers; without an answer, what this tab saw stays. @param {OpenJob} job */
async function read(job) {
  const it = recorded;
  if (!it || it.isRead) return;
  it.isRead = true;
  try {
    const isNews = await it.events.refresh();
    const versions = isNews || !it.isKnown ? await versionsOf(job.address).catch(() => []) : [];
    if (it !== recorded) return; // the sheet was opened anew
    if (isNews || !it.isKnown) {
      it.stored = new Set(versions.filter((version) => version.has_body).map(({ version }) => version));
      showRecorded(job, it);
    }
    it.isKnown = true;
  } catch {} // not remembered yet, or out of reach
  finally {
    it.isRead = false;
  }
}

/** Names of sub-jobs by ID, as the tree has them: made anew when there are more, or in another language. */
let names = { of: '', byId: /** @type {Map<string, string>} */ (new Map()) };

/** @param {OpenJob} job */
function namesIn({ key, tree }) {
  const of = [key, tree.job?.total, tree.lang].join(' ');
  if (names.of !== of) names = { of, byId: new Map((tree.rows(ALL)?.rows ?? []).map(({ id, name }) => [id, name])) };
  return names.byId;
}

/** @param {OpenJob} job @param {{ events: RecordedEvents, stored: Set<number> }} recorded */
function showRecorded(job, { events, stored }) {
  const byId = namesIn(job);
  /** @param {RecordedEvent} event */
  const nameOf = ({ sub_job: id, type }) => (id === null ? job.name : byId.get(id) ?? type ?? '');
  fill(events.lines(nameOf, ({ version }) => stored.has(version)), 'events_zone_server', 'events_empty_server');
  find('#history-then').hidden = stored.size === 0;
  find('#history-more').hidden = !events.hasMore;
}

/** @param {HTMLElement[]} lines @param {Word} zoneWord @param {Word} emptyWord */
function fill(lines, zoneWord, emptyWord) {
  find('#history-zone').textContent = say(zoneWord, { zone: zone(new Date()) });
  find('#history-list').replaceChildren(...lines);
  find('#history-empty').textContent = say(emptyWord);
  find('#history-empty').hidden = lines.length > 0;
  find('#history-more').hidden = true;
  find('#history-then').hidden = true;
}

onClick('#history-more', () => {
  const it = recorded;
  const job = shownJob();
  if (!it || !job) return;
  const shown = find('#history-list').childElementCount;
  it.events.more().then(() => {
    if (recorded !== it) return;
    showRecorded(job, it);
    const next = /** @type {HTMLElement | undefined} */ (find('#history-list').children[shown]);
    next?.scrollIntoView({ block: 'nearest' });
    if (find('#history-more').hidden) find('#history-list').focus(); // the button goes
  }, () => showMessage(say('events_failed')));
});

find('#history-list').addEventListener('click', ({ target }) => {
  const { version } = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest('button'))?.dataset ?? {};
  const job = shownJob();
  if (!job || !version) return;
  /** @type {HTMLDialogElement} */ (find('#history')).close();
  goToMoment(job, version);
  find('#moment-now').focus();
});
