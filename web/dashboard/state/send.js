// One way to the routes of the server that are not a job's own: the token, the language, and what a refusal means.
//
// Knows: HTTP, problem documents. Must not know: which routes there are.

import { say, speech } from '../i18n/words.js';
import { ROOT } from './root.js';
import { token } from './token.js';

/** @typedef {import('../i18n/words.js').DashboardWord} DashboardWord */

/** A response that says no. */
export class Refusal extends Error {
  #problem;

  /** @param {number} status @param {any} problem what the server says of it */
  constructor(status, problem) {
    super();
    this.status = status;
    this.#problem = problem;
  }

  /** In the language of the page, also when that changes. @override */
  get message() {
    return wordsOf(this.#problem) || `HTTP ${this.status}`;
  }

  get isForbidden() {
    return this.status === 401 || this.status === 403;
  }
}

/**
 * @param {string} path
 * @param {RequestInit & { headers?: Record<string, string> }} [options]
 * @returns {Promise<Response>} of 2xx or 304
 * @throws {Refusal}
 */
export async function send(path, options = {}) {
  const response = await fetch(ROOT + path, {
    cache: 'no-store', // the ETag is ours to send; the browser's cache would hide a 304
    ...options,
    headers: {
      Accept: 'application/json',
      'Accept-Language': speech.lang,
      ...(token.now && { Authorization: `Bearer ${token.now}` }),
      ...options.headers,
    },
  });
  if (response.ok || response.status === 304) return response;
  throw new Refusal(response.status, await response.json().catch(() => ({})));
}

/** What the server's own codes mean, in words of the page. @type {Readonly<Record<string, DashboardWord>>} */
const PROBLEMS = Object.freeze({
  'jobtree.bad_parameter': 'problem_parameter',
  'jobtree.busy': 'problem_busy',
  'jobtree.cross_site': 'problem_cross_site',
  'jobtree.job_not_found': 'problem_job',
  'jobtree.memory_unavailable': 'problem_memory',
  'jobtree.not_permitted': 'problem_denied',
  'jobtree.too_many_connections': 'problem_busy',
});

/** A problem in the language of the page; one of which we know no better, as the server says it. @param {any} problem */
function wordsOf(problem) {
  const said = String(problem?.detail ?? problem?.title ?? '');
  const word = Object.hasOwn(PROBLEMS, problem?.code) ? PROBLEMS[problem.code] : undefined;
  return word ? say(word, { detail: said }) : said;
}
