// The language of the page, and its texts in that language.
//
// Knows: the tables of texts, nodes that say which text they hold. Must not know: what a text is about.

import { memory } from '../state/memory.js';
import { isolated } from './bidi.js';
import { EN } from './en.js';
import { ZH } from './zh.js';

/** @typedef {keyof typeof EN} DashboardWord */

/** The language of the page, and those who want to know when it changes. */
export const speech = {
  /** @type {'en' | 'zh-CN'} */
  lang: /^zh/i.test(memory.get('language') || (globalThis.navigator?.language ?? '')) ? 'zh-CN' : 'en',
  /** @type {(() => void)[]} */
  listeners: [],

  toggle() {
    this.lang = this.lang === 'en' ? 'zh-CN' : 'en';
    memory.set('language', this.lang);
    for (const listener of this.listeners) listener();
  },
};

/**
 * @param {DashboardWord} word
 * @param {Record<string, string | number>} [values] the first decides between one and many
 */
export function say(word, values = {}) {
  const [one, many = one] = (speech.lang === 'en' ? EN : ZH)[word].split('|');
  const form = String(Object.values(values)[0]) === '1' ? one : many;
  return form.replace(/\{(\w+)\}/g, (_, name) => isolated(String(values[name] ?? '')));
}

/** Puts the texts that the document names as data-word, data-label and data-hint into the language. */
export function sayAll() {
  document.documentElement.lang = speech.lang;
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-word]'))) {
    node.textContent = say(/** @type {DashboardWord} */ (node.dataset.word));
    const button = node.closest('.actions button'); // only its icon is seen where there is little room
    if (button) button.setAttribute('title', node.textContent);
  }
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-label]'))) {
    const text = say(/** @type {DashboardWord} */ (node.dataset.label));
    node.setAttribute('aria-label', text);
    if (node.localName === 'button') node.title = text;
  }
  for (const node of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('[data-hint]'))) {
    node.placeholder = say(/** @type {DashboardWord} */ (node.dataset.hint));
  }
}
