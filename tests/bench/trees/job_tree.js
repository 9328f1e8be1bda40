// <job-tree>, as a page has it.

import '/job-tree.js';
import { enter } from './arena.js';

enter((host) => {
  const tree = /** @type {any} */ (document.createElement('job-tree'));
  const words = { 'region': 'cn-north-4', 'project-id': '-', 'job-id': 'ff808082843684110184e155fdb36461', 'expand': 'all' };
  for (const [name, value] of Object.entries(words)) tree.setAttribute(name, value);
  host.append(tree);
  /** The element has its shadow root a moment after it is connected. @param {string} selector */
  const find = (selector) => tree.shadowRoot.querySelector(selector);
  return {
    get root() { return tree.shadowRoot; },
    scroller: () => find('.tree'),
    rows: () => [...tree.shadowRoot.querySelectorAll('.row')],
    progress: () => tree.job.progress,
    refresh: () => tree.refresh(),
    expandAll: () => tree.expandAll(),
    collapseAll: () => tree.collapseAll(),
    // As a user does it.
    search(text) {
      find('input').value = text;
      find('input').dispatchEvent(new Event('input'));
    },
    filter: (status) => find(status ? `.chip[data-status=${status}]` : '.chip[aria-pressed=true]').click(),
    can: (what) => find(what === 'search' ? 'input[type=search]' : 'button.chip') !== null,
    close: () => tree.remove(),
  };
});
