// Keeps one page of what the server lists up to date while somebody looks: a query that the server holds until something
// changes, with a seat among the windows of this origin; without a seat, or where it holds none, a query every few seconds.
//
// Knows: when to query. Must not know: what a job is, what is on screen.

import { takeSeat } from '../../host/long_poll_seats.js';
import { Refusal, send } from '../state/send.js';

const HOLD = 25; // seconds
const TIMEOUT = 30_000; // milliseconds, beyond what a query is held
const AFTER_HELD = 1000; // milliseconds; a busy server changes all the time
const INTERVAL = 5000;
const RETRY_FIRST = 2000;
const RETRY_LAST = 30_000;

/** @param {number} milliseconds @param {AbortSignal} signal */
const pause = (milliseconds, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, milliseconds);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve(undefined);
  }, { once: true });
});

/** @template Page what the route sends */
export class BoardPoll {
  #listener;
  #route;
  #isHeld;
  /** The query string; undefined: nothing is wanted. @type {string | undefined} */
  #search;
  #etag = '';
  /** @type {AbortController | undefined} */
  #round;

  /**
   * @param {object} listener
   * @param {(page: Page) => void} listener.page another page than before
   * @param {(error: Error | undefined) => void} listener.went how the latest query went
   * @param {string} route
   * @param {boolean} [isHeld] whether the route holds a query until something changes
   */
  constructor(listener, route, isHeld = true) {
    this.#listener = listener;
    this.#route = route;
    this.#isHeld = isHeld;
    document.addEventListener('visibilitychange', () => this.#begin());
  }

  /** Shows what this query finds, from now on. @param {string | undefined} search undefined: nothing */
  watch(search) {
    if (search === this.#search) return;
    this.#search = search;
    this.#etag = '';
    this.#begin();
  }

  /** Queries at once, for a user who has changed something. */
  refresh() {
    this.#begin();
  }

  #begin() {
    this.#round?.abort();
    this.#round = undefined;
    if (this.#search === undefined || document.hidden) return;
    this.#round = new AbortController();
    void this.#run(this.#search, this.#round.signal);
  }

  /** @param {string} search @param {AbortSignal} signal */
  async #run(search, signal) {
    let retry = RETRY_FIRST;
    let isShown = false; // until then nobody waits for news
    while (!signal.aborted) {
      const release = isShown && this.#isHeld ? await takeSeat(location.origin) : undefined;
      let next = !isShown ? 0 : release ? AFTER_HELD : INTERVAL;
      try {
        const page = await this.#query(search, release ? HOLD : 0, signal);
        if (signal.aborted) return;
        isShown = true;
        retry = RETRY_FIRST;
        if (page) this.#listener.page(page);
        this.#listener.went(undefined);
      } catch (error) {
        if (signal.aborted) return;
        this.#listener.went(/** @type {Error} */ (error));
        if (error instanceof Refusal && error.status < 429) return; // the same query would be refused again
        isShown = false;
        next = retry;
        retry = Math.min(retry * 2, RETRY_LAST);
      } finally {
        release?.();
      }
      await pause(next, signal);
    }
  }

  /**
   * @param {string} search
   * @param {number} hold seconds
   * @param {AbortSignal} signal
   * @returns {Promise<Page | undefined>} undefined: it is as it was
   */
  async #query(search, hold, signal) {
    const request = new AbortController();
    const stop = () => request.abort();
    signal.addEventListener('abort', stop);
    const timer = setTimeout(stop, hold * 1000 + TIMEOUT);
    try {
      const response = await send(`${this.#route}?${search}`, {
        signal: request.signal,
        headers: { ...(this.#etag && { 'If-None-Match': this.#etag }), ...(hold && this.#etag && { Prefer: `wait=${hold}` }) },
      });
      if (response.status === 304) return undefined;
      const page = await response.json();
      if (!signal.aborted) this.#etag = response.headers.get('ETag') ?? '';
      return page;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }
}
