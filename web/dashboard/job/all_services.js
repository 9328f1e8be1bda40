// Looks for a job under every service, one after another. The server limits how many unknown jobs one may look for:
// where it says so, the search goes on when the server allows.
//
// Knows: the backend's route of a job, and its answers. Must not know: nodes, texts.

import { ROOT } from '../state/root.js';
import { token } from '../state/token.js';

/**
 * @typedef {import('../../shared/address.js').Address} Address
 * @typedef {object} Outcome
 * @property {string} [service] that has the job
 * @property {number} tried services that answered
 * @property {number} failed services that could not be asked
 * @property {boolean} [isDenied] the server refuses
 */

const LONGEST_PAUSE = 120; // seconds

/** @param {number} seconds @param {AbortSignal} signal @returns {Promise<void>} rejects when it is given up */
const pause = (seconds, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, seconds * 1000);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    reject(signal.reason);
  }, { once: true });
});

/** @param {Address} address @param {AbortSignal} signal */
function ask({ region, service, project, job }, signal) {
  const path = ['api', region, service, 'v1', project, 'jobs', ...job.split('/')].map(encodeURIComponent);
  return fetch(ROOT + path.join('/'), { signal, cache: 'no-store', headers: { Accept: 'application/json', ...(token.now && { Authorization: `Bearer ${token.now}` }) } });
}

/**
 * @param {Address} address whose service does not matter
 * @param {string[]} services in the order in which they are tried
 * @param {(service: string, wait: number, tried: number) => void} says which one is next, and in how many seconds
 * @param {(text: string) => Promise<boolean>} isJob whether a response is one: a list may be empty
 * @param {AbortSignal} signal gives it up: the promise rejects
 * @returns {Promise<Outcome>}
 */
export async function findService(address, services, says, isJob, signal) {
  let failed = 0;
  for (const [i, service] of services.entries()) {
    for (;;) {
      says(service, 0, i);
      const response = await ask({ ...address, service }, signal);
      const { ok, status, headers } = response;
      if (ok && await isJob(await response.text())) return { service, tried: i - failed, failed };
      if (status === 401) return { tried: i - failed, failed, isDenied: true };
      if (status !== 429) {
        if (status >= 500) failed += 1;
        break;
      }
      const wait = Math.min(Number(headers.get('Retry-After')) || 1, LONGEST_PAUSE);
      says(service, wait, i);
      await pause(wait, signal);
    }
  }
  return { tried: services.length - failed, failed };
}
