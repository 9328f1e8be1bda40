// The queries of one watch: at most one is under way. Each tells the backend's clock, too.
//
// Knows: fetch, headers. Must not know: when to query, what a response says.

import { readBody, secondsUntil } from './response_body.js';

export const TOO_LARGE = -1; // the status of what is more than we take
const STORED = 203; // and of what the backend remembers of a job that the cloud has deleted
const CLOCKS_AGREE = 3000; // milliseconds between two clocks that a network and whole seconds explain
const NO_RESPONSE = { requestId: '', status: 0, isStored: false };

/**
 * Asks for the job. `etag` is '' or what If-None-Match should say; `hold`, when it is not 0, for how
 * many seconds the backend may hold the answer until the job changes (RFC 7240: Prefer).
 * @callback Query
 * @param {string} etag
 * @param {number} hold
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */

/**
 * @callback Answered
 * @param {number} status 0: nothing came
 * @param {Uint8Array[]} [body] as it came, in pieces
 * @param {string} [etag]
 * @param {number} [retryAfter] seconds
 * @param {number} [age] seconds
 * @returns {void}
 */

export class Requests {
  #query;
  #answered;
  /** @type {AbortController | undefined} of the query under way */
  #request;
  /** How the latest went. */
  last = NO_RESPONSE;
  /** What the backend's clock is ahead of the browser's, in milliseconds. All times of jobs go by the former. */
  clockOffset = 0;

  /**
   * @param {Query | undefined} query without one, nothing is sent
   * @param {Answered} answered
   */
  constructor(query, answered) {
    this.#query = query;
    this.#answered = answered;
  }

  /** Now, by the backend's clock. */
  get now() {
    return Date.now() + this.clockOffset;
  }

  /**
   * @param {string} etag
   * @param {number} hold seconds
   */
  async send(etag, hold) {
    if (!this.#query) return;
    this.cancel();
    const request = (this.#request = new AbortController());
    let status = 0; // nothing came
    /** @type {Response | undefined} */
    let response;
    /** @type {Uint8Array[] | undefined} */
    let body;
    try {
      response = await this.#query(etag, hold, request.signal);
      body = await readBody(response);
      status = body ? response.status : TOO_LARGE;
    } catch {}
    if (this.#request !== request) return; // another was asked in its place, or it was dropped
    this.#request = undefined;
    /** @param {string} name */
    const header = (name) => response?.headers.get(name) ?? '';
    this.#setClock(header('Date'), header('Age'));
    const storedAt = Date.parse(header('Jobtree-Stored-At'));
    const isStored = status > 0 && storedAt > 0;
    this.last = { requestId: header('X-Request-Id'), status: response?.status ?? 0, isStored };
    this.#answered(isStored ? STORED : status, body, header('ETag'), secondsUntil(header('Retry-After'), header('Date')),
      isStored ? (this.now - storedAt) / 1000 : Number(header('Age')));
  }

  /**
   * Jobs have begun and ended by the clocks of servers; one of a browser may be hours off.
   * @param {string} date when it was sent, in whole seconds
   * @param {string} age how long it lay in caches since, in seconds
   */
  #setClock(date, age) {
    // A cache on the way tells the date of when it got it. The backend's own says when it sent what may be old.
    const [sent, made] = [0, Number(age) * 1000].map((old) => Date.parse(date) + old - Date.now());
    const offset = Math.abs(sent) < Math.abs(made) ? sent : made;
    if (Number.isNaN(offset)) return;
    const isFine = Math.abs(offset) < CLOCKS_AGREE;
    if (isFine ? this.clockOffset !== 0 : Math.abs(offset - this.clockOffset) >= CLOCKS_AGREE) {
      this.clockOffset = isFine ? 0 : offset;
    }
  }

  /** @param {number} [late] 1: what came of it is nothing */
  cancel(late) {
    if (late) this.last = NO_RESPONSE;
    this.#request?.abort();
    this.#request = undefined;
  }
}
