// The list of jobs that is kept between visits: what is open, and what was open before.
//
// Knows: what is stored under which name. Must not know: job trees, nodes, the URL.

import { parseAddress } from '../../shared/address.js';
import { memory } from './memory.js';
import { MOST_JOBS } from './url.js';

/** @param {unknown} key */
const readKey = (key) => (typeof key === 'string' && parseAddress(key) ? key : undefined);

/** Keys of the jobs that are kept. @returns {string[]} */
export function keptJobs() {
  return memory.list('open', readKey, MOST_JOBS);
}

/** Stores what is open, before what was kept earlier. @param {string[]} open keys @param {string[]} [removed] keys that are kept no longer */
export function saveJobs(open, removed = []) {
  const others = keptJobs().filter((key) => !open.includes(key) && !removed.includes(key));
  memory.set('open', JSON.stringify([...open, ...others].slice(0, MOST_JOBS)));
}

/** Kept jobs that are not open, as many as there is room for. @param {string[]} open keys */
export function jobsAside(open) {
  return keptJobs().filter((key) => !open.includes(key)).slice(0, MOST_JOBS - open.length);
}
