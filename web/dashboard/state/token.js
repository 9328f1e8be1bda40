// The access token of this tab: what the user entered, kept until the tab is closed; of a share link, what stands in its
// address, kept nowhere.
//
// Knows: one text. Must not know: who wants it, how it is entered.

import { tabMemory } from './memory.js';

/** @type {string | undefined} */
let held;

export const token = {
  /** "" without one. */
  get now() {
    return held ?? tabMemory.get('token');
  },

  /** Until the tab is closed. @param {string} entered */
  keep(entered) {
    tabMemory.set('token', entered);
  },

  /** For this page alone. @param {string} shared */
  hold(shared) {
    held = shared;
  },
};
