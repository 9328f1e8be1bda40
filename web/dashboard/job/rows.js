// What is done with rows of the tree: their IDs are copied, the next running one is shown.
//
// Knows: rows, as the engine lists them. Must not know: how they look.

import { count } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { copy, showMessage } from '../ui/message.js';

/**
 * @typedef {import('../state/open_job.js').OpenJob} OpenJob
 * @typedef {import('../../host/job_facts.js').JobRow} JobRow
 */

const ALL = 0xffffffff;
const MOST_RUNNING = 1000;

/**
 * Rows of a status that have none of that status below them. Each parent stands before its children.
 * @param {JobRow[]} rows
 * @param {string} status
 */
export function innermost(rows, status) {
  return rows.filter((row, i) => {
    if (row.status !== status) return false;
    for (let below = i + 1; below < rows.length && rows[below].level > row.level; below += 1) {
      if (rows[below].status === status) return false;
    }
    return true;
  });
}

/** The sub-jobs that failed themselves. All rows are looked at, as only these tell what lies below what. @param {OpenJob} job */
export const failedRows = ({ tree }) => innermost(tree.rows(ALL)?.rows ?? [], 'failed');

/** Copies the IDs of the sub-jobs that failed themselves, a line each. @param {OpenJob} job */
export function copyFailed(job) {
  const failed = failedRows(job);
  void copy(failed.map(({ id }) => id).join('\n'), say('copied_failed', { n: count(failed.length) }));
}

/** The one that was shown last. */
let lastShown = '';

/** Shows a sub-job that is running; when it is called again, the next. @param {OpenJob} job */
export function showRunning({ tree }) {
  const running = innermost(tree.rows(MOST_RUNNING, ['running'])?.rows ?? [], 'running');
  const here = running.findIndex(({ id }) => id === lastShown);
  const next = running[(here + 1) % running.length];
  lastShown = next?.id ?? '';
  if (next) tree.reveal(next.id);
  else showMessage(say('none_running'));
}
