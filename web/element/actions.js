// What the buttons and choices of a tree do.
//
// Knows: names of buttons, options and keys of the engine, the clipboard. Must not know: what a frame changes.

import { Attribute, Expand, Key, Option } from '../host/abi.js';
import { copyText } from '../shared/copy.js';
import { setShape } from '../shared/dom.js';
import { BUTTON_ICONS } from './icons.js';
import { STATUS_NAMES } from './panel.js';
import { label } from './places.js';

const COPIED = 1500; // milliseconds for which a copy is confirmed

/** @typedef {import('../host/engine.js').Watch} Watch */

/**
 * The view, as far as buttons need it.
 * @typedef {object} Stage
 * @property {Watch | undefined} watch
 * @property {import('./tree_dom.js').Owner} owner
 * @property {import('./panel.js').Panel} summary
 * @property {HTMLElement} base
 * @property {(word: import('./words.js').Word) => string} words
 * @property {() => Uint8Array | undefined} sourceBytes of the selected job
 * @property {(text: string) => void} announce
 * @property {() => void} focusTree
 */

/**
 * @param {Stage} stage
 * @param {HTMLElement} button
 */
export function act(stage, button) {
  const { watch, owner, summary } = stage;
  switch (button.dataset.do) {
    case 'refresh': return watch?.refresh();
    case 'pause': return owner.togglePaused();
    case 'expand': return watch?.set(Option.expand, Expand.all);
    case 'collapse': return watch?.set(Option.expand, Expand.none);
    case 'close': return void watch?.key(Key.escape);
    case 'next_failure': return void watch?.key(Key.next_failure);
    case 'previous_failure': return void watch?.key(Key.previous_failure);
    case 'root_failure': return void watch?.key(Key.root_failure);
    case 'status': return watch?.set(Option.statuses, (summary.numbers.get(Attribute.statuses) ?? 0)
      ^ (1 << STATUS_NAMES.indexOf(/** @type {import('./panel.js').StatusName} */ (button.dataset.status))));
    case 'show_all': return showAll(stage);
    case 'again': return owner.restart();
    case 'copy': return void copy(stage, button);
  }
}

/** @param {Stage} stage */
function showAll({ watch, focusTree }) {
  watch?.setText(Option.search, '');
  watch?.set(Option.statuses, 0);
  focusTree(); // the button goes
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
 * @param {Stage} stage
 * @param {HTMLElement} button behind what it copies
 */
async function copy({ base, words, sourceBytes, announce }, button) {
  const from = button.previousElementSibling;
  const text = from?.localName === 'pre' ? new TextDecoder().decode(sourceBytes()) : from?.textContent ?? '';
  const isCopied = await copyText(text, base);
  const said = words(isCopied ? 'copied' : 'not_copied');
  announce(said);
  button.title = said;
  if (!isCopied) return;
  setTimeout(() => label(button, words), COPIED);
  setShape(button.firstElementChild, BUTTON_ICONS.copied);
  setTimeout(() => setShape(button.firstElementChild, BUTTON_ICONS.copy), COPIED);
}
