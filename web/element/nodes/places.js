// Small nodes with places in them: data-field marks a place for the engine's text; data-word a text, and
// data-label a name, of ours.
//
// Knows: names of fields, words and icons. Must not know: what the engine says, in which language.

import { Field } from '../../host/abi.js';
import { icon, make } from '../../shared/dom.js';
import { BUTTON_ICONS, STATUS_ICONS } from '../icons.js';

/**
 * @typedef {import('../words.js').Word} Word
 * @typedef {keyof typeof Field} FieldName
 */

/**
 * @param {FieldName} field
 * @param {'span' | 'h2' | 'h3' | 'p' | 'code' | 'time'} tag
 * @param {Record<string, string>} attributes
 */
export function place(field, tag = 'span', attributes = { class: field }) {
  return make(tag, { 'data-field': field, ...attributes });
}

/**
 * @param {keyof typeof BUTTON_ICONS & Word} name
 * @param {Record<string, string>} attributes
 */
export function button(name, attributes = {}) {
  return make('button', { 'data-do': name, 'data-label': name, ...attributes }, icon(BUTTON_ICONS[name], 'line'));
}

/** @param {Word} word */
export function say(word, tag = /** @type {'span' | 'option' | 'summary'} */ ('span')) {
  return make(tag, { 'data-word': word });
}

/**
 * A line of a list of terms.
 * @param {Word} word
 * @param {Node} value
 */
export function entry(word, value) {
  return make('div', {}, make('dt', { 'data-word': word }), make('dd', {}, value));
}

/** A status, as shape and word. */
export function badge() {
  return make('div', { class: 'badge' }, icon(STATUS_ICONS.unknown, 'icon'),
    place('status', 'span', { class: 'status', part: 'status' }));
}

/** Beside the name that we have for it; see Panel.write. */
export function typeAsSent() {
  return place('type', 'code');
}

/** An ID, to be copied. */
export function idLine() {
  return make('div', { class: 'id' }, place('id', 'code'), button('copy'));
}

export function errorLine() {
  return place('error', 'p', { class: 'failure', part: 'error' });
}

/** @param {'begin' | 'end'} field */
export function time(field) {
  return place(field, 'time', { class: 'time', part: 'time' });
}

/** Marks the first failure. */
export function causeTag() {
  return make('span', { class: 'cause' }, icon(BUTTON_ICONS.cause, 'line'), say('cause'));
}

/**
 * Puts our own words in.
 * @param {Element} root
 * @param {(word: Word) => string} words
 */
export function writeWords(root, words) {
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('[data-word]'))) {
    node.textContent = words(/** @type {Word} */ (node.dataset.word));
  }
}

/**
 * Names a node; one of a name and no text shows it under the pointer, with its key.
 * @param {Element} node
 * @param {(word: Word) => string} words
 */
export function label(node, words) {
  const text = words(/** @type {Word} */ (node.getAttribute('data-label')));
  node.setAttribute('aria-label', text);
  const key = node.getAttribute('aria-keyshortcuts');
  if (node.localName === 'input') node.setAttribute('placeholder', text);
  if (node.localName !== 'div') node.setAttribute('title', key ? `${text} (${key})` : text);
}
