// The looks of the trees written in JavaScript: those of <job-tree>, nodes and style sheet alike, so that the
// browser has the same to lay out and paint.

import { make, setShape } from '../../../web/shared/dom.js';
import { BUTTON_ICONS, STATUS_ICONS } from '../../../web/element/icons.js';
import { styles } from '../../../web/element/looks/styles.js';
import { Causes } from '../../../web/element/nodes/causes.js';
import { makeColumns, makeSummary, makeTools } from '../../../web/element/nodes/summary.js';
import { Timeline } from '../../../web/element/nodes/timeline.js';
import { wordsFor } from '../../../web/element/words.js';
import { describe, rootFailure } from './model.js';

/** @typedef {import('./model.js').Job} Job */
/** @typedef {import('../../../web/element/words.js').Word} Word */

export { STATUS_ICONS };
export const CHEVRON = BUTTON_ICONS.chevron;
export const ROW_HEIGHT = 35; // pixels, of the style sheet

const words = wordsFor('en');

/** A shadow root in the style sheet. @param {HTMLElement} host */
export function dressed(host) {
  const element = make('div', { class: 'host' });
  host.append(element);
  const root = element.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [styles(document)];
  return root;
}

/**
 * What stands above the rows: the nodes of <job-tree>, shown like there once there is a job.
 */
export class Head {
  #causes = new Causes(); // of which these trees know none: they group no failures
  #summary = makeSummary([this.#causes.root, this.#causes.why]);
  #tools = makeTools();
  #began = make('span', { class: 'time' });
  #columns = makeColumns(this.#began, new Timeline(() => {}).root);
  /** @type {Map<string, HTMLElement>} */
  #places = new Map();
  #clock = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long', hourCycle: 'h23' });

  constructor() {
    for (const root of [this.#summary, this.#tools, this.#columns]) {
      for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('[data-word]'))) {
        node.textContent = words(/** @type {Word} */ (node.dataset.word));
      }
      for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('[data-field]'))) {
        this.#places.set(String(node.dataset.field), node);
      }
    }
    this.#began.textContent = words('began');
    this.#tools.querySelector('input')?.setAttribute('placeholder', words('search'));
  }

  /** All of a tree, with the list below the head. @param {HTMLElement} tree */
  around(tree) {
    return [this.#summary, this.#tools,
      make('div', { class: 'body' }, make('div', { class: 'list' }, this.#columns, tree))];
  }

  get progress() { return this.#places.get('progress')?.textContent ?? ''; }

  /**
   * @param {Job[]} jobs the whole one first
   * @param {Record<string, number>} counts
   */
  write(jobs, counts) {
    const [root] = jobs;
    const { status, said, took, error } = describe(root, root, this.#clock, Date.now());
    const cause = rootFailure(jobs);
    const isLive = status === 'running' || status === 'waiting';
    /** @param {number} time */
    const inFull = (time) => (Number.isNaN(time) ? '' : this.#clock.format(time));
    /** @type {Record<string, string>} */
    const texts = { name: root.name, id: root.id, status: said, begin: inFull(root.begin), end: inFull(root.end), duration: took,
      error, progress: `${root.done} of ${root.total} done`, message: isLive ? 'Live' : '',
      cause: cause ? `${cause.name}  ${cause.error}` : '' };
    for (const [name, count] of Object.entries(counts)) texts[`chip_${name}`] = count ? `${count} ${name}` : '';
    for (const [field, text] of Object.entries(texts)) {
      const place = this.#places.get(field);
      if (place && place.textContent !== text) place.textContent = text;
    }
    this.#summary.dataset.status = status;
    setShape(this.#summary.querySelector('.icon'), STATUS_ICONS[status]);
    const bar = /** @type {HTMLElement} */ (this.#summary.querySelector('.bar'));
    bar.dataset.failed = String(root.failed);
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (bar.querySelectorAll('i'))) {
      part.style.setProperty('--share', String(Math.round(10_000 * counts[part.className] / root.total)));
    }
    const base = /** @type {HTMLElement} */ (this.#summary.parentElement);
    base.dataset.state = isLive ? 'live' : 'settled';
    base.dataset.levels = String(Math.min(jobs[jobs.length - 1].level, 3));
    base.removeAttribute('data-empty');
  }
}
