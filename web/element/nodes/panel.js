// The nodes of one slot (the summary, the detail or a row), and what the engine said of it.
//
// Knows: which node shows which field or attribute. Must not know: other slots, what the user does.

import { Attribute, Field, Status } from '../../host/abi.js';
import { STATUSES } from '../../host/job_facts.js';
import { setShape } from '../../shared/dom.js';
import { STATUS_ICONS } from '../icons.js';

/** @typedef {import('../../host/job_facts.js').StatusName} StatusName */

const FIELD_NAMES = Object.keys(Field);
/** Shown only with what stands in it. A class, as not every browser looks at `:has()` again when a text changes. */
const AROUND = '.chip, .badge, button.cause, .found, dl > div, div.id';
const SHORT_ID = 8; // characters of an id in a row
const FLASH = 1200; // milliseconds for which a change is marked

/**
 * Numbers that styles.js computes with: the property, and where it is set. All nodes below that one are
 * styled anew, so what changes with the clock is set on a node that has none.
 * @type {Readonly<Record<number, [string, string?]>>}
 */
const STYLE = {
  [Attribute.level]: ['--level'],
  [Attribute.bar_begin]: ['--begin', '.lane i'],
  [Attribute.bar_end]: ['--end', '.lane i'],
  [Attribute.share_succeeded]: ['--share', '.bar .succeeded'],
  [Attribute.share_failed]: ['--share', '.bar .failed'],
  [Attribute.share_running]: ['--share', '.bar .running'],
  [Attribute.share_skipped]: ['--share', '.bar .skipped'],
};

/** Attributes; those of the summary are its bar's. @type {Readonly<Record<number, string>>} */
const NAMES = {
  [Attribute.level]: 'aria-level',
  [Attribute.set_size]: 'aria-setsize',
  [Attribute.position]: 'aria-posinset',
  [Attribute.total]: 'aria-valuemax',
  [Attribute.done]: 'aria-valuenow',
  [Attribute.live]: 'data-live',
  [Attribute.cause]: 'data-cause',
  [Attribute.on_the_way]: 'data-way',
  [Attribute.critical]: 'data-critical',
  [Attribute.failed]: 'data-failed',
};

export class Panel {
  /** @type {Map<number, any>} */
  #places = new Map();
  /** What is not shown while a place in it is empty. @type {Map<number, Element>} */
  #around = new Map();
  /** @type {Map<number, string>} what they say */
  #texts = new Map();
  #icon;
  #bar;
  /** @type {Map<number, number>} milliseconds since 1970, by field */
  times = new Map();
  /** @type {Map<number, number>} by attribute */
  numbers = new Map();
  /** It does not show the job yet that it showed last. */
  #isNew = true;
  /** @type {Animation | undefined} */
  #flashing;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement[]} more nodes that have places of this slot
   */
  constructor(root, ...more) {
    this.root = root;
    this.#icon = root.querySelector('.icon');
    this.#bar = root.querySelector('.bar');
    for (const node of [root, ...more]) {
      for (const place of /** @type {NodeListOf<HTMLElement>} */ (node.querySelectorAll('[data-field]'))) {
        const field = FIELD_NAMES.indexOf(String(place.dataset.field));
        this.#places.set(field, place);
        const around = place.closest(AROUND);
        around?.classList.add('blank');
        if (around) this.#around.set(field, around);
      }
    }
  }

  /** @returns {StatusName} */
  get status() {
    return STATUSES[this.numbers.get(Attribute.status) ?? Status.unknown];
  }

  /**
   * @param {number} field
   * @param {string} text
   */
  write(field, text) {
    const place = this.#places.get(field);
    if (field === Field.search && place.value !== text) place.value = text;
    if (this.#texts.get(field) === text) return;
    this.#texts.set(field, text);
    this.#around.get(field)?.classList.toggle('blank', text === '');
    // Ids made one after another differ at their ends.
    const isLong = place?.hasAttribute('data-short') && text.length > SHORT_ID + 2;
    if (place) place.textContent = isLong ? `…${text.slice(-SHORT_ID)}` : text;
    // The name is the type itself, where we have no other.
    if (place && field === Field.type) place.hidden = text === this.#texts.get(Field.name);
    if (field === Field.progress) this.#bar?.setAttribute('aria-valuetext', text);
  }

  /**
   * @param {number} attribute
   * @param {number} value
   */
  number(attribute, value) {
    const before = this.numbers.get(attribute);
    if (before === value) return;
    this.numbers.set(attribute, value);
    const { root } = this;
    if (attribute in STYLE) {
      const [property, place] = STYLE[attribute];
      const node = place ? /** @type {HTMLElement} */ (root.querySelector(place)) : root;
      node.style.setProperty(property, String(value));
    }
    if (attribute in NAMES) (this.#bar ?? root).setAttribute(NAMES[attribute], String(value));
    switch (attribute) {
      case Attribute.index:
        root.style.transform = `translateY(calc(${value} * var(--row)))`;
        break;
      case Attribute.status:
        if (!this.#isNew) this.#flash();
        // fall through: both decide the icon
      case Attribute.warning: {
        const shown = this.numbers.get(Attribute.warning) ? 'warning' : this.status;
        root.dataset.status = shown;
        setShape(this.#icon, STATUS_ICONS[shown]);
        break;
      }
      case Attribute.estimate:
        root.dataset.estimate = String(value);
        break;
      case Attribute.expanded:
        if (value) root.setAttribute('aria-expanded', String(value === 2));
        else root.removeAttribute('aria-expanded');
        break;
      case Attribute.selected:
        if (root.role === 'treeitem') root.setAttribute('aria-selected', String(value === 1));
        else root.hidden = value === 0;
        break;
      case Attribute.tab_stop:
        root.tabIndex = value - 1;
        break;
      case Attribute.bar_begin:
      case Attribute.bar_end:
        root.classList.toggle('unbegun',
          (this.numbers.get(Attribute.bar_end) ?? 0) < (this.numbers.get(Attribute.bar_begin) ?? 0));
    }
  }

  /** From now on it shows another job; what that has in common with the last one stays. */
  renew() {
    this.#isNew = true;
    this.#flashing?.cancel();
  }

  /** All that is known of the job has been said. */
  settle() {
    this.#isNew = false;
  }

  /** Draws the eye to what has just changed. */
  #flash() {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    this.#flashing = this.root.animate({ backgroundColor: ['color-mix(in srgb, var(--status) 20%, transparent)', 'transparent'] }, FLASH);
  }
}
