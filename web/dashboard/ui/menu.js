// The menu that a button opens, with the keys of the WAI-ARIA menu pattern.
//
// Knows: one menu at a time. Must not know: what its items do.

import { make } from '../../shared/dom.js';
import { find } from './nodes.js';

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
 * Opens a menu at a button.
 * @param {HTMLElement} button
 * @param {Choice[]} choices
 */
export function openMenu(button, choices) {
  const menu = find('#menu');
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
  find('#menu').hidePopover();
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
