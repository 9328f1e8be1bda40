// What the dashboard remembers. A browser may forbid even that: then only the open page does. Others may have
// written there: what cannot be read counts as missing.
//
// Knows: the storage of the browser. Must not know: what the values mean.

const LONGEST = 500_000; // characters of one value
const TOGETHER = 1000; // milliseconds for which changes are collected: writing blocks the page

class Memory {
  #place;
  /** Values as last read or set; those of a browser that refuses to store live only here. @type {Map<string, string>} */
  #values = new Map();
  /** Keys whose values are not written yet. @type {Set<string>} */
  #unwritten = new Set();
  #timer = 0;
  #isLeaving = false;

  /** @param {'localStorage' | 'sessionStorage'} place */
  constructor(place) {
    this.#place = place;
    if (globalThis.window) this.#listen();
  }

  #listen() {
    addEventListener('pagehide', () => {
      this.#isLeaving = true;
      this.#write();
    });
    addEventListener('pageshow', () => { this.#isLeaving = false; });
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.#write();
    });
    // Another tab has written.
    addEventListener('storage', ({ key }) => {
      for (const name of [...this.#values.keys()]) {
        if ((key === null || key === nameOf(name)) && !this.#unwritten.has(name)) this.#values.delete(name);
      }
    });
  }

  /** @param {string} key */
  get(key) {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    let value = '';
    try {
      value = window[this.#place].getItem(nameOf(key)) ?? '';
    } catch {} // forbidden: nothing is stored
    this.#values.set(key, value);
    return value;
  }

  /**
   * Takes effect at once; is written soon after, and before the page goes.
   * @param {string} key
   * @param {string} value
   */
  set(key, value) {
    if (value.length > LONGEST || value === this.get(key)) return;
    this.#values.set(key, value);
    this.#unwritten.add(key);
    if (this.#isLeaving) this.#write();
    else this.#timer ||= window.setTimeout(() => this.#write(), TOGETHER);
  }

  #write() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    for (const key of this.#unwritten) {
      try {
        window[this.#place].setItem(nameOf(key), this.#values.get(key) ?? '');
      } catch {} // forbidden or full: the open page goes on with its own copy
    }
    this.#unwritten.clear();
  }

  /**
   * A list of what `read` makes of each value that was written; what it makes undefined is left out.
   * @template T
   * @param {string} key
   * @param {(value: any) => T | undefined} read
   * @param {number} most
   * @returns {T[]}
   */
  list(key, read, most) {
    try {
      const values = JSON.parse(this.get(key) || '[]');
      return values.map(read).filter((/** @type {T | undefined} */ value) => value !== undefined).slice(0, most);
    } catch {
      return [];
    }
  }
}

/** @param {string} key */
const nameOf = (key) => `jobtree.${key}`;

/** Between visits. */
export const memory = new Memory('localStorage');
/** Until the tab is closed. */
export const tabMemory = new Memory('sessionStorage');
