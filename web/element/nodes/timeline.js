// The head of the timeline: its marks, what is cut out of it, and the part of it that is dragged over.
//
// Knows: places in 1/10000 of it, as the engine says and takes them. Must not know: times, rows.

import { make } from '../../shared/dom.js';
import { say } from './places.js';

const SCALE = 10_000;
const LEAST = 100; // of what is zoomed to; less is a click

/** @param {string | number} place */
const percent = (place) => `${Number(place) / 100}%`;

export class Timeline {
  #marks = make('span', { class: 'marks' });
  #range = make('i', { class: 'range', hidden: '' });
  root = make('span', { class: 'scale', 'data-label': 'drag' }, this.#marks, say('timeline'), this.#range);

  /** @param {(begin: number, end: number) => void} zoom shows a part of it; 0 and 0: all */
  constructor(zoom) {
    let from = 0;
    let to = 0;
    /** @param {PointerEvent} event */
    const follow = (event) => {
      to = this.#placeOf(event);
      const { style } = this.#range;
      style.insetInlineStart = percent(Math.min(from, to));
      style.width = percent(Math.abs(to - from));
    };
    /** @param {boolean} isOn */
    const drag = (isOn) => {
      this.#range.hidden = !isOn;
      this.root[isOn ? 'addEventListener' : 'removeEventListener']('pointermove', /** @type {EventListener} */ (follow));
    };
    this.root.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      this.root.setPointerCapture(event.pointerId);
      from = this.#placeOf(event);
      follow(event);
      drag(true);
    });
    this.root.addEventListener('pointerup', () => {
      if (this.#range.hidden) return;
      drag(false);
      if (Math.abs(to - from) >= LEAST) zoom(Math.min(from, to), Math.max(from, to));
    });
    this.root.addEventListener('pointercancel', () => drag(false));
    this.root.addEventListener('dblclick', () => zoom(0, 0));
  }

  /** @param {PointerEvent} event */
  #placeOf({ clientX }) {
    const { left, right, width } = this.root.getBoundingClientRect();
    const across = getComputedStyle(this.root).direction === 'rtl' ? right - clientX : clientX - left;
    return Math.round(Math.min(Math.max(across / (width || 1), 0), 1) * SCALE);
  }

  /**
   * @param {string} text as the engine says its marks
   * @param {HTMLElement} rows whose bars have lines behind them
   */
  show(text, rows) {
    /** @type {string[]} */
    const stops = [];
    /** @param {string} color @param {string} begin @param {string} end */
    const paint = (color, begin, end) => stops.push(`transparent ${begin}`, `${color} ${begin}`, `${color} ${end}`, `transparent ${end}`);
    this.#marks.replaceChildren(...text.split('\n').filter(Boolean).map((mark) => {
      const [begin, ...rest] = mark.split('\x1f');
      const label = rest.pop() ?? '';
      const [end] = rest;
      const node = make('span', {}, end === undefined ? label : '⋯');
      // One by one: a page's policy may forbid them as an attribute.
      if (end === undefined) {
        paint('var(--line)', `calc(${percent(begin)} - 1px)`, percent(begin));
        node.style.insetInlineEnd = percent(SCALE - Number(begin));
        return node;
      }
      paint('var(--sunken)', percent(begin), percent(end));
      node.className = 'cut';
      node.title = `⋯ ${label}`;
      node.style.insetInlineStart = percent(begin);
      node.style.width = percent(Number(end) - Number(begin));
      return node;
    }));
    rows.style.setProperty('--stops', stops.join() || 'transparent, transparent');
  }
}
