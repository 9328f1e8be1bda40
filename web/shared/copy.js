// Copies a text, where the page may: over plain HTTP there is no clipboard, but a selected text can be copied.
//
// Knows: the clipboard. Must not know: what is copied, who is told of it.

/**
 * @param {string} text
 * @param {Element} place where a field may stand for a moment: within an open dialog, else it cannot be selected;
 *   its `unseen` class keeps it off the screen
 * @returns {Promise<boolean>} whether it is copied
 */
export async function copyText(text, place) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text, place);
  }
}

/** @param {string} text @param {Element} place */
function copySelected(text, place) {
  const root = /** @type {Document | ShadowRoot} */ (place.getRootNode());
  const focused = /** @type {HTMLElement | null} */ (root.activeElement);
  const field = place.ownerDocument.createElement('textarea');
  field.className = 'unseen';
  field.ariaHidden = 'true';
  field.value = text;
  place.append(field);
  field.select();
  try {
    return place.ownerDocument.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
    focused?.focus({ preventScroll: true });
  }
}
