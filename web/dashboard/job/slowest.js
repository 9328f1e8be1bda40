// The dialog that says where the time went: how long sub-jobs took, by type, and what the job's duration hangs on.
//
// Knows: tables. Must not know: how percentiles and the critical path are found (the engine does).

import { make } from '../../shared/dom.js';
import { count } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { openDialog } from '../ui/dialog.js';
import { find } from '../ui/nodes.js';

/**
 * @typedef {import('../../host/job_facts.js').Durations} Durations
 * @typedef {import('../../host/job_facts.js').JobRow} JobRow
 * @typedef {import('../state/open_job.js').OpenJob} OpenJob
 */

const MOST_PATH = 20; // rows

/** A button that shows a sub-job in the tree. @param {OpenJob} job @param {string} id @param {string} text */
function link({ tree }, id, text) {
  const button = make('button', { type: 'button', class: 'quiet', title: id }, text);
  button.addEventListener('click', () => {
    /** @type {HTMLDialogElement} */ (find('#slowest')).close();
    tree.reveal(id);
  });
  return button;
}

/** @param {OpenJob} job @param {Durations} of */
function lineOf(job, { name, type, count: n, p50, p90, p99, longest, longestId }) {
  return make('tr', {}, make('th', { scope: 'row', title: type }, name), make('td', {}, count(n)),
    ...[p50, p90, p99].map((text) => make('td', {}, text)), make('td', {}, link(job, longestId, longest)));
}

/** @param {OpenJob} job */
export function showSlowest(job) {
  const { tree } = job;
  find('#slowest-types').replaceChildren(...tree.durations.map((it) => lineOf(job, it)));
  find('#slowest-empty').hidden = tree.durations.length > 0;
  const { rows = [], total = 0 } = tree.criticalPath(MOST_PATH) ?? {};
  find('#critical').hidden = total === 0;
  find('#critical-help').textContent = say('critical_help', { n: count(total) });
  find('#critical-rows').replaceChildren(...rows.map(({ name, id, duration, facts }) =>
    make('li', {}, link(job, id, name), make('span', {}, duration), make('small', {}, facts || id))));
  if (total > rows.length) {
    find('#critical-rows').append(make('li', { class: 'left' }, say('find_left_more', { n: count(total - rows.length) })));
  }
  openDialog('#slowest');
}
