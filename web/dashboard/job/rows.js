// What is done with rows of the tree: their IDs are copied, the next running one is shown.
//
// Knows: rows, as the engine lists them. Must not know: how they look.

import { count } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { shareLink } from '../state/open_jobs.js';
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

/** The failures of one cause that the tree is filtered by, if it is. @param {OpenJob} job */
export const shownGroup = ({ tree }) => tree.groups.find(({ filter }) => filter === tree.filter);

/**
 * Copies the IDs of the sub-jobs that failed themselves; where the tree shows those of one cause, of these.
 * @param {OpenJob} job
 * @param {'jobs' | 'resources' | 'json'} form
 */
export function copyFailed(job, form) {
  const { tree } = job;
  const filter = shownGroup(job)?.filter;
  const lines = tree.failedIds(form, filter).trimEnd();
  const n = count((form === 'json' ? tree.failedIds('jobs', filter).trimEnd() : lines).split('\n').length);
  void copy(lines, say(form === 'resources' ? 'copied_resources' : 'copied_failed', { n }));
}

/** Copies the job as Markdown for a ticket; likewise of one cause, where it is shown. @param {OpenJob} job */
export async function copyTicket(job) {
  void copy(await job.tree.toMarkdown(shareLink(job), shownGroup(job)?.filter), say('copied_ticket'));
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
