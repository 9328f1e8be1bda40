// What a page is told of a job: as the engine gave it, for what stands on the screen may have been translated since.
//
// Knows: the watch's facts. Must not know: nodes.

import { State, Status } from '../host/abi.js';

/**
 * @typedef {import('../host/engine.js').Watch} Watch
 * @typedef {keyof typeof Status} StatusName
 * @typedef {keyof typeof State | 'idle' | 'broken'} StateName `idle`: no job is set; `broken`: no engine
 */

/**
 * A job in a few words.
 * @typedef {object} JobSummary
 * @property {string} id
 * @property {string} type
 * @property {StatusName} status
 * @property {string} statusText in words; a status we do not know, as sent
 * @property {Date | null} begin
 * @property {Date | null} end
 * @property {string} duration
 * @property {string} error code and reason
 * @property {string} progress in words
 * @property {number} total units of work: the leaves of the tree
 * @property {number} done those that have ended
 * @property {number} failed those that failed
 * @property {boolean} warning the job ended well and holds one that failed
 */

/**
 * @param {Watch | undefined} watch
 * @returns {Readonly<JobSummary> | null}
 */
export function jobOf(watch) {
  const it = watch?.job;
  if (!it) return null;
  const { id, name, status, statusText, begin, end, duration, error, progress, total, done, failed, warning } = it;
  return Object.freeze({
    id, type: name, status, statusText, begin, end, duration, error, progress, total, done, failed, warning,
  });
}

/**
 * The selected job, or null.
 * @param {Watch | undefined} watch
 */
export function selectionOf(watch) {
  const it = watch?.selection;
  return it ? { id: it.id, type: it.name, status: it.status } : null;
}

/**
 * How the watch goes, in a sentence; and what to do about it.
 * @param {Watch | undefined} watch
 */
export function noticeOf(watch) {
  const { message = '', hint = '' } = watch?.notice ?? {};
  return { message, hint };
}
