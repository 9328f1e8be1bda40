// Fetches a job from the backend: its URL, its headers, the token that opens it.
//
// Knows: HTTP, tokens, seats for long polls. Must not know: what a job is, when to fetch (the engine does).

import { takeSeat } from './long_poll_seats.js';

/** How a portal gets the token for a backend that wants one. @typedef {() => string | Promise<string>} TokenProvider */

/** The token of one element. */
export class Tokens {
  /** @type {string | undefined} */
  given;
  /** @type {TokenProvider | undefined} */
  provider;
  /** @type {string | undefined} what the provider gave */
  #provided;

  /**
   * @template {'given' | 'provider'} Name
   * @param {Name} name
   * @param {Tokens[Name]} value
   * @returns {boolean} whether it is another one
   */
  set(name, value) {
    if (value === this[name]) return false;
    /** @type {Tokens[Name]} */ (this[name]) = value;
    this.#provided = undefined;
    return true;
  }

  /** The one to use now. */
  get current() {
    return this.#provided ?? this.given;
  }

  /**
   * Without a new token the backend is queried all the same: it knows best what to say.
   * @param {TokenProvider} provider
   * @param {AbortSignal} signal
   * @returns {Promise<string | undefined>} the one to use from now on
   */
  async renew(provider, signal) {
    try {
      this.#provided = await Promise.race([provider(), end(signal)]);
    } catch (error) {
      if (signal.aborted) throw error;
      reportError(error); // to the page's developer, as what breaks in a listener
    }
    return this.current;
  }
}

/**
 * Rejects when the query is over.
 * @param {AbortSignal} signal
 * @returns {Promise<never>}
 */
function end(signal) {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

/**
 * @param {string} url
 * @param {Tokens} tokens
 * @returns {import('./requests.js').Query}
 */
export function jobQuery(url, tokens) {
  const { origin } = new URL(url, document.baseURI);
  return async (etag, hold, signal) => {
    const release = hold ? await takeSeat(origin) : undefined;
    try {
      return await send(url, tokens, etag, release ? hold : 0, signal);
    } finally {
      release?.();
    }
  };
}

/**
 * @param {string} url
 * @param {Tokens} tokens
 * @param {string} etag
 * @param {number} hold
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */
async function send(url, tokens, etag, hold, signal) {
  let { provider, current: token } = tokens; // the provider is called at most once
  for (;;) {
    if (provider && !token) {
      token = await tokens.renew(provider, signal);
      provider = undefined;
    }
    const response = await fetch(url, {
      signal,
      cache: 'no-store', // the ETag is ours to send; the browser's cache would hide a 304
      headers: {
        Accept: 'application/json',
        ...(etag && { 'If-None-Match': etag }),
        ...(hold && { Prefer: `wait=${hold}` }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
    });
    // A refusal of the cloud, which never names a scheme, must not be sent twice.
    const isOurs = response.status === 401 && response.headers.has('WWW-Authenticate');
    if (!isOurs || !provider || signal.aborted) return response;
    token = undefined;
  }
}
