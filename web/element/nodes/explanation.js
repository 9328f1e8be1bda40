// What an error code of Huawei Cloud means and what to do about it, beside the cloud's own text.
//
// Knows: the backend's route for codes, how an answer of it is kept. Must not know: which job is shown, in which
// language.

import { make } from '../../shared/dom.js';
import { entry } from './places.js';

const MOST_KEPT = 200;
const MOST_TEXT = 400; // characters, of up to twelve bytes each when encoded: an address has room for them
/** What stands last: some services put the name of a task before it, "CreateELBTask-fail:DWS.0114". */
const CODE = /[A-Za-z][\w.-]{2,63}$/;

/**
 * `code` is the one that is explained: another than was asked for, when the text tells the cause.
 * @typedef {{ code?: string | null, meaning?: Record<string, string>, remedy?: Record<string, string> }} Explanation
 */

/** By URL: each is fetched once a page. @type {Map<string, Promise<Explanation>>} */
const kept = new Map();

/**
 * @param {string} backend where it is, ending in a slash; '' when there is none
 * @param {string} code an error that ends in a code, or ''
 * @param {string} reason the cloud's own text, which may name the cause
 * @returns {Promise<Explanation>} empty when nothing is known of the code, or nothing came
 */
export function explain(backend, code, reason) {
  const last = CODE.exec(code)?.[0];
  return backend && last ? fetchExplanation(backend, last, reason) : Promise.resolve({});
}

/**
 * @param {string} backend
 * @param {string} code
 * @param {string} reason
 */
function fetchExplanation(backend, code, reason) {
  // A character of two halves is not cut.
  const text = Array.from(reason).slice(0, MOST_TEXT).join('');
  const url = `${backend}api/error-codes/${code}?${new URLSearchParams({ text })}`;
  let explanation = kept.get(url);
  if (!explanation) {
    if (kept.size === MOST_KEPT) kept.clear();
    explanation = fetch(url).then(async (response) => (response.ok && await response.json()) || {});
    kept.set(url, explanation);
    explanation.catch(() => kept.delete(url)); // another look fetches it again
  }
  return explanation;
}

/** The lines of it among the details of a job. */
export class ExplanationLines {
  #about = '';
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
   * @param {string} error that ends in a code, or ''
   * @param {string} reason
   * @param {() => string} language of the page when there is something to say
   */
  async show(backend, error, reason, language) {
    const about = (this.#about = `${error}\n${reason}`);
    this.#code = CODE.exec(error)?.[0] ?? '';
    this.#shown = {};
    this.write(language());
    if (!backend || !this.#code) return;
    const explanation = await explain(backend, error, reason).catch(() => ({}));
    if (this.#about !== about) return; // another job is looked at
    this.#shown = explanation;
    this.write(language());
  }

  /** @param {string} language */
  write(language) {
    for (const [i, part] of /** @type {const} */ (['meaning', 'remedy']).entries()) {
      const { code } = this.#shown;
      const isOther = i === 0 && code && String(code).toLowerCase() !== this.#code.toLowerCase();
      const said = this.#shown[part]?.[language] ?? '';
      const text = isOther && said ? `${code}  ${said}` : said;
      this.#places[part].textContent = text;
      this.nodes[i].hidden = text === '';
    }
  }
}
