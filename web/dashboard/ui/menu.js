// The menu that a button opens, with the keys of the WAI-ARIA menu pattern.
//
// Knows: one menu at a time. Must not know: what its items do, what else opens over the page.

import { make } from '../../shared/dom.js';
import { find } from './nodes.js';
import { closePopup, togglePopup } from './popup.js';

/**
 * @typedef {object} Choice of a menu
 * @property {string} text
 * @property {string} [also] what else it is found by
 * @property {() => void} act
 * @property {boolean} [off]
 */

/**
 * Opens a menu at a button, or closes it when it is open there.
 * @param {HTMLElement} button
 * @param {Choice[]} choices
 */
export function openMenu(button, choices) {
  const menu = find('#menu');
  if (!togglePopup(menu, button)) return;
  menu.setAttribute('aria-label', button.getAttribute('aria-label') ?? button.textContent ?? '');
  menu.replaceChildren(...choices.map(({ text, act, off }) => {
    const item = make('button', { type: 'button', role: 'menuitem', tabindex: '-1' }, text);
    item.disabled = off === true;
    item.addEventListener('click', () => {
      closePopup();
      act();
    });
    return item;
  }));
  const at = button.getBoundingClientRect();
  const left = Math.min(Math.max(at.right - menu.offsetWidth, 8), innerWidth - menu.offsetWidth - 8);
  const below = at.bottom + 4;
  const fits = below + menu.offsetHeight < innerHeight;
  menu.style.left = `${left}px`;
  menu.style.top = `${fits ? below : Math.max(at.top - 4 - menu.offsetHeight, 8)}px`;
  items(menu)[0]?.focus();
  menu.onkeydown = (event) => pressInMenu(event, menu);
}

/** @param {HTMLElement} menu */
const items = (menu) => /** @type {HTMLElement[]} */ ([...menu.querySelectorAll('button:enabled')]);

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} menu
 */
function pressInMenu(event, menu) {
  const all = items(menu);
  const here = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  /** @type {Record<string, number>} */
  const places = { ArrowDown: (here + 1) % all.length, ArrowUp: (here + all.length - 1) % all.length, Home: 0, End: all.length - 1 };
  if (event.key in places) all[places[event.key]].focus();
  else if (event.key === 'Tab') closePopup();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
