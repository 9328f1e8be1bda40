// What the dashboard remembers. A browser may forbid even that: then only the open page does. Others
// may have written there: what cannot be read is as if it was not there.

const LONGEST = 500_000; // characters of one value

class Memory {
  #place;
  /** What the browser does not take: kept for as long as the page is open. @type {Map<string, string>} */
  #refused = new Map();

  /** @param {'localStorage' | 'sessionStorage'} place */
  constructor(place) {
    this.#place = place;
  }

  /** @param {string} key */
  get(key) {
    try {
      return this.#refused.get(key) ?? window[this.#place].getItem(`jobtree.${key}`) ?? '';
    } catch {
      return '';
    }
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  set(key, value) {
    if (value.length > LONGEST) return;
    try {
      window[this.#place].setItem(`jobtree.${key}`, value);
      this.#refused.delete(key);
    } catch {
      this.#refused.set(key, value);
    }
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

/** Between visits. */
export const memory = new Memory('localStorage');
/** Until the tab is closed. */
export const tabMemory = new Memory('sessionStorage');
