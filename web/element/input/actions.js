// What the buttons and choices of a tree do.
//
// Knows: names of buttons, options and keys of the engine, the clipboard. Must not know: what a frame changes.

import { Attribute, Expand, Key, Option } from '../../host/abi.js';
import { STATUSES } from '../../host/job_facts.js';
import { copyText } from '../../shared/copy.js';
import { setShape } from '../../shared/dom.js';
import { BUTTON_ICONS } from '../icons.js';
import { label } from '../nodes/places.js';

const COPIED = 1500; // milliseconds for which a copy is confirmed

/**
 * @typedef {import('../../host/watch.js').Watch} Watch
 * @typedef {import('../nodes/panel.js').StatusName} StatusName
 * @typedef {import('../nodes/tree_dom.js').TreeView} TreeView
 */

/**
 * @param {TreeView} view
 * @param {HTMLElement} button
 */
export function act(view, button) {
  const { watch, owner, summary } = view;
  switch (button.dataset.do) {
    case 'refresh': return watch?.refresh();
    case 'pause': return owner.togglePaused();
    case 'expand': return watch?.set(Option.expand, Expand.all);
    case 'collapse': return watch?.set(Option.expand, Expand.none);
    case 'zoom': return view.zoom();
    case 'close': return void watch?.key(Key.escape);
    case 'next_failure': return void watch?.key(Key.next_failure);
    case 'previous_failure': return void watch?.key(Key.previous_failure);
    case 'root_failure': return void watch?.key(Key.root_failure);
    case 'status': return watch?.set(Option.statuses, (summary.numbers.get(Attribute.statuses) ?? 0)
      ^ (1 << STATUSES.indexOf(/** @type {StatusName} */ (button.dataset.status))));
    case 'group': return showGroup(view, button);
    case 'show_all': return showAll(view);
    case 'again': return owner.restart();
    case 'copy': return void copy(view, button);
  }
}

/**
 * Shows the failures of one group alone, or all jobs again.
 * @param {TreeView} view
 * @param {HTMLElement} button
 */
function showGroup({ watch }, button) {
  const isShown = button.getAttribute('aria-pressed') === 'true';
  watch?.set(Option.statuses, 0);
  watch?.setText(Option.search, isShown ? '' : button.dataset.filter ?? '');
}

/** @param {TreeView} view */
function showAll(view) {
  const { watch } = view;
  watch?.setText(Option.search, '');
  watch?.set(Option.statuses, 0);
  view.focusTree(); // the button goes
}

/**
 * @param {Watch | undefined} watch
 * @param {HTMLElement} node that has another value
 */
export function choose(watch, node) {
  const choice = /** @type {HTMLSelectElement} */ (node);
  if (choice.dataset.choice === 'sort') watch?.set(Option.sort, choice.selectedIndex);
  if (choice.dataset.choice !== 'levels') return;
  watch?.set(Option.expand, Expand.none + choice.selectedIndex);
  choice.selectedIndex = 0;
}

/**
 * @param {TreeView} view
 * @param {HTMLElement} button behind what it copies
 */
async function copy(view, button) {
  const { base, words, watch } = view;
  const from = button.previousElementSibling;
  const text = (from?.localName === 'pre' ? watch?.selectedJson() : from?.textContent) ?? '';
  const isCopied = await copyText(text, base);
  const said = words(isCopied ? 'copied' : 'not_copied');
  view.announce(said);
  button.title = said;
  if (!isCopied) return;
  setTimeout(() => label(button, words), COPIED);
  setShape(button.firstElementChild, BUTTON_ICONS.copied);
  setTimeout(() => setShape(button.firstElementChild, BUTTON_ICONS.copy), COPIED);
}
