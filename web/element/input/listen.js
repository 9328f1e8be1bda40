// Tells the watch what the user does: clicks, keys, what is typed and chosen.
//
// Knows: events of the browser, which node they fell on. Must not know: what a button or key does.

import { Option, Part } from '../../host/abi.js';
import { act, choose } from './actions.js';
import { isOurs, keyOf } from './keyboard.js';

/** @typedef {import('../nodes/tree_dom.js').TreeView} TreeView */

/**
 * @param {TreeView} view
 * @param {{ search: HTMLInputElement, tools: HTMLElement, tree: HTMLElement }} nodes of it
 */
export function listen(view, { search, tools, tree }) {
  /** @param {Event} event */
  const rowOf = ({ target }) => /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest('.row'));

  view.base.addEventListener('click', (event) => {
    const target = /** @type {Element} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest('[data-do]'));
    if (button) return act(view, button);
    const row = rowOf(event);
    if (row) view.watch?.click(Number(row.dataset.slot), target.closest('.toggle') ? Part.toggle : Part.row);
  });

  // What is cut is read under the pointer.
  view.base.addEventListener('pointerover', ({ target }) => {
    const { dataset, scrollWidth, clientWidth, textContent } = /** @type {HTMLElement} */ (target);
    if (dataset.field && !dataset.label) /** @type {HTMLElement} */ (target).title = scrollWidth > clientWidth ? textContent ?? '' : '';
  });

  // By keys, a click, a screen reader, a search of the browser's: keys go on from where the focus is.
  tree.addEventListener('focusin', (event) => {
    const row = rowOf(event);
    if (row && row.tabIndex < 0) view.watch?.click(Number(row.dataset.slot), Part.focus);
  });

  view.base.addEventListener('keydown', (event) => {
    if (!isOurs(event)) return;
    const target = /** @type {Node} */ (event.target);
    if (target === search && ['Escape', 'Enter', 'ArrowDown'].includes(event.key)) {
      if (event.key === 'Escape') view.watch?.setText(Option.search, '');
      view.focusTree();
      return event.preventDefault();
    }
    const inTree = tree.contains(target);
    if (inTree && event.key === '/' && search.checkVisibility()) {
      view.focusSearch();
      return event.preventDefault();
    }
    const key = keyOf(event, inTree);
    if (key && view.watch?.key(...key)) event.preventDefault();
  });

  search.addEventListener('input', () => view.watch?.setText(Option.search, search.value));
  tools.addEventListener('change', (event) => choose(view.watch, /** @type {HTMLElement} */ (event.target)));
}
