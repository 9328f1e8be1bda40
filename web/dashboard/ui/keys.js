// The keyboard: one letter for what is done often. Never while something is typed, and never with a
// modifier, which belongs to the browser.

import { make } from '../../shared/dom.js';
import { memory } from '../state/memory.js';
import { one, openDialog } from './page.js';
import { say } from '../i18n/words.js';

/**
 * @typedef {import('../i18n/words.js').DashboardWord} Word
 * @typedef {{ keys: string[], word: Word, act?: (key: string) => void }} Shortcut
 */

/** @type {{ title: Word, shortcuts: Shortcut[] }[]} */
let groups = [];

/**
 * Reads the keyboard from now on.
 * @param {typeof groups} given without `act`, a shortcut is only told of: another part listens for it
 */
export function listenForKeys(given) {
  groups = given;
  const letters = /** @type {HTMLInputElement} */ (one('#letters'));
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
}

/** A shortcut has moved the focus into the tree, and nothing else was done since. */
let hasLed = false;

/** @param {KeyboardEvent} event */
function inTree(event) {
  const [target] = event.composedPath();
  return target instanceof Element && target.closest('[role="tree"]') !== null;
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  const target = /** @type {Element} */ (event.composedPath()[0]);
  if (target.matches?.('input:not([type="checkbox"]), textarea, select, [contenteditable]')) return;
  if (document.querySelector('dialog[open], :popover-open')) return;
  if (event.key === 'Escape' && inTree(event)) return one('#main').focus();
  const isOff = memory.get('letters') === 'off' && event.key !== '?';
  const shortcut = groups.flatMap((group) => group.shortcuts).find(({ keys, act }) => act && keys.includes(event.key));
  if (!shortcut?.act || isOff) return;
  event.preventDefault();
  event.stopPropagation();
  hasLed = true;
  shortcut.act(event.key);
}

export function showHelp() {
  one('#help-keys').replaceChildren(...groups.map(({ title, shortcuts }) => make('section', {},
    make('h3', {}, say(title)),
    make('dl', {}, ...shortcuts.map(({ keys, word }) => make('div', {},
      make('dt', {}, say(word)),
      make('dd', {}, ...keys.map((key) => make('kbd', {}, key)))))))));
  openDialog('#help');
}
