// What opens over the page at a button, one at a time. It closes by its button, by Escape, by a press beside it, and
// when the focus goes elsewhere.
//
// Made of nothing that some browser of the list in README.md lacks: the Popover API came to Firefox with 125.
//
// Knows: which popup is open, and at which button. Must not know: what is in it.

/** @type {{ popup: HTMLElement, button: HTMLElement } | undefined} */
let open;

export const isPopupOpen = () => open !== undefined;

/**
 * Opens a popup at its button, in the place of any other; closes it when it is open there.
 * @param {HTMLElement} popup
 * @param {HTMLElement} button
 * @returns {boolean} whether it is open now
 */
export function togglePopup(popup, button) {
  const wasOpen = open?.button === button;
  closePopup();
  if (wasOpen) return false;
  open = { popup, button };
  popup.hidden = false;
  button.setAttribute('aria-expanded', 'true');
  return true;
}

/** Closes what is open. The focus goes back to the button when it would be lost, and when the keyboard asks. */
export function closePopup(byKey = false) {
  if (!open) return;
  const { popup, button } = open;
  open = undefined;
  const hadFocus = popup.contains(document.activeElement);
  popup.hidden = true;
  button.setAttribute('aria-expanded', 'false');
  if (hadFocus || byKey) button.focus();
}

/** @param {Event} event */
function closeFromBeside({ target }) {
  const isWithin = open && target instanceof Node && (open.popup.contains(target) || open.button.contains(target));
  if (open && !isWithin) closePopup();
}

addEventListener('pointerdown', closeFromBeside, true);
addEventListener('focusin', closeFromBeside, true);
addEventListener('keydown', (event) => {
  if (!open || event.defaultPrevented || event.key !== 'Escape') return;
  event.preventDefault();
  closePopup(true);
});
