// Whether what a server sent is a job: some services send an empty list for one that they do not know.
//
// Knows: an element that nobody sees, whose engine decides. Must not know: where the text is from.

import { make } from '../../shared/dom.js';

const LONGEST_WAIT = 5000; // milliseconds, as an engine may not come

/** @param {string} text @returns {Promise<boolean>} */
export function isJob(text) {
  const tree = /** @type {import('../../element/job_tree_element.js').JobTreeElement} */ (make('job-tree', { class: 'unseen', 'aria-hidden': 'true' }));
  return new Promise((resolve) => {
    /** @param {boolean} is */
    const end = (is) => {
      clearTimeout(timer);
      tree.remove();
      resolve(is);
    };
    const timer = setTimeout(() => end(true), LONGEST_WAIT); // then it is looked at as any other
    tree.addEventListener('job-tree-change', () => end(tree.job !== null));
    tree.addEventListener('job-tree-error', () => end(false));
    document.body.append(tree);
    tree.load(text);
  });
}
