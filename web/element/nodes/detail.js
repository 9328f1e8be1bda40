// One job in full, beside the rows.
//
// Knows: nodes and their places, how its JSON is shown. Must not know: which job is selected, and how.

import { make } from '../../shared/dom.js';
import { badge, button, causeTag, entry, errorLine, idLine, place, say, time, typeAsSent } from './places.js';

/** @typedef {import('../../host/watch.js').Watch} Watch */

const MOST_SOURCE = 0x10000; // bytes of JSON that are shown; the rest can be copied

/** @param {Node[]} explanation of its error */
export function makeDetail(explanation) {
  return make('div', { class: 'detail', part: 'detail', role: 'group', 'data-label': 'detail', hidden: '' },
    // Of the level of the job's own heading, in whose place it stands on a phone.
    make('div', { class: 'head' }, place('name', 'h3', { part: 'name', 'aria-level': '2' }), button('close')),
    typeAsSent(),
    badge(),
    causeTag(),
    make('slot', { name: 'detail' }),
    make('dl', {},
      entry('reason', make('div', { class: 'copied' }, errorLine(), button('copy', { 'data-label': 'copy_error' }))),
      ...explanation,
      entry('id', idLine()), entry('began', time('begin')), entry('ended', time('end')),
      entry('took', place('duration')), entry('progress', place('progress')), entry('resources', place('facts'))),
    make('details', {}, say('source', 'summary'),
      make('div', { class: 'copied' }, make('pre', { tabindex: '0', 'data-label': 'source', role: 'group' }),
        button('copy', { 'data-label': 'copy_source' }))));
}

/**
 * The JSON of the selected job, where it is looked at.
 * @param {HTMLDetailsElement} source
 * @param {Watch} watch
 * @param {number} size how many bytes it has
 */
export function showSource(source, watch, size) {
  const pre = source.querySelector('pre');
  if (!pre || !source.open) return;
  pre.textContent = watch.selectedJson(MOST_SOURCE) + (size > MOST_SOURCE ? '…' : '');
}
