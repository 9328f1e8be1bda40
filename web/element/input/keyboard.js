// Which key of the browser is which of the engine.
//
// Knows: names of keys, input methods. Must not know: what a key does.

import { Key } from '../../host/abi.js';

const COMPOSING = 229; // the code of a key that an input method takes, also after it has ended composing
/** @type {Record<string, number>} */
const KEYS = {
  ArrowUp: Key.up,
  ArrowDown: Key.down,
  ArrowLeft: Key.left,
  ArrowRight: Key.right,
  Home: Key.home,
  End: Key.end,
  PageUp: Key.page_up,
  PageDown: Key.page_down,
  Enter: Key.enter,
  ' ': Key.space,
  '*': Key.asterisk,
  Escape: Key.escape,
  '.': Key.next_failure,
  ',': Key.previous_failure,
};

/**
 * With a modifier a key is the browser's; and while a word is composed, the input method's.
 * @param {KeyboardEvent} event
 */
export function isOurs({ altKey, ctrlKey, metaKey, isComposing, keyCode }) {
  return !(altKey || ctrlKey || metaKey || isComposing || keyCode === COMPOSING);
}

/**
 * @param {KeyboardEvent} event
 * @param {boolean} isInTree elsewhere most keys mean nothing to the tree
 * @returns {[key: number, character?: number] | undefined}
 */
export function keyOf({ key, shiftKey }, isInTree) {
  if (key === 'F8') return [shiftKey ? Key.previous_failure : Key.next_failure];
  if (!isInTree && key !== 'Escape') return undefined;
  if (key in KEYS) return [KEYS[key]];
  const [character, ...more] = key;
  return more.length === 0 ? [Key.character, character.codePointAt(0)] : undefined;
}
