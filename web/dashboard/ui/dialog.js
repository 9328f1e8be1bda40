// Dialogs: each closes by its button, by Escape, and by a click beside it.
//
// Knows: the dialogs of the page. Must not know: what is in them.

import { find } from './nodes.js';

/**
 * Opens a dialog, if it is not open.
 * @param {string} selector
 */
export function openDialog(selector) {
  const dialog = /** @type {HTMLDialogElement} */ (find(selector));
  if (!dialog.open) dialog.showModal();
}

for (const dialog of document.querySelectorAll('dialog')) {
  dialog.addEventListener('click', (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target === dialog || target.closest('[data-close]')) dialog.close();
  });
}
