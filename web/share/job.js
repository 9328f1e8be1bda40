// The job of a share link: its tree, and where it runs. The fragment of the URL says how it is looked at.
//
// Knows: one <job-tree>. Must not know: the link.

import { regionTitle, serviceTitle } from '../dashboard/i18n/places.js';
import { speech } from '../dashboard/i18n/words.js';
import { token } from '../dashboard/state/token.js';
import { VIEW } from '../dashboard/state/url.js';
import { find } from '../dashboard/ui/nodes.js';

/** @typedef {import('../element/job_tree_element.js').JobTreeElement} JobTreeElement */

/** States in which the link may have ended. */
const LOST = ['denied', 'not_found', 'not_understood'];

/** @type {JobTreeElement | undefined} */
let tree;
let name = '';

/**
 * @param {{ region: string, service: string, project_id: string, job_id: string }} job
 * @param {string | null} label
 * @param {() => void} lost called when it cannot be had
 */
export function showJob({ region, service, project_id: projectId, job_id: jobId }, label, lost) {
  name = label ?? '';
  const made = tree = /** @type {JobTreeElement} */ (document.createElement('job-tree'));
  Object.assign(made, { region, service, projectId, jobId, token: token.now });
  read(made);
  for (const type of ['job-tree-change', 'job-tree-settled']) made.addEventListener(type, showTitle);
  made.addEventListener('job-tree-error', () => LOST.includes(made.state) && lost());
  made.addEventListener('job-tree-view', () => history.replaceState(null, '', `#${new URLSearchParams(viewOf(made))}`));
  find('#trees').replaceChildren(made);
  find('#watch').hidden = false;
  speakJob();
}

export function closeJob() {
  tree?.remove();
  tree = undefined;
  find('#watch').hidden = true;
}

/** In the language of the page. */
export function speakJob() {
  if (!tree) return;
  tree.lang = speech.lang;
  find('#where').textContent = [name, serviceTitle(tree.service), regionTitle(tree.region)].filter(Boolean).join(' · ');
}

function showTitle() {
  if (!tree?.job) return;
  const { statusText: status, name: its } = tree.job;
  document.title = `${status.slice(0, 1).toUpperCase()}${status.slice(1)}: ${name || its}`;
}

/** @param {JobTreeElement} of */
const viewOf = (of) => VIEW.map((it) => [it, of.getAttribute(it) ?? '']).filter(([, value]) => value);

/** @param {JobTreeElement} into */
function read(into) {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const it of VIEW) {
    const value = given.get(it);
    if (value) into.setAttribute(it, value);
  }
}

addEventListener('hashchange', () => tree && read(tree));
