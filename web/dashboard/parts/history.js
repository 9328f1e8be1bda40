// What happened to a job while this page watched it, bounded; and the sheet that shows it.

import { icon, make } from '../../shared/dom.js';
import { STATUS_ICONS } from '../../element/icons.js';
import { one, openDialog } from '../ui/page.js';
import { tabMemory } from '../state/memory.js';
import { clock, count, inFull, zone } from '../i18n/times.js';
import { say } from '../i18n/words.js';

/**
 * @typedef {import('../i18n/words.js').DashboardWord} Word
 * @typedef {import('../../element/tree_dom.js').JobSummary} JobSummary
 *
 * @typedef {object} Event of the history, without words, so that it can be read in either language
 * @property {number} at
 * @property {'status' | 'counts' | 'lost' | 'found'} what
 * @property {string} [status] a name of STATUS_ICONS
 * @property {string} [text] the status in words, or the error
 * @property {string} [state] of the watch
 * @property {number} [done]
 * @property {number} [total]
 * @property {number} [failed]
 */

const MOST = 200;
const LONGEST = 300;
/** Counts that change within this many milliseconds are one event: a job of 100,000 changes always. */
const TOGETHER = 15_000;

export class History {
  /** @type {Event[]} the newest last */
  events;
  #key;
  #status = '';
  #done = -1;
  #failed = 0;
  #lost = '';

  /** @param {string} key the job's address */
  constructor(key) {
    this.#key = `history.${key}`;
    this.events = tabMemory.list(this.#key, readEvent, MOST);
  }

  /**
   * @param {Readonly<JobSummary> | null} job
   * @param {string} state
   * @param {boolean} isLost
   * @param {number} now
   */
  note(job, state, isLost, now) {
    const lost = isLost ? state : '';
    if (lost !== this.#lost) {
      this.#lost = lost;
      this.#add(lost ? { at: now, what: 'lost', state: lost } : { at: now, what: 'found' });
    }
    if (!job) return;
    const { statusText, error, done, total, failed } = job;
    const status = job.warning ? 'warning' : job.status;
    if (done !== this.#done || failed !== this.#failed) {
      const isFirst = this.#done < 0;
      const isNewFailure = failed > this.#failed;
      this.#done = done;
      this.#failed = failed;
      if (total > 1 && !isFirst) this.#addCounts({ at: now, what: 'counts', done, total, failed }, isNewFailure);
    }
    const told = `${status} ${statusText}`;
    if (told === this.#status) return;
    this.#status = told;
    const last = this.events.findLast((event) => event.what === 'status');
    if (last?.status === status) return; // a reload, or another language
    this.#add({ at: now, what: 'status', status, text: error || (status === 'unknown' ? statusText : '') });
  }

  /** @param {Event} event @param {boolean} isNews */
  #addCounts(event, isNews) {
    const last = this.events.at(-1);
    const joins = last?.what === 'counts' && !isNews && event.at - last.at < TOGETHER && last.failed === event.failed;
    if (joins) this.events[this.events.length - 1] = { ...event, at: last.at };
    else this.#add(event);
  }

  /** @param {Event} event */
  #add(event) {
    this.events.push({ ...event, ...(event.text && { text: event.text.slice(0, LONGEST) }) });
    if (this.events.length > MOST) this.events.splice(0, this.events.length - MOST);
  }

  /** Until the tab is closed. */
  keep() {
    tabMemory.set(this.#key, JSON.stringify(this.events));
  }
}

/** @param {any} value @returns {Event | undefined} */
function readEvent(value) {
  const isGood = Number.isFinite(value?.at) && ['status', 'counts', 'lost', 'found'].includes(value.what) &&
    ['status', 'text', 'state'].every((name) => ['string', 'undefined'].includes(typeof value[name])) &&
    ['done', 'total', 'failed'].every((name) => ['number', 'undefined'].includes(typeof value[name]));
  return isGood ? value : undefined;
}

/** @param {Event} event */
function wordsOf({ what, status = '', text = '', state = '', done = 0, total = 0, failed = 0 }) {
  if (what === 'lost') return say('event_lost', { state: say(/** @type {Word} */ (`state_${state}`)) });
  if (what === 'found') return say('event_recovered');
  if (what === 'counts') {
    const values = { done: count(done), total: count(total), failed: count(failed) };
    return say(failed > 0 ? 'event_counts_failed' : 'event_counts', values);
  }
  const name = status in STATUS_ICONS ? say(/** @type {Word} */ (`status_${status}`)) : status;
  return [name, text].filter(Boolean).join(': ');
}

/** @param {Event} event */
function lookOf({ what, status = '', failed = 0 }) {
  if (what === 'status') return status in STATUS_ICONS ? /** @type {keyof typeof STATUS_ICONS} */ (status) : 'unknown';
  if (what === 'lost') return 'warning';
  return failed > 0 ? 'failed' : 'running';
}

/** Fills the sheet, if it is open; opens it when asked to. @param {History} history */
export function showHistory(history, opens = false) {
  const sheet = /** @type {HTMLDialogElement} */ (one('#history'));
  if (!sheet.open && !opens) return;
  const list = history.events.toReversed().map((event) => {
    const at = new Date(event.at);
    const look = lookOf(event);
    const time = make('time', { datetime: at.toISOString(), title: inFull(at) }, clock(at));
    const line = make('li', {}, icon(STATUS_ICONS[look], 'icon'), make('span', {}, wordsOf(event)), time);
    line.dataset.status = look;
    return line;
  });
  one('#history-zone').textContent = say('events_zone', { zone: zone(new Date()) });
  one('#history-list').replaceChildren(...list);
  one('#history-empty').hidden = list.length > 0;
  if (opens) openDialog('#history');
}
