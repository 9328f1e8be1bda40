// The board by service, by person or by resource: how many jobs there are of each. Each leads to those jobs.
//
// Knows: the nodes of a group. Must not know: how groups are queried, filters beside its own.

import { make } from '../../shared/dom.js';
import { serviceTitle, withName } from '../i18n/places.js';
import { ago, count, inFull } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { boardLink, goToBoard } from '../state/open_jobs.js';
import { find } from '../ui/nodes.js';
import { toParameters } from './query.js';

/**
 * @typedef {import('../state/records.js').JobGroup} JobGroup
 * @typedef {import('./query.js').BoardQuery} BoardQuery
 */

const list = find('#group-rows');
/** Where each link leads. @type {WeakMap<Element, Record<string, string>>} */
const places = new WeakMap();

/** @param {JobGroup[] | undefined} groups @param {BoardQuery} query */
export function showGroups(groups, query) {
  const { group } = query;
  const focused = list.contains(document.activeElement) ? document.activeElement?.getAttribute('data-value') : undefined;
  list.replaceChildren(...(group ? groups ?? [] : []).map((it) => row(it, { ...query, [group]: it.value, group: '' })));
  for (const link of list.querySelectorAll('a')) if (link.dataset.value === focused) link.focus({ preventScroll: true });

  /** @param {JobGroup} it @param {BoardQuery} inside */
  function row(it, inside) {
    const at = new Date(it.last_change);
    const link = make('a', { href: boardLink(toParameters(inside)) },
      make('span', { class: 'name' }, group === 'service' ? withName(serviceTitle(it.value), it.value) : it.value),
      make('span', { class: 'count' }, say('group_jobs', { n: it.jobs, of: count(it.jobs) })),
      make('span', { class: 'running' }, it.unfinished ? say('group_unfinished', { n: count(it.unfinished) }) : ''),
      make('span', { class: 'wrong' }, it.failed ? say('failing_of', { n: count(it.failed) }) : ''),
      make('span', { class: 'age', title: inFull(at) }, ago(at, Date.now())));
    link.dataset.value = it.value;
    places.set(link, toParameters(inside));
    return make('li', {}, link);
  }
}

list.addEventListener('click', (event) => {
  const { ctrlKey, metaKey, shiftKey, target } = event;
  const place = places.get(/** @type {Element} */ (/** @type {Element} */ (target).closest('a')));
  if (!place || ctrlKey || metaKey || shiftKey) return; // another tab is wanted
  event.preventDefault();
  goToBoard(place);
});
