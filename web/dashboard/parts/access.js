// What stands above the page when no job can be shown: that the server is in trouble, or that it wants a token.
//
// Knows: the line of trouble, the form for a token. Must not know: what a job is.

import { getConfig } from '../state/config.js';
import { openJobs } from '../state/open_jobs.js';
import { token } from '../state/token.js';
import { say } from '../i18n/words.js';
import { find } from '../ui/nodes.js';

/** @type {Readonly<Record<string, import('../i18n/words.js').DashboardWord>>} */
const TROUBLES = { down: 'backend_down', no_key: 'key_none', paused: 'key_paused' };
let trouble = '';

/** @param {string} [now] a key of TROUBLES, or "" when all is well; without it, the same in the language of the page */
export function showTrouble(now = trouble) {
  trouble = now;
  const line = find('#trouble');
  line.hidden = trouble === '';
  if (trouble) line.textContent = say(TROUBLES[trouble]);
}

/** Set by main.js. */
export const access = {
  /** There is another token. */
  given() {},
};

const form = /** @type {HTMLFormElement} */ (find('#access'));

/** Shows the form until there is a token, and again when a job or the board is denied. @param {boolean} [isBoardDenied] */
export function showTokenForm(isBoardDenied = false) {
  const isDenied = isBoardDenied || [...openJobs.values()].some(({ tree }) => tree.state === 'denied');
  form.hidden = !getConfig()?.token_required || (token.now !== '' && !isDenied);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const input = /** @type {HTMLInputElement} */ (find('#token'));
  const entered = input.value.trim();
  input.value = '';
  token.keep(entered);
  for (const { tree } of openJobs.values()) tree.token = entered;
  access.given();
  showTokenForm();
});
