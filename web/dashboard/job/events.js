// What happened to a job since somebody looked first, as the server remembers it: a page at a time, the newest first.
//
// Knows: how an event of the server is worded, how pages join. Must not know: where they are shown.

import { icon, make } from '../../shared/dom.js';
import { STATUS_ICONS } from '../../element/icons.js';
import { clock, inFull } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { fetchEvents } from '../state/records.js';
import { ICONS } from '../ui/icons.js';

/**
 * @typedef {import('../../shared/address.js').Address} Address
 * @typedef {import('../state/records.js').RecordedEvent} RecordedEvent
 */

const SHORT_ID = 6; // characters
const STEP = 200; // events that are shown at once: a page of the server may hold thousands

/** The events of one job. */
export class RecordedEvents {
  #address;
  /** @type {RecordedEvent[]} the newest first */
  #events = [];
  /** @type {string | null} the cursor of the page that comes next */
  #next = null;
  #most = STEP;

  /** @param {Address} address */
  constructor(address) {
    this.#address = address;
  }

  /** Reads what is new. @returns {Promise<boolean>} whether there was anything */
  async refresh() {
    const { events, next } = await fetchEvents(this.#address);
    const first = JSON.stringify(this.#events[0]);
    const known = events.findIndex((event) => JSON.stringify(event) === first);
    if (known >= 0) {
      this.#events.unshift(...events.slice(0, known));
      return known > 0;
    }
    this.#events = events;
    this.#next = next;
    this.#most = STEP;
    return events.length > 0;
  }

  /** Reads, or only shows, what was before. */
  async more() {
    this.#most += STEP;
    if (this.#events.length >= this.#most || this.#next === null) return;
    const { events, next } = await fetchEvents(this.#address, this.#next);
    this.#events.push(...events);
    this.#next = next;
  }

  get hasMore() {
    return this.#next !== null || this.#events.length > this.#most;
  }

  /**
   * A line for each that is shown.
   * @param {(event: RecordedEvent) => string} nameOf what a job is called, or ""
   * @param {(event: RecordedEvent) => boolean} isStored whether the job can be shown as it was then
   */
  lines(nameOf, isStored) {
    return this.#events.slice(0, this.#most).map((event) => lineOf(event, nameOf(event), isStored(event)));
  }
}

/** @param {RecordedEvent} event @param {string} called what the job is called @param {boolean} isStored */
function lineOf({ at, at_is, version, sub_job: subJob, name, from, to, status_text: sent, error_code: code, error_text: text }, called, isStored) {
  const time = new Date(at);
  const words = { name: called || subJob || '', from: from ? say(`status_${from}`) : '', to: to === 'unknown' && sent ? sent : say(`status_${to}`) };
  const word = !from ? 'event_first' : from === to ? 'event_still' : 'event_changed';
  // Jobs of one type differ in what they made, else only in their IDs.
  const own = name ?? (subJob ? `…\u2060${subJob.slice(-SHORT_ID)}` : '');
  const error = [code, text].filter(Boolean).join(' · ');
  const line = make('li', {},
    icon(STATUS_ICONS[to] ?? STATUS_ICONS.unknown, 'icon'),
    make('span', {}, say(word, words),
      ...(own && subJob ? [make('small', { class: 'own', title: subJob }, own)] : []),
      ...(error ? [make('small', { class: 'wrong' }, error)] : [])),
    make('time', { datetime: at, title: inFull(time) }, clock(time), ...(at_is === 'seen' ? [make('small', {}, say('event_seen'))] : [])));
  if (isStored) {
    const label = say('moment_show', { at: clock(time) });
    line.append(make('button', { type: 'button', class: 'square', 'data-version': String(version), 'aria-label': label, title: label }, icon(ICONS.history, 'line')));
  }
  line.dataset.status = to;
  line.dataset.what = 'failure'; // it begins with a name, which stays as it is
  return line;
}
