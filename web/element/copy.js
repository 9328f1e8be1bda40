// Copies a text, where the page may: over plain HTTP there is no clipboard, but a selected text can be copied.
//
// Knows: the clipboard. Must not know: what is copied.

/**
 * @param {string} text
 * @param {HTMLElement} place where a field may stand for a moment
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

/** @param {string} text @param {HTMLElement} place */
function copySelected(text, place) {
  const focused = /** @type {HTMLElement | null} */ (/** @type {ShadowRoot} */ (place.getRootNode()).activeElement);
  const field = place.ownerDocument.createElement('textarea');
  field.className = 'unseen';
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
