// Two jobs of the board are chosen one after the other, to be compared.
//
// Knows: which was chosen first. Must not know: rows of the board, what is compared.

import { say } from '../i18n/words.js';
import { boardParameters, goToCompare } from '../state/open_jobs.js';
import { find, onClick } from '../ui/nodes.js';

let first = '';
let nameOfFirst = '';

/** The job that waits for a second one, or "". */
export const firstChoice = () => first;

/** Set by the board. */
export const choiceListener = {
  changed() {},
};

/** @param {string} key of a job @param {string} name */
export function choose(key, name) {
  if (first && first !== key) {
    const pair = [first, key];
    set('', '');
    return goToCompare(pair);
  }
  set(first === key ? '' : key, name);
}

/** @param {string} key @param {string} name */
function set(key, name) {
  first = key;
  nameOfFirst = name;
  showChoice();
  choiceListener.changed();
}

/** Says that another one is wanted, where jobs can be chosen. */
export function showChoice() {
  find('#choice').hidden = first === '' || boardParameters().view === 'causes';
  find('#choice-text').textContent = first === '' ? '' : say('compare_with', { name: nameOfFirst });
}

onClick('#choice-cancel', () => set('', ''));
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && first && !event.defaultPrevented && !document.querySelector('dialog[open]')) set('', '');
});
