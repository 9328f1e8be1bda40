// Nodes of the page, by selector.
//
// Knows: the document. Must not know: what stands in it.

/**
 * The first node; the page holds it, so it is never missing.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @returns {T}
 */
export function find(selector, within = /** @type {ParentNode} */ (document)) {
  return /** @type {T} */ (within.querySelector(selector));
}

/** @param {string} selector @param {() => void} act */
export function onClick(selector, act) {
  find(selector).addEventListener('click', act);
}
