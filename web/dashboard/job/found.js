// What the cloud's own records say of the shown job, above its tree: who did what, to what; and what is all that anybody
// knows where the job itself cannot be had.
//
// Knows: one line. Must not know: how a record is stored, what the tree shows.

import { make } from '../../shared/dom.js';
import { clock, inFull } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { boardLink } from '../state/open_jobs.js';
import { find } from '../ui/nodes.js';
import { lostWord } from '../board/row.js';

/**
 * @typedef {import('../state/records.js').JobRecord} JobRecord
 */

const line = find('#found-facts');

/** @param {JobRecord | undefined} record undefined: none is known @param {boolean} hasTree */
export function showFound(record, hasTree) {
  const found = record?.found;
  line.hidden = !found;
  if (!record || !found) return;
  const parts = [
    found.resource_name || found.resource_id ? link('resource', found.resource_name || found.resource_id || '') : '',
    found.person ? link('person', found.person) : '',
    hasTree ? '' : howItWent(record),
  ].filter(Boolean);
  const operation = found.operation ? [make('span', { class: 'operation' }, make('code', {}, found.operation), parts.length ? ' · ' : '')] : [];
  line.replaceChildren(...operation, ...parts.flatMap((part, i) => (i ? [' · ', part] : [part])));
  line.title = say('found_at', { at: inFull(new Date(found.at)) });
}

/** The other jobs of the same. @param {'resource' | 'person'} what @param {string} value */
const link = (what, value) => make('a', { href: boardLink({ [what]: value }), title: say(what === 'person' ? 'found_person' : 'found_resource', { [what === 'person' ? 'name' : 'what']: value }) }, value);

/** @param {JobRecord} record */
function howItWent(record) {
  const { status, status_text: statusText, error_code: code, error_text: text, end_time: end } = record;
  if (record.is_lost || status === 'unknown') return say(lostWord(record));
  const at = end ? clock(new Date(end)) : '';
  return [statusText || say(`status_${status}`), at, code, text].filter(Boolean).join(' · ');
}
