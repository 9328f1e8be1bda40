// The keyboard: one letter for what is done often. Never while something is typed, and never with a
// modifier, which belongs to the browser.
//
// Knows: when a key is a shortcut. Must not know: what the shortcuts do (parts/actions.js does).

import { make } from '../../shared/dom.js';
import { memory } from '../state/memory.js';
import { say } from '../i18n/words.js';
import { openDialog } from './dialog.js';
import { find, onClick } from './nodes.js';
import { isPopupOpen } from './popup.js';

/**
 * @typedef {import('../i18n/words.js').DashboardWord} Word
 * @typedef {object} Action
 * @property {Word} word
 * @property {Word} [also] what its button says, where that is another word
 * @property {string[]} [keys] those of several letters are listened to by another part
 * @property {() => void} [act]
 * @property {() => boolean} [isOffered] whether there is such a thing on this server
 * @property {() => boolean} [isPossible] whether it can be done now
 * @property {() => import('./menu.js').Choice[]} [choices] what there is to choose from, in the place of one action
 * @typedef {{ title: Word, actions: Action[] }} Group
 */

/** @type {Group[]} */
let groups = [];

/** Reads the keyboard from now on. @param {Group[]} given */
export function listenForKeys(given) {
  groups = given;
  const letters = /** @type {HTMLInputElement} */ (find('#letters'));
  letters.checked = memory.get('letters') !== 'off';
  letters.addEventListener('change', () => memory.set('letters', letters.checked ? '' : 'off'));
  // Before the tree, in which letters go to a name: unless a shortcut has just led there.
  addEventListener('keydown', (event) => {
    const isInTree = inTree(event);
    const goesOn = isInTree && hasLed && /^[a-z/]$/.test(event.key);
    if (goesOn || (isInTree && event.key === '?')) press(event);
    else if (event.key !== 'Shift') hasLed = false;
  }, true);
  addEventListener('pointerdown', () => { hasLed = false; }, true);
  addEventListener('keydown', press);
  onClick('#help-open', showHelp);
}

/** A shortcut has moved the focus into the tree, and nothing else was done since. */
let hasLed = false;

/**
 * Whether a key belongs to an input method: WebKit ends a composition before the Enter that confirms it, and only the
 * code 229 tells (UI Events, keyCode of a keydown).
 * @param {KeyboardEvent} event
 */
export const isOfInputMethod = (event) => event.isComposing || event.keyCode === 229;

/** @param {KeyboardEvent} event */
function inTree(event) {
  const [target] = event.composedPath();
  return target instanceof Element && target.closest('[role="tree"]') !== null;
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || isOfInputMethod(event)) return;
  const target = /** @type {Element} */ (event.composedPath()[0]);
  if (target.matches?.('input:not([type="checkbox"]), textarea, select, [contenteditable]')) return;
  if (isPopupOpen() || document.querySelector('dialog[open]')) return;
  if (event.key === 'Escape' && inTree(event)) return find('#main').focus();
  const isOff = memory.get('letters') === 'off' && event.key !== '?';
  const action = groups.flatMap((group) => group.actions).find(({ keys, act, isOffered }) => act && keys?.includes(event.key) && isOffered?.() !== false);
  if (!action?.act || isOff) return;
  event.preventDefault();
  event.stopPropagation();
  hasLed = true;
  action.act();
}

/** Opens the dialog that lists the shortcuts. */
export function showHelp() {
  const shown = groups.map(({ title, actions }) => ({ title, actions: actions.filter(({ keys, isOffered }) => keys && isOffered?.() !== false) }));
  find('#help-keys').replaceChildren(...shown.filter(({ actions }) => actions.length > 0).map(({ title, actions }) => make('section', {},
    make('h3', {}, say(title)),
    make('dl', {}, ...actions.map(({ keys = [], word }) => make('div', {},
      make('dt', {}, say(word)),
      make('dd', {}, ...keys.map((key) => make('kbd', {}, key)))))))));
  openDialog('#help');
}

/**
 * Where a low screen scrolls as a whole, the row a key leads to is seen. The element scrolls itself, and leaves the
 * page around it alone; it moves the focus within a frame.
 */
export function followFocus() {
  addEventListener('keydown', () => requestAnimationFrame(() => requestAnimationFrame(() => {
    const row = document.activeElement?.shadowRoot?.activeElement?.closest('[role="treeitem"]');
    row?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  })), { capture: true });
}
