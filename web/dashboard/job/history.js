// The sheet that shows what happened to a job: what the server remembers, else what this tab saw itself.
//
// Knows: how an event of this tab is worded. Must not know: what is an event (state/history.js does), how those of the
// server are read (events.js does).

import { icon, make } from '../../shared/dom.js';
import { STATUS_ICONS } from '../../element/icons.js';
import { clock, count, inFull, zone } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { shownJob } from '../state/open_jobs.js';
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
 */

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

/** What the server remembers of the job in the sheet; undefined where it remembers nothing. @type {RecordedEvents | undefined} */
let recorded;
let recordedOf = '';
let isReading = false;

/** Fills the sheet, if it is open; opens it when asked to. @param {OpenJob} job */
export function showHistory(job, opens = false) {
  const sheet = /** @type {HTMLDialogElement} */ (find('#history'));
  if (!sheet.open && !opens) return;
  if (opens) recorded = undefined;
  recordedOf = job.key;
  if (hasMemory()) void read(job);
  if (!recorded) fill(linesOf(job.history), 'events_zone', 'events_empty');
  if (opens) openDialog('#history');
}

/** Reads what the server remembers; without an answer, what this tab saw stays. @param {OpenJob} job */
async function read({ address, key, name }) {
  if (isReading) return; // of what comes meanwhile, the next news tell
  isReading = true;
  const events = recorded ?? new RecordedEvents(address);
  try {
    await events.refresh();
    if (recordedOf !== key) return;
    recorded = events;
    showRecorded(name);
  } catch {} // not remembered yet, or out of reach
  finally {
    isReading = false;
  }
}

/** @param {string} name of the job */
function showRecorded(name) {
  if (!recorded) return;
  fill(recorded.lines((event) => (event.sub_job === null ? name : event.name ?? event.type ?? '')), 'events_zone_server', 'events_empty_server');
  find('#history-more').hidden = !recorded.hasMore;
}

/** @param {HTMLElement[]} lines @param {Word} zoneWord @param {Word} emptyWord */
function fill(lines, zoneWord, emptyWord) {
  find('#history-zone').textContent = say(zoneWord, { zone: zone(new Date()) });
  find('#history-list').replaceChildren(...lines);
  find('#history-empty').textContent = say(emptyWord);
  find('#history-empty').hidden = lines.length > 0;
  find('#history-more').hidden = true;
}

onClick('#history-more', () => {
  const events = recorded;
  const job = shownJob();
  if (!events || !job) return;
  const shown = find('#history-list').childElementCount;
  events.more().then(() => {
    if (recorded !== events) return;
    showRecorded(job.name);
    const next = /** @type {HTMLElement | undefined} */ (find('#history-list').children[shown]);
    next?.scrollIntoView({ block: 'nearest' });
    if (find('#history-more').hidden) find('#history-list').focus(); // the button goes
  }, () => showMessage(say('events_failed')));
});
