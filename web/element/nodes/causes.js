// Why the job failed: a button for each group of failures, which shows these alone, and what is known of the one that is
// shown.
//
// Knows: nodes, how a group is worded. Must not know: how failures are grouped (the engine does), where codes are
// explained (explanation.js does).

import { icon, make } from '../../shared/dom.js';
import { STATUS_ICONS } from '../icons.js';

/**
 * @typedef {import('../../host/job_facts.js').ErrorGroup} ErrorGroup
 * @typedef {import('./explanation.js').Explanation} Explanation
 * @typedef {(word: import('../words.js').Word) => string} Words
 */

const MOST = 12; // buttons

export class Causes {
  root = make('div', { class: 'causes', part: 'causes', role: 'group', 'data-label': 'causes' });
  why = make('p', { class: 'why', part: 'why' });
  #slot = make('slot', { name: 'why' });
  /** @type {ErrorGroup[]} */
  #groups = [];
  /** By filter, as far as they are known. @type {Map<string, Explanation>} */
  #explanations = new Map();
  #shown = ''; // the filter
  #brought = ''; // the filter whose button is in sight

  /**
   * @param {ErrorGroup[]} groups
   * @param {(group: ErrorGroup) => Promise<Explanation>} explain
   * @param {() => void} told called when more is known
   */
  take(groups, explain, told) {
    this.#groups = groups.slice(0, MOST);
    const known = this.#explanations;
    this.#explanations = new Map(); // of these alone: a long job may have had many others
    for (const group of this.#groups) {
      const { filter } = group;
      this.#explanations.set(filter, known.get(filter) ?? {});
      if (known.has(filter)) continue;
      explain(group).then((explanation) => {
        if (this.#explanations.has(filter)) this.#explanations.set(filter, explanation);
        told();
      }, () => this.#explanations.delete(filter));
    }
  }

  /**
   * @param {string} filter that is set
   * @param {string} language
   * @param {Words} words
   */
  write(filter, language, words) {
    this.#shown = filter;
    const figure = new Intl.NumberFormat('en');
    const buttons = this.#groups.map((group) => {
      const { code, reason, count, filter: its } = group;
      const text = this.#explanations.get(its)?.meaning?.[language] ?? reason;
      return make('button', { 'data-do': 'group', 'data-filter': its, 'aria-pressed': String(its === filter), title: [code, reason].filter(Boolean).join('  ') },
        icon(STATUS_ICONS.failed, 'icon'), ...(code ? [make('b', {}, code)] : []), make('span', {}, text), ` ×${figure.format(count)}`);
    });
    // Whoever stands on a button goes on standing there.
    const focused = /** @type {HTMLElement | undefined} */ ([...this.root.children].find((node) => node.matches(':focus')))?.dataset.filter;
    this.root.replaceChildren(...buttons);
    buttons.find((node) => node.dataset.filter === focused)?.focus({ preventScroll: true });
    this.#bring(filter, buttons.find((node) => node.dataset.filter === filter));
    this.#writeWhy(language, words, figure);
  }

  /** Brings what is newly chosen into the row's sight; scrollIntoView() would move the page too. @param {string} filter @param {HTMLElement | undefined} button */
  #bring(filter, button) {
    if (this.#brought === filter) return;
    if (!filter && this.#brought) this.root.scrollLeft = 0; // the most frequent come first again
    this.#brought = button ? filter : '';
    if (!button) return;
    const [row, its] = [this.root.getBoundingClientRect(), button.getBoundingClientRect()];
    this.root.scrollLeft += Math.min(its.left - row.left, Math.max(its.right - row.right, 0));
  }

  /**
   * @param {string} language
   * @param {Words} words
   * @param {Intl.NumberFormat} figure
   */
  #writeWhy(language, words, figure) {
    const group = this.#groups.find(({ filter }) => filter === this.#shown);
    const { meaning, remedy } = (group && this.#explanations.get(group.filter)) ?? {};
    const common = group?.facets.map(({ name, value, succeeded, of }) =>
      `${name || words('type')} ${value} (${words('failed')} ${figure.format(group.count)}/${figure.format(group.count)}, ${words('succeeded')} ${figure.format(succeeded)}/${figure.format(of)})`) ?? [];
    const lines = group ? [meaning?.[language], remedy?.[language], meaning?.[language] && group.reason, common.length ? `${words('common')} ${common.join('; ')}` : ''] : [];
    this.why.replaceChildren(...lines.filter(Boolean).map((line) => make('span', {}, /** @type {string} */ (line))), ...(group ? [this.#slot] : []));
  }
}
