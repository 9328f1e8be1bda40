// Links to a part of the shown job: the selected sub-job, the cause whose failures are shown. Their buttons stand within the
// tree, beside what they link to.
//
// Knows: slots of <job-tree>. Must not know: the form of a URL.

import { icon, make } from '../../shared/dom.js';
import { say } from '../i18n/words.js';
import { linkToPart } from '../state/open_jobs.js';
import { ICONS } from '../ui/icons.js';
import { copy, showMessage } from '../ui/message.js';
import { shownGroup } from '../job/rows.js';

/** @typedef {import('../state/open_job.js').OpenJob} OpenJob */

/** Copies a link to the selected sub-job. @param {OpenJob} job */
export function copySubJobLink(job) {
  const { selected } = job.tree;
  if (selected) void copy(linkToPart(job, { selected }), say('copied_sub_job_link'));
}

/** Copies a link that shows the failures of the chosen cause. @param {OpenJob} job */
export function copyCauseLink(job) {
  const filter = shownGroup(job)?.filter;
  if (filter) void copy(linkToPart(job, { filter }), say('copied_cause_link'));
}

/** @type {WeakMap<OpenJob, HTMLElement[]>} */
const buttons = new WeakMap();
/** Jobs whose link to a sub-job was followed. @type {WeakSet<OpenJob>} */
const followed = new WeakSet();

/** The buttons in the tree, in the language of the page. @param {OpenJob} job */
export function showLinks(job) {
  const made = buttons.get(job) ?? /** @type {const} */ (['detail', 'why']).map((slot) => {
    const button = make('button', { type: 'button', class: 'quiet part-link', slot }, icon(ICONS.link, 'line'), make('span', {}));
    button.addEventListener('click', () => (slot === 'why' ? copyCauseLink(job) : copySubJobLink(job)));
    job.tree.append(button);
    return button;
  });
  buttons.set(job, made);
  /** @type {const} */ (['copy_sub_job_link', 'copy_cause_link']).forEach((word, i) => {
    if (made[i].textContent !== say(word)) /** @type {HTMLElement} */ (made[i].lastElementChild).textContent = say(word);
  });
  follow(job);
}

/** Says so when a link leads to a sub-job that the job has not. @param {OpenJob} job */
function follow(job) {
  const { tree } = job;
  if (!tree.job || followed.has(job)) return;
  followed.add(job);
  if (tree.selected && !tree.reveal(tree.selected)) showMessage(say('sub_job_missing', { id: tree.selected }));
}
