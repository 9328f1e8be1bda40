// Chooses the looks for a width. Container queries would do, but a container's content is styled in the midst of
// its layout, which is slow.
//
// Knows: widths. Must not know: what the looks are (styles.js does).

/** Looks for widths below, in em. */
const WIDTHS = /** @type {const} */ ([['slim', 60], ['narrow', 34]]);

/**
 * Classes by the width of each node.
 * @param {HTMLElement} base of whose font size the widths are
 * @param {...HTMLElement} more
 */
export function fit(base, ...more) {
  const em = parseFloat(getComputedStyle(base).fontSize);
  for (const node of [base, ...more]) {
    const width = node.clientWidth / em;
    if (!width) continue; // not shown
    for (const [name, least] of WIDTHS) {
      // The way back is longer than a scroll bar is wide, which may come and go with what we do.
      node.classList.toggle(name, width < least + (node.classList.contains(name) ? 1.5 : 0));
    }
  }
}
