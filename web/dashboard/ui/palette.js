// The command palette: what can be done now, found by a few letters of it. Keys are those of the WAI-ARIA combobox
// pattern: the focus stays in the field, and the list says which command Enter does.
//
// Knows: one list of commands, its keys. Must not know: what the commands do (parts/actions.js does).

import { make } from '../../shared/dom.js';
import { say } from '../i18n/words.js';
import { openDialog } from './dialog.js';
import { isOfInputMethod } from './keys.js';
import { find, onClick } from './nodes.js';
import { closePopup } from './popup.js';

/**
 * @typedef {import('./keys.js').Group} Group
 * @typedef {{ text: string, also: string, group: string, key: string, act: () => void }} Command
 */

/** As the help shows it. */
export const PALETTE_KEY = /Mac|iP(hone|ad|od)/.test(navigator.platform) ? '⌘ K' : 'Ctrl K';
const PAGE = 8; // commands for Page Up and Page Down

/** @type {Group[]} */
let groups = [];
/** @type {Command[]} what can be done since it was opened */
let all = [];
/** @type {Command[]} those of them that hold what is typed */
let found = [];
let chosen = 0;
/** What can be done with a text that is in no command. @type {(text: string) => Command | undefined} */
let otherwise = () => undefined;

const dialog = /** @type {HTMLDialogElement} */ (find('#palette'));
const field = /** @type {HTMLInputElement} */ (find('#command'));
const list = find('#commands');

/** Reads the keyboard from now on. @param {Group[]} given @param {typeof otherwise} forOthers */
export function listenForPalette(given, forOthers) {
  groups = given;
  otherwise = forOthers;
  addEventListener('keydown', (event) => {
    const isOurs = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k';
    if (!isOurs || event.defaultPrevented || isOfInputMethod(event)) return;
    if (!dialog.open && document.querySelector('dialog[open]')) return;
    event.preventDefault(); // or the browser's own search opens
    if (dialog.open) dialog.close();
    else openPalette();
  });
}

/** Opens it, with all that can be done now. */
export function openPalette() {
  closePopup();
  all = groups.flatMap(({ title, actions }) => actions.flatMap(({ word, also, keys = [], act, isOffered, isPossible, choices }) => {
    if (isOffered?.() === false || isPossible?.() === false) return [];
    if (choices) return choices().filter(({ off }) => !off).map((it) => ({ text: it.text, also: it.also ?? '', act: it.act, group: say(word), key: '' }));
    return act ? [{ text: say(word), also: also ? say(also) : '', act, group: say(title), key: keys.join(' ') }] : [];
  }));
  field.value = '';
  show();
  openDialog('#palette');
  field.focus();
}

/** Shows the commands that hold every word of what is typed. */
function show() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  found = all.filter(({ text, also, group }) => words.every((word) => `${text} ${also} ${group}`.toLowerCase().includes(word)));
  const other = found.length === 0 && otherwise(field.value.trim());
  if (other) found = [other];
  list.replaceChildren(...found.map(({ text, group, key }, i) => make('li', { id: `command-${i}`, role: 'option' },
    make('bdi', {}, text), make('span', {}, group), ...(key ? [make('kbd', {}, key)] : []))));
  find('.help', dialog).textContent = found.length > 0 ? '' : say('commands_none');
  choose(0);
}

/** @param {number} index */
function choose(index) {
  chosen = Math.max(0, Math.min(index, found.length - 1));
  [...list.children].forEach((option, i) => option.setAttribute('aria-selected', String(i === chosen)));
  if (found.length > 0) field.setAttribute('aria-activedescendant', `command-${chosen}`);
  else field.removeAttribute('aria-activedescendant');
  list.children[chosen]?.scrollIntoView({ block: 'nearest' });
}

/** @param {Command | undefined} command */
function run(command) {
  if (!command) return;
  dialog.close(); // the focus is back where it was; from there the command takes it
  command.act();
}

field.addEventListener('input', show);
field.addEventListener('keydown', (event) => {
  if (isOfInputMethod(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  const last = found.length - 1;
  /** @type {Record<string, number>} */
  const places = {
    ArrowDown: chosen === last ? 0 : chosen + 1, ArrowUp: chosen === 0 ? last : chosen - 1, PageDown: chosen + PAGE, PageUp: chosen - PAGE,
  };
  if (event.key in places) choose(places[event.key]);
  else if (event.key === 'Enter') run(found[chosen]);
  else return;
  event.preventDefault();
});
list.addEventListener('mousedown', (event) => event.preventDefault()); // the focus stays in the field
list.addEventListener('click', ({ target }) => {
  const option = /** @type {Element} */ (target).closest('[role="option"]');
  if (option) run(found[[...list.children].indexOf(option)]);
});
onClick('#commands-open', openPalette);
