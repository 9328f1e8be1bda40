// What happened to a job while this tab watched it, bounded, and kept until the tab is closed.
//
// Knows: a job's summary, and times. Must not know: texts, nodes.

import { tabMemory } from './memory.js';

/**
 * @typedef {import('../../host/job_facts.js').JobSummary} JobSummary
 * @typedef {import('../../host/job_facts.js').Change} Change
 *
 * @typedef {object} Event of the history, without words, so that it can be read in either language
 * @property {number} at
 * @property {number} [since] when the first of the counts that became this event was seen
 * @property {boolean} [isReported] the service gave the time; this page did not see it
 * @property {'status' | 'counts' | 'failure' | 'lost' | 'found'} what
 * @property {string} [status] a name of STATUS_ICONS
 * @property {string} [text] the status in words, or the error
 * @property {string} [name] of the sub-job that failed
 * @property {string} [state] of the watch
 * @property {number} [done]
 * @property {number} [total]
 * @property {number} [failed]
 */

const MOST = 200;
const LONGEST = 300;
/** Failures that are named when several come at once: how many there are, the counts say. */
const MOST_NAMED = 5;
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
   * @param {readonly Change[]} changes which jobs have another status
   */
  note(job, state, isLost, now, changes = []) {
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
      // What had failed before the first look did not fail now.
      if (!isFirst) this.#addFailures(changes, now);
      if (total > 1 && !isFirst) this.#addCounts({ at: now, what: 'counts', done, total, failed }, isNewFailure);
    }
    const isFirstLook = this.#status === '';
    const told = `${status} ${statusText}`;
    if (told === this.#status) return;
    this.#status = told;
    const last = this.events.findLast((event) => event.what === 'status');
    if (last?.status === status) return; // a reload, or another language
    // What ended before it was looked at did not end now: the service says when.
    const reported = isFirstLook && job.end ? { at: job.end.getTime(), isReported: true } : { at: now };
    this.#add({ ...reported, what: 'status', status, text: error || (status === 'unknown' ? statusText : '') });
  }

  /** Names what failed; the whole job has an event of its own. @param {readonly Change[]} changes @param {number} now */
  #addFailures(changes, now) {
    const failed = changes.filter(({ id, to }) => to === 'failed' && !this.#key.endsWith(`/${id}`));
    for (const { name, error } of failed.slice(0, MOST_NAMED)) this.#add({ at: now, what: 'failure', status: 'failed', name, text: error });
  }

  /** @param {Event} event @param {boolean} isNews */
  #addCounts(event, isNews) {
    const last = this.events.at(-1);
    const since = last?.since ?? last?.at ?? 0;
    const joins = last?.what === 'counts' && !isNews && event.at - since < TOGETHER && last.failed === event.failed;
    // The counts stand beside the time at which they were these.
    if (joins) this.events[this.events.length - 1] = { ...event, since };
    else this.#add(event);
  }

  /** @param {Event} event */
  #add(event) {
    const short = Object.fromEntries(Object.entries(event).map(([key, value]) => [key, typeof value === 'string' ? value.slice(0, LONGEST) : value]));
    this.events.push(/** @type {Event} */ (short));
    if (this.events.length > MOST) this.events.splice(0, this.events.length - MOST);
  }

  /** Until the tab is closed. */
  save() {
    tabMemory.set(this.#key, JSON.stringify(this.events));
  }
}

/** @param {any} value @returns {Event | undefined} */
function readEvent(value) {
  const isGood = Number.isFinite(value?.at) && ['status', 'counts', 'failure', 'lost', 'found'].includes(value.what) &&
    ['status', 'text', 'name', 'state'].every((name) => ['string', 'undefined'].includes(typeof value[name])) &&
    ['done', 'total', 'failed'].every((name) => ['number', 'undefined'].includes(typeof value[name]));
  return isGood ? value : undefined;
}
