// What a tree is filtered by, as a page can put it into an attribute or a URL: "status:failed,running eip".
//
// Knows: names of statuses. Must not know: how a filter is carried out.

import { STATUSES } from '../../host/job_facts.js';

const FILTER = /^(?:status:([a-z,]*)(?: |$))?(.*)/s;

/**
 * @param {string} filter
 * @returns {{ text: string, statuses: number }} `statuses`: a bit each; names that are none are left out
 */
export function parseFilter(filter) {
  const [, names = '', text = ''] = FILTER.exec(filter) ?? [];
  return { text, statuses: STATUSES.reduce((bits, name, i) => bits | (names.split(',').includes(name) ? 1 << i : 0), 0) };
}

/**
 * @param {string} text
 * @param {number} statuses
 */
export function formatFilter(text, statuses) {
  const names = STATUSES.filter((_, i) => (statuses >> i) % 2 === 1);
  return [names.length ? `status:${names}` : '', text].filter(Boolean).join(' ');
}
