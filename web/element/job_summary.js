// What a page is told of a job: as the engine gave it, for what stands on the screen may have been translated since.
//
// Knows: the watch's facts. Must not know: nodes.

import { Severity, State, Status } from '../host/abi.js';

/**
 * @typedef {import('../host/engine.js').Watch} Watch
 * @typedef {keyof typeof Status} StatusName
 * @typedef {keyof typeof State | 'idle' | 'broken'} StateName `idle`: no job is set; `broken`: no engine
 */

/**
 * The whole job, `type` being its name when it has none; failures of one error.
 * @typedef {import('../host/engine.js').JobFacts & import('../host/engine.js').Totals} JobSummary
 * @typedef {import('../host/engine.js').ErrorGroup} ErrorGroup
 */

/**
 * What is said of how the watch goes.
 * @typedef {object} Notice
 * @property {string} message
 * @property {string} hint what to do about it
 * @property {keyof typeof Severity} severity
 * @property {boolean} isLost it is not known how the job stands now
 */

/** @type {Readonly<Notice>} */
export const NO_NOTICE = Object.freeze({ message: '', hint: '', severity: 'none', isLost: false });

/**
 * @param {Watch | undefined} watch
 * @returns {Readonly<JobSummary> | null}
 */
export function jobOf(watch) {
  const it = watch?.job;
  return it ? Object.freeze({ ...it, type: it.type || it.name }) : null;
}

/**
 * The selected job, or null.
 * @param {Watch | undefined} watch
 */
export function selectionOf(watch) {
  const it = watch?.selection;
  return it ? { id: it.id, type: it.type || it.name, status: it.status } : null;
}
