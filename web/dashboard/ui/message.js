// The message at the foot of the page, and what it offers to undo.
//
// Knows: one message at a time, the clipboard. Must not know: what it is about.

import { copyText } from '../../shared/copy.js';
import { make } from '../../shared/dom.js';
import { say } from '../i18n/words.js';
import { find } from './nodes.js';

const SHOWN_FOR = 8000; // milliseconds
const LOOK_AGAIN = 1000; // milliseconds; while somebody points at it, it stays

let timer = 0;
/** @type {(() => void) | undefined} */
let undoAction;

/**
 * Says something for a while; with `action`, beside a button that undoes it.
 * @param {string} text
 * @param {() => void} [action]
 */
export function showMessage(text, action) {
  const message = find('#message');
  // Behind an open dialog it would be dimmed, and not announced.
  const place = document.querySelector('dialog[open]') ?? document.body;
  if (message.parentElement !== place) place.append(message);
  undoAction = action;
  const button = make('button', { type: 'button' }, say('undo'));
  button.addEventListener('click', () => undo());
  message.replaceChildren(make('span', {}, text), ...(action ? [button] : []));
  message.dataset.shown = '';
  clearTimeout(timer);
  timer = window.setTimeout(hideInTime, SHOWN_FOR);
}

function hideInTime() {
  if (find('#message').matches(':hover, :focus-within')) timer = window.setTimeout(hideInTime, LOOK_AGAIN);
  else hide();
}

function hide() {
  undoAction = undefined;
  find('#message').replaceChildren();
  delete find('#message').dataset.shown;
}

/** Whether there is something to undo. */
export const canUndo = () => undoAction !== undefined;

/** Undoes what the message offers to undo, if it does. */
export function undo() {
  const action = undoAction;
  if (!action) return;
  hide();
  action();
}

/**
 * Copies a text and says so.
 * @param {string} text
 * @param {string} [done] said when it is copied
 */
export async function copy(text, done = say('copied')) {
  const isCopied = await copyText(text, document.querySelector('dialog[open]') ?? document.body);
  showMessage(isCopied ? done : say('copy_failed', { text }));
}
