// The same tree in plain JavaScript, written to be fast: only the rows on screen exist, rows that leave are
// used again for those that come, and only what differs is written.

import { icon, make, setShape } from '../../../web/shared/dom.js';
import { enter } from './arena.js';
import { CHEVRON, Head, ROW_HEIGHT, STATUS_ICONS, dressed } from './dress.js';
import { countClasses, describe, matches, understand } from './model.js';
import { Poll } from './poll.js';

/** @typedef {import('./model.js').Job} Job */

const template = make('div', { class: 'row', role: 'treeitem', tabindex: '-1' },
  make('span', { class: 'unseen' }),
  make('span', { 'class': 'main', 'aria-hidden': 'true' },
    make('span', { class: 'toggle' }, icon(CHEVRON, 'line')),
    icon(STATUS_ICONS.unknown, 'icon'),
    make('span', { class: 'words' },
      make('span', { class: 'name' }), make('span', { class: 'status' }), make('code', {}),
      make('span', { class: 'error' }), make('span', { class: 'facts' }))),
  make('span', { class: 'lane' }, make('i', {})),
  make('time', { 'class': 'time', 'aria-hidden': 'true' }),
  make('span', { 'class': 'duration', 'aria-hidden': 'true' }));

class Row {
  root = /** @type {HTMLElement} */ (template.cloneNode(true));
  #places;
  #icon = this.root.querySelector('.icon');
  #bar = /** @type {HTMLElement} */ (this.root.querySelector('i'));
  /** @type {Record<string, unknown>} */
  #written = {};

  constructor() {
    const find = (/** @type {string} */ selector) => this.root.querySelector(selector);
    this.#places = {
      label: find('.unseen'), name: find('.name'), said: find('.status'), id: find('code'), error: find('.error'),
      facts: find('.facts'), begin: find('.time'), took: find('.duration'),
    };
  }

  /** @param {Job} job @param {number} index @param {boolean} isOpen @param {ReturnType<typeof describe>} words */
  write(job, index, isOpen, words) {
    const { root } = this;
    for (const [field, place] of Object.entries(this.#places)) {
      const text = words[/** @type {keyof typeof this.#places} */ (field)];
      if (place && this.#isNew(field, text)) place.textContent = text;
    }
    if (this.#isNew('status', words.status)) {
      root.dataset.status = words.status;
      setShape(this.#icon, STATUS_ICONS[words.status]);
    }
    if (this.#isNew('live', words.live)) root.dataset.live = String(words.live);
    if (this.#isNew('index', index)) root.style.transform = `translateY(${index * ROW_HEIGHT}px)`;
    this.#style(root, '--level', job.level);
    this.#style(this.#bar, '--begin', words.barBegin);
    this.#style(this.#bar, '--end', words.barEnd);
    this.#attribute('aria-level', job.level);
    this.#attribute('aria-posinset', job.position);
    this.#attribute('aria-setsize', job.parent?.children?.length ?? 1);
    this.#attribute('aria-expanded', job.children ? isOpen : null);
  }

  /** @param {string} name @param {unknown} value */
  #isNew(name, value) {
    if (this.#written[name] === value) return false;
    this.#written[name] = value;
    return true;
  }

  /** @param {HTMLElement} node @param {string} name @param {unknown} value */
  #style(node, name, value) {
    if (this.#isNew(name, value)) node.style.setProperty(name, String(value));
  }

  /** @param {string} name @param {unknown} value */
  #attribute(name, value) {
    if (!this.#isNew(name, value)) return;
    if (value === null) this.root.removeAttribute(name);
    else this.root.setAttribute(name, String(value));
  }
}

class PlainTree {
  /** @type {Job[]} */
  #jobs = [];
  /** @type {Job[]} those whose branches are open, as rows */
  #visible = [];
  /** @type {Set<string>} ids of branches that are not open */
  #closed = new Set();
  #text = '';
  #status = '';
  /** @type {Map<number, Row>} by index */
  #rows = new Map();
  #clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  #head = new Head();
  #space = make('div', { class: 'space', role: 'none' });
  #tree = make('div', { class: 'tree', role: 'tree' }, this.#space);
  #base = make('div', { 'class': 'base', 'data-state': 'loading', 'data-empty': '' }, ...this.#head.around(this.#tree));
  #poll = new Poll((answer) => this.#take(answer));
  #timer = setInterval(() => this.#draw(), 1000);

  /** @param {HTMLElement} host */
  constructor(host) {
    this.root = dressed(host);
    this.root.append(this.#base);
    this.#tree.addEventListener('scroll', () => this.#draw(), { passive: true });
    this.refresh();
  }

  refresh() { this.#poll.ask(); }
  scroller() { return this.#tree; }
  rows() { return [...this.#space.children]; }
  progress() { return this.#head.progress; }

  expandAll() {
    this.#closed.clear();
    this.#lay();
  }

  collapseAll() {
    for (const job of this.#jobs) if (job.children) this.#closed.add(job.id);
    this.#lay();
  }

  /** @param {string} text */
  search(text) {
    this.#text = text.toLowerCase();
    this.#sift();
    this.#lay();
  }

  /** @param {string} status */
  filter(status) {
    this.#status = status;
    this.#sift();
    this.#lay();
  }

  close() {
    this.#poll.close();
    clearInterval(this.#timer);
  }

  /** @param {unknown} answer */
  #take(answer) {
    this.#jobs = understand(answer);
    this.#head.write(this.#jobs, countClasses(this.#jobs));
    if (this.#text || this.#status) this.#sift();
    this.#lay();
  }

  /** Finds what to show: the jobs looked for and all above them. */
  #sift() {
    const all = !this.#text && !this.#status;
    for (const job of this.#jobs) job.shown = all;
    if (all) return;
    for (const job of this.#jobs) {
      if (!matches(job, this.#text, this.#status)) continue;
      for (let it = /** @type {Job | null} */ (job); it && !it.shown; it = it.parent) it.shown = true;
    }
  }

  /** The visible rows in order. Branches on the way to what is looked for are open. */
  #lay() {
    const isSifted = Boolean(this.#text || this.#status);
    this.#visible = [];
    /** @param {Job} job */
    const add = (job) => {
      if (!job.shown) return;
      this.#visible.push(job);
      if (job.children && (isSifted || !this.#closed.has(job.id))) for (const child of job.children) add(child);
    };
    if (this.#jobs.length > 0) add(this.#jobs[0]);
    for (const node of [this.#tree, this.#space]) node.style.height = `${this.#visible.length * ROW_HEIGHT}px`;
    this.#draw();
  }

  #draw() {
    const first = Math.floor(this.#tree.scrollTop / ROW_HEIGHT);
    const end = Math.min(first + Math.ceil(this.#tree.clientHeight / ROW_HEIGHT) + 1, this.#visible.length);
    const now = Date.now();
    const spare = [];
    for (const [index, row] of this.#rows) {
      if (index >= first && index < end) continue;
      this.#rows.delete(index);
      spare.push(row);
    }
    for (let index = first; index < end; ++index) {
      let row = this.#rows.get(index);
      if (!row) {
        row = spare.pop() ?? new Row();
        this.#rows.set(index, row);
        this.#space.append(row.root);
      }
      const job = this.#visible[index];
      row.write(job, index, !this.#closed.has(job.id), describe(job, this.#jobs[0], this.#clock, now));
    }
    for (const row of spare) row.root.remove();
  }
}

enter((host) => new PlainTree(host));
