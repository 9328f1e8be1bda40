// A page in any browser: what a driver can do, and what all of them share.
//
// Knows: what a person does in a browser. Must not know: how a browser is told to.

/**
 * @typedef {object} Page
 * @property {string} name the browser's, with its version
 * @property {(url: string) => Promise<void>} goto
 * @property {() => Promise<void>} reload
 * @property {() => Promise<void>} back
 * @property {<Arg extends unknown[], Value>(work: (...args: Arg) => Value, ...args: Arg) => Promise<Awaited<Value>>} evaluate
 *   runs a function in the page
 * @property {(selector: string) => Promise<void>} click waits until it is seen; ">>>" goes into a shadow root
 * @property {(chord: string) => Promise<void>} press a key by its name, after modifiers: "Shift+Tab"
 * @property {(text: string) => Promise<void>} type key by key
 * @property {(selector: string) => Promise<void>} enter goes into a frame, whose document is the page from then on
 * @property {() => Promise<void>} leave goes back to the outermost document
 * @property {(width: number, height: number) => Promise<void>} resize
 * @property {() => Promise<Buffer>} screenshot a PNG
 * @property {() => Promise<void>} close ends the browser
 */

/** How long a browser on a busy machine may take for anything. */
export const LONGEST = 30_000;

/**
 * The element that a person sees under a selector, or null.
 * @param {string} selector
 */
export const FIND = (selector) => {
  /** @type {(Document | Element | ShadowRoot)[]} */
  let within = [document];
  for (const part of selector.split('>>>')) {
    within = within.flatMap((node) => [...(/** @type {Element} */ (node).shadowRoot ?? node).querySelectorAll(part)]);
  }
  return /** @type {Element[]} */ (within).find((it) => it.checkVisibility({ visibilityProperty: true })) ?? null;
};

/**
 * The texts that a person sees under a selector, from top to bottom.
 * @param {string} selector
 */
export const TEXTS = (selector) => {
  /** @type {(Document | Element | ShadowRoot)[]} */
  let within = [document];
  for (const part of selector.split('>>>')) {
    within = within.flatMap((node) => [...(/** @type {Element} */ (node).shadowRoot ?? node).querySelectorAll(part)]);
  }
  return /** @type {HTMLElement[]} */ (within)
    .filter((it) => it.checkVisibility({ visibilityProperty: true })).map((it) => it.innerText.trim());
};

/** WebDriver's code points of keys that write nothing. @type {Record<string, string>} */
export const KEYS = {
  Backspace: '\uE003', Tab: '\uE004', Enter: '\uE007', Shift: '\uE008', Control: '\uE009', Alt: '\uE00A',
  Escape: '\uE00C', PageUp: '\uE00E', PageDown: '\uE00F', End: '\uE010', Home: '\uE011', ArrowLeft: '\uE012',
  ArrowUp: '\uE013', ArrowRight: '\uE014', ArrowDown: '\uE015', Delete: '\uE017', F8: '\uE038', Space: ' ',
};

/**
 * Looks again and again until it likes what it sees.
 * @template Value
 * @param {() => Promise<Value>} look
 * @param {(value: Value) => boolean} likes
 * @param {string} what
 * @param {number} [within] milliseconds
 * @returns {Promise<Value>}
 */
export async function until(look, likes, what, within = LONGEST) {
  const deadline = Date.now() + within;
  for (;;) {
    const value = await look();
    if (likes(value)) return value;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${within} ms; last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
