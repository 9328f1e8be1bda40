// What an element takes over from the page around it: the language.
//
// Knows: `lang` and `dir` through documents and shadow roots. Must not know: what is said in which language.

/**
 * The document and the shadow roots around an element, from the inside out, and the language of the nearest
 * element that has one.
 * @param {Element} element
 */
function around(element) {
  /** @type {Node[]} */
  const roots = [];
  /** @type {string | null | undefined} */
  let lang;
  for (let at = /** @type {Element | undefined} */ (element); at;) {
    lang ??= at.closest('[lang]')?.getAttribute('lang');
    const root = at.getRootNode();
    roots.push(root);
    at = /** @type {Partial<ShadowRoot>} */ (root).host;
  }
  return { roots, lang: lang ?? '' };
}

/** @param {Element} element */
export function languageAround(element) {
  return around(element).lang;
}

/** Sees `lang` and `dir` change around an element. */
export class Surroundings {
  #observer;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#observer = new MutationObserver(changed);
  }

  /** Where it stands now. @param {Element} element */
  observe(element) {
    this.disconnect();
    for (const root of around(element).roots) {
      this.#observer.observe(root, { subtree: true, attributes: true, attributeFilter: ['lang', 'dir'] });
    }
  }

  disconnect() {
    this.#observer.disconnect();
  }
}
