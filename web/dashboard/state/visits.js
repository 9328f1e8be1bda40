// When this browser was here before, so that it can be told what happened since.
//
// Knows: two times, kept in the browser. Must not know: what happened.

import { memory } from './memory.js';

const ANOTHER_VISIT = 30 * 60_000; // milliseconds without a look at the page
const STEP = 60_000; // milliseconds between two notes

/** @returns {number[]} when the visit before this one ended, and when somebody looked last; 0 for never */
const times = () => memory.get('visit').split(' ').map((text) => Number(text) || 0);

/** Notes that somebody looks at the page. @param {number} now */
export function noteVisit(now) {
  const [before = 0, latest = 0] = times();
  const isAnother = latest > 0 && now - latest >= ANOTHER_VISIT;
  if (!isAnother && latest > 0 && now - latest < STEP) return;
  memory.set('visit', `${isAnother ? latest : before} ${now}`);
}

/** When the visit before this one ended. @returns {Date | undefined} undefined: this is the first */
export function lastVisit() {
  const [before = 0] = times();
  return before > 0 ? new Date(before) : undefined;
}
