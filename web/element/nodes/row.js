// The rows: nodes of one, and which are in the document, in which order.
//
// Knows: nodes, slots, the keyboard's focus in rows. Must not know: where a row's texts come from, scrolling.

import { Attribute } from '../../host/abi.js';
import { icon, make } from '../../shared/dom.js';
import { BUTTON_ICONS, STATUS_ICONS } from '../icons.js';
import { Panel } from './panel.js';
import { causeTag, place } from './places.js';

/** Those who listen get one label in the place of all that a row shows. */
function makeRow() {
  return make('div', { class: 'row', part: 'row', role: 'treeitem', tabindex: '-1' },
    place('label', 'span', { class: 'unseen' }),
    make('span', { class: 'main', 'aria-hidden': 'true' },
      make('span', { class: 'toggle' }, icon(BUTTON_ICONS.chevron, 'line')),
      icon(STATUS_ICONS.unknown, 'icon'),
      make('span', { class: 'words' },
        place('name', 'span', { class: 'name', part: 'name' }),
        place('status', 'span', { class: 'status', part: 'status' }),
        place('error', 'span', { class: 'error', part: 'error' }),
        place('facts'),
        place('id', 'code', { 'data-short': '' }))),
    make('span', { class: 'lane' }, make('i', {})),
    place('begin', 'time', { class: 'time', part: 'time', 'aria-hidden': 'true' }),
    place('duration', 'span', { class: 'duration', part: 'duration', 'aria-hidden': 'true' }));
}

export class Rows {
  /** @type {Map<number, Panel>} by slot */
  #mounted = new Map();
  /** @type {Map<number, Panel>} those whose slots have no row now: a row that comes finds most of its nodes there */
  #spare = new Map();
  #space;
  #isUnordered = false;
  /** What has words of ours. The row that has the first failure gets a copy of its tag. */
  templates = { row: makeRow(), cause: causeTag() };

  /** @param {HTMLElement} space where they stand */
  constructor(space) {
    this.#space = space;
  }

  get all() {
    return this.#mounted.values();
  }

  /** @param {number} slot */
  at(slot) {
    return this.#mounted.get(slot);
  }

  /** @param {number} slot */
  mount(slot) {
    const row = this.#spare.get(slot) ?? this.#make(slot);
    this.#spare.delete(slot);
    this.#mounted.set(slot, row); // its index follows
    row.renew();
  }

  /** @param {number} slot */
  #make(slot) {
    const root = /** @type {HTMLElement} */ (this.templates.row.cloneNode(true));
    root.dataset.slot = String(slot);
    return new Panel(root);
  }

  /**
   * @param {number} slot
   * @returns {boolean} whether the keyboard's focus was there
   */
  unmount(slot) {
    const row = this.#mounted.get(slot);
    if (!row) return false;
    this.#mounted.delete(slot);
    this.#spare.set(slot, row);
    this.#isUnordered = true;
    if (row.root !== this.#focused) return false;
    // The keyboard's focus must not fall off the page with its row, nor go on to another job unsaid.
    row.root.remove();
    return true;
  }

  get #focused() {
    return /** @type {Document | ShadowRoot} */ (this.#space.getRootNode()).activeElement;
  }

  /** The templates say something else now. */
  dropSpare() {
    this.#spare.clear();
  }

  /** One has another index. */
  moved() {
    this.#isUnordered = true;
  }

  /** @param {number} slot of the first failure */
  showCause(slot) {
    const status = this.at(slot)?.root.querySelector('.words .status');
    if (!status?.parentElement?.querySelector('.cause')) status?.after(this.templates.cause.cloneNode(true));
  }

  /** Puts new rows into the document where they belong, for those who read it from top to bottom; takes out old ones. */
  order() {
    if (!this.#isUnordered) return;
    this.#isUnordered = false;
    for (const { root } of this.#spare.values()) root.remove();
    /** @param {Panel} row */
    const index = (row) => row.numbers.get(Attribute.index) ?? 0;
    const focused = this.#focused; // which, when it is moved, loses the focus; so others move around it
    /** @type {Element | null} */
    let next = null;
    for (const row of [...this.all].sort((a, b) => index(b) - index(a))) {
      const { root } = row;
      row.settle();
      const isInPlace = root.isConnected && root.nextElementSibling === next;
      if (!isInPlace && root !== focused) this.#space.insertBefore(root, next);
      next = root;
    }
  }
}
