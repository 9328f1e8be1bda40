// Small helps that all parts of the dashboard share: nodes of the page, a message at its foot,
// menus, dialogs, the clipboard.

import { copyText } from '../../shared/copy.js';
import { make } from '../../shared/dom.js';
import { say } from '../i18n/words.js';

const MESSAGE = 8000; // milliseconds a message stays

/**
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @returns {T}
 */
export function one(selector, within = /** @type {ParentNode} */ (document)) {
  return /** @type {T} */ (within.querySelector(selector));
}

/** @param {string} selector @param {() => void} act */
export function onClick(selector, act) {
  one(selector).addEventListener('click', act);
}

let messageTimer = 0;
/** @type {(() => void) | undefined} */
let messageAction;

/**
 * Says something at the foot of the page, for a while; with `action`, a button that undoes it.
 * @param {string} text
 * @param {() => void} [action]
 */
export function tell(text, action) {
  const message = one('#message');
  // What is behind an open sheet is dimmed, and not said.
  const place = document.querySelector('dialog[open]') ?? document.body;
  if (message.parentElement !== place) place.append(message);
  messageAction = action;
  const button = make('button', { type: 'button' }, say('undo'));
  button.addEventListener('click', () => undo());
  message.replaceChildren(make('span', {}, text), ...(action ? [button] : []));
  message.dataset.shown = '';
  clearTimeout(messageTimer);
  messageTimer = window.setTimeout(hush, MESSAGE);
}

function hush() {
  const message = one('#message');
  if (message.matches(':hover, :focus-within')) {
    messageTimer = window.setTimeout(hush, 1000);
    return;
  }
  delete message.dataset.shown;
  message.replaceChildren();
  messageAction = undefined;
}

/** What the message offers to undo, if it does; whether it did. */
export function undo() {
  const action = messageAction;
  if (!action) return false;
  messageAction = undefined;
  one('#message').replaceChildren();
  delete one('#message').dataset.shown;
  action();
  return true;
}

/**
 * @param {string} text
 * @param {string} [done] what to say of it
 */
export async function copy(text, done = say('copied')) {
  const isCopied = await copyText(text, document.querySelector('dialog[open]') ?? document.body);
  tell(isCopied ? done : say('copy_failed', { text }));
}

/**
 * @typedef {object} Choice of a menu
 * @property {string} text
 * @property {() => void} act
 * @property {boolean} [off]
 */

/**
 * The button whose menu was open when the pointer went down: that closes the menu, and the click that
 * follows must not open it again.
 * @type {Element | null}
 */
let closing = null;
addEventListener('pointerdown', () => {
  closing = document.querySelector('[aria-haspopup="menu"][aria-expanded="true"]');
}, true);
// It counts for that one press: what comes later, by the keyboard say, opens the menu again.
addEventListener('click', () => { closing = null; });
addEventListener('keydown', () => { closing = null; }, true);

/**
 * Opens a menu at a button; the keys are those of the WAI-ARIA menu pattern.
 * @param {HTMLElement} button
 * @param {Choice[]} choices
 */
export function openMenu(button, choices) {
  const menu = one('#menu');
  if (menu.matches(':popover-open')) return menu.hidePopover();
  if (closing === button) {
    closing = null;
    return;
  }
  menu.setAttribute('aria-label', button.getAttribute('aria-label') ?? button.textContent ?? '');
  menu.replaceChildren(...choices.map(({ text, act, off }) => {
    const item = make('button', { type: 'button', role: 'menuitem', tabindex: '-1' }, text);
    item.disabled = off === true;
    item.addEventListener('click', () => {
      closeMenu(button);
      act();
    });
    return item;
  }));
  menu.onbeforetoggle = (event) => button.setAttribute('aria-expanded', String(/** @type {ToggleEvent} */ (event).newState === 'open'));
  menu.showPopover();
  const at = button.getBoundingClientRect();
  const left = Math.min(Math.max(at.right - menu.offsetWidth, 8), innerWidth - menu.offsetWidth - 8);
  const below = at.bottom + 4;
  const fits = below + menu.offsetHeight < innerHeight;
  menu.style.left = `${left}px`;
  menu.style.top = `${fits ? below : Math.max(at.top - 4 - menu.offsetHeight, 8)}px`;
  items(menu)[0]?.focus();
  menu.onkeydown = (event) => pressInMenu(event, menu, button);
}

/** @param {HTMLElement} menu */
const items = (menu) => /** @type {HTMLElement[]} */ ([...menu.querySelectorAll('button:enabled')]);

/** @param {HTMLElement} button */
function closeMenu(button) {
  one('#menu').hidePopover();
  button.focus();
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} menu
 * @param {HTMLElement} button
 */
function pressInMenu(event, menu, button) {
  const all = items(menu);
  const here = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  /** @type {Record<string, number>} */
  const places = { ArrowDown: (here + 1) % all.length, ArrowUp: (here + all.length - 1) % all.length, Home: 0, End: all.length - 1 };
  if (event.key in places) all[places[event.key]].focus();
  else if (event.key === 'Escape' || event.key === 'Tab') closeMenu(button);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/**
 * Opens a dialog; it closes by its button, by Escape and by a click beside it.
 * @param {string} selector
 */
export function openDialog(selector) {
  const dialog = /** @type {HTMLDialogElement} */ (one(selector));
  if (!dialog.open) dialog.showModal();
}

for (const dialog of document.querySelectorAll('dialog')) {
  dialog.addEventListener('click', (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target === dialog || target.closest('[data-close]')) dialog.close();
  });
}
