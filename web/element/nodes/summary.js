// What stands above the rows: the whole job, what is done with the tree, and the heads of the columns.
//
// Knows: nodes and their places. Must not know: what stands in the places, what a button does.

import { Sort } from '../../host/abi.js';
import { STATUSES } from '../../host/job_facts.js';
import { icon, make } from '../../shared/dom.js';
import { BUTTON_ICONS, STATUS_ICONS } from '../icons.js';
import { badge, button, entry, errorLine, idLine, place, say, time } from './places.js';

/**
 * @typedef {import('./places.js').FieldName} FieldName
 * @typedef {import('../words.js').Word} Word
 */

const MOST_LEVELS = 8; // to choose from

/** What the whole job does. @param {Node[]} causes why it failed */
export function makeSummary(causes) {
  const bar = make('div', { class: 'bar', role: 'progressbar', 'aria-valuemin': '0', 'data-label': 'progress' },
    ...['succeeded', 'failed', 'running', 'skipped'].map((part) => make('i', { class: part })));
  const chips = STATUSES.map((status) => make('button',
    { class: 'chip', 'data-do': 'status', 'data-status': status, 'aria-pressed': 'false' },
    icon(STATUS_ICONS[status], 'icon'), place(/** @type {FieldName} */ (`chip_${status}`))));
  return make('div', { class: 'summary', part: 'summary' },
    make('div', { class: 'head' },
      place('name', 'h2', { part: 'name' }),
      badge()),
    idLine(),
    make('dl', { class: 'times' }, entry('began', time('begin')), entry('ended', time('end')),
      entry('took', place('duration', 'span', { class: 'duration', part: 'duration' }))),
    make('div', { class: 'toolbar', part: 'toolbar' }, button('refresh'), button('pause')),
    make('div', { class: 'course' }, bar,
      make('div', { class: 'counts' }, place('progress'), place('estimate'), ...chips)),
    errorLine(),
    make('button', { class: 'cause', 'data-do': 'root_failure' },
      icon(BUTTON_ICONS.cause, 'line'), say('cause'), place('cause', 'span', {})),
    ...causes,
    make('div', { class: 'state' }, make('slot', {}, place('message'), place('hint')),
      make('button', { 'data-do': 'again', 'data-word': 'again' })));
}

/** What is done with the tree as a whole. Its places belong to the summary. */
export function makeTools() {
  const next = button('next_failure', { 'aria-keyshortcuts': 'F8' });
  next.append(say('next_failure'));
  return make('div', { class: 'tools', part: 'toolbar' },
    make('label', { class: 'search' }, icon(BUTTON_ICONS.search, 'line'), make('input', {
      type: 'search', 'data-field': 'search', 'data-label': 'search', maxlength: '200', autocomplete: 'off',
      autocapitalize: 'off', spellcheck: 'false', 'aria-keyshortcuts': '/',
    })),
    make('span', { class: 'found' }, place('matches'),
      make('button', { 'data-do': 'show_all', 'data-word': 'show_all' })),
    make('span', { class: 'failures' }, button('previous_failure', { 'aria-keyshortcuts': 'Shift+F8' }), next),
    make('select', { 'data-choice': 'sort', 'data-label': 'sort' },
      ...Object.keys(Sort).map((name) => say(/** @type {Word} */ (name), 'option'))),
    make('select', { 'data-choice': 'levels', 'data-label': 'open_levels' }, say('levels', 'option')),
    make('span', {}, button('zoom', { 'aria-pressed': 'false' }), button('expand'), button('collapse')));
}

/** What the columns of the rows are. @param {Node} began @param {Node} timeline */
export function makeColumns(began, timeline) {
  return make('div', { class: 'columns', 'aria-hidden': 'true' }, say('job'), timeline, began, say('took'));
}

/**
 * Offers as many levels as the tree has.
 * @param {HTMLSelectElement} choice
 * @param {number} levels
 */
export function offerLevels(choice, levels) {
  const options = Array.from({ length: Math.min(levels - 1, MOST_LEVELS) }, (_, i) => make('option', {}, String(i + 1)));
  choice.replaceChildren(choice.options[0], ...options);
}

/**
 * @param {HTMLElement} summary
 * @param {number} statuses that are filtered by, a bit each
 */
export function pressChips(summary, statuses) {
  summary.querySelectorAll('.chip').forEach((chip, status) => {
    chip.setAttribute('aria-pressed', String((statuses >> status) % 2 === 1));
  });
}
