// The keyboard: one letter for what is done often. Never while something is typed, and never with a
// modifier, which belongs to the browser.

import { make } from '../../shared/dom.js';
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
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const target = /** @type {Element} */ (event.composedPath()[0]);
    if (target.matches?.('input:not([type="checkbox"]), textarea, select, [contenteditable]')) return;
    if (document.querySelector('dialog[open], :popover-open')) return;
    const shortcut = groups.flatMap((group) => group.shortcuts).find(({ keys, act }) => act && keys.includes(event.key));
    if (!shortcut?.act) return;
    event.preventDefault();
    shortcut.act(event.key);
  });
}

export function showHelp() {
  one('#help-keys').replaceChildren(...groups.map(({ title, shortcuts }) => make('section', {},
    make('h3', {}, say(title)),
    make('dl', {}, ...shortcuts.map(({ keys, word }) => make('div', {},
      make('dt', {}, say(word)),
      make('dd', {}, ...keys.map((key) => make('kbd', {}, key)))))))));
  openDialog('#help');
}
