// Chooses the looks for the room there is. Container queries would do, but a container's content is styled in the midst
// of its layout, which is slow.
//
// Knows: widths and heights. Must not know: what the looks are (styles.js does).

/** Looks for widths below, in em. */
const WIDTHS = /** @type {const} */ ([['slim', 60], ['narrow', 34]]);
const LOW = 40; // em, of a window
const LOW_PHONE = 52; // em; its rows have two lines, and there is more above them

/**
 * Classes by the width of each node and the height of the window.
 * @param {HTMLElement} base of whose font size the widths are
 * @param {HTMLElement} list
 * @param {boolean} isCompact whether the page wants it dense however high the window is
 */
export function fit(base, list, isCompact) {
  const em = parseFloat(getComputedStyle(base).fontSize);
  const isLow = innerHeight < LOW * em;
  for (const node of [base, list]) {
    node.classList.toggle('dense', isLow || isCompact);
    const width = node.clientWidth / em;
    if (!width) continue; // not shown
    for (const [name, least] of WIDTHS) {
      // The way back is longer than a scroll bar is wide, which may come and go with what we do.
      node.classList.toggle(name, width < least + (node.classList.contains(name) ? 1.5 : 0));
    }
    node.classList.toggle('low', isLow || (node.classList.contains('narrow') && innerHeight < LOW_PHONE * em));
  }
}
