// What the engine wants to know for a ticket: where the job is, what its codes mean, which time it is there.
//
// Knows: the order of the engine's texts. Must not know: how a ticket is worded (the engine does).

import { explain } from './nodes/explanation.js';

/** @typedef {import('../host/job_facts.js').ErrorGroup} ErrorGroup */

const MOST_EXPLAINED = 10;
/** @type {import('./nodes/explanation.js').Explanation} */
const NOTHING = {};
const GROUP = 'error:';

/** What a group is called, or '' for none. @param {string} filter */
export const groupOf = (filter) => (filter.startsWith(GROUP) ? filter.slice(GROUP.length) : '');

/**
 * @param {string} timeZone an IANA name, or '' for the browser's
 * @param {Date} at
 * @returns {number} by how many minutes local time is ahead of UTC
 */
export function zoneMinutes(timeZone, at) {
  if (!timeZone) return -at.getTimezoneOffset();
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at);
  const [, sign = '+', hours = '0', minutes = '0'] =
    /GMT([+-])(\d+):(\d+)/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '') ?? [];
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
}

/**
 * Meaning and remedy of each group, as far as they are told and known.
 * @param {ErrorGroup[]} groups
 * @param {string} filter of the one that is told of, or ''
 * @param {string} backend
 * @param {string} language
 * @returns {Promise<string[]>}
 */
export async function explanations(groups, filter, backend, language) {
  const found = await Promise.all(groups.map(({ code, reason, filter: its }, i) => (
    (filter ? its === filter : i < MOST_EXPLAINED) ? explain(backend, code, reason).catch(() => NOTHING) : NOTHING)));
  return found.flatMap(({ meaning, remedy }) => [meaning?.[language] ?? '', remedy?.[language] ?? '']);
}
