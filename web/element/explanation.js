// What an error code of Huawei Cloud means and what to do about it, beside the cloud's own text.
//
// Knows: the backend's route for codes, how an answer of it is kept. Must not know: which job is shown, in which
// language.

import { make } from '../shared/dom.js';
import { entry } from './places.js';

const MOST_KEPT = 200;
/** What stands last: some services put the name of a task before it, "CreateELBTask-fail:DWS.0114". */
const CODE = /[A-Za-z][\w.-]{2,63}$/;

/** @typedef {{ meaning?: Record<string, string>, remedy?: Record<string, string> }} Explanation */

/** By URL: each is fetched once a page. @type {Map<string, Promise<Explanation>>} */
const kept = new Map();

/**
 * @param {string} backend where it is, ending in a slash
 * @param {string} code
 * @returns {Promise<Explanation>} empty when nothing is known of the code, or nothing came
 */
function fetchExplanation(backend, code) {
  const url = `${backend}api/error-codes/${code}`;
  let explanation = kept.get(url);
  if (!explanation) {
    if (kept.size === MOST_KEPT) kept.clear();
    explanation = fetch(url).then((response) => (response.ok ? response.json() : {}));
    kept.set(url, explanation);
    explanation.catch(() => kept.delete(url)); // another look fetches it again
  }
  return explanation;
}

/** The lines of it among the details of a job. */
export class ExplanationLines {
  #code = '';
  /** @type {Explanation} */
  #shown = {};
  #places = { meaning: make('span', {}), remedy: make('span', {}) };
  nodes = [entry('meaning', this.#places.meaning), entry('remedy', this.#places.remedy)];

  constructor() {
    this.write('en');
  }

  /**
   * @param {string} backend '' when there is none
   * @param {string} text that ends in a code, or ''
   * @param {() => string} language of the page when there is something to say
   */
  async show(backend, text, language) {
    const code = (this.#code = CODE.exec(text)?.[0] ?? '');
    this.#shown = {};
    this.write(language());
    if (!backend || !code) return;
    const explanation = await fetchExplanation(backend, code).catch(() => ({}));
    if (this.#code !== code) return; // another job is looked at
    this.#shown = explanation;
    this.write(language());
  }

  /** @param {string} language */
  write(language) {
    for (const [i, part] of /** @type {const} */ (['meaning', 'remedy']).entries()) {
      const text = this.#shown[part]?.[language] ?? '';
      this.#places[part].textContent = text;
      this.nodes[i].hidden = text === '';
    }
  }
}
