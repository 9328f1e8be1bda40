// Jobs that were viewed before, and links that open a job.
//
// Knows: what is stored of viewed jobs. Must not know: what became of them.

import { formatAddress, parseAddress } from '../../shared/address.js';
import { make } from '../../shared/dom.js';
import { regionTitle } from '../i18n/places.js';
import { say } from '../i18n/words.js';
import { memory } from '../state/memory.js';
import { linkTo, openAddresses, openJobs } from '../state/open_jobs.js';
import { MOST_JOBS } from '../state/url.js';
import { showMessage } from '../ui/message.js';
import { find, onClick } from '../ui/nodes.js';
import { focusShown } from '../parts/list.js';

/**
 * @typedef {import('../../shared/address.js').Address} Address
 * @typedef {import('../state/open_job.js').OpenJob} OpenJob
 * @typedef {{ key: string, name: string }} Recent
 */

const MOST_SHOWN = 8;
const MOST_KEPT = 16;

/** @returns {Recent[]} */
function recentJobs() {
  return memory.list('recent', (it) => (parseAddress(String(it?.key)) && typeof it.name === 'string' ? it : undefined), MOST_KEPT);
}

let viewed = '';

/** Notes that a job is viewed, once it has a name. @param {OpenJob} job */
export function rememberJob({ key, name, tree, isPast }) {
  if (!tree.job || isPast || viewed === `${key} ${name}`) return;
  viewed = `${key} ${name}`;
  const others = recentJobs().filter((it) => it.key !== key);
  memory.set('recent', JSON.stringify([{ key, name }, ...others].slice(0, MOST_KEPT)));
}

/** Lists those that are not open. */
export function showRecent() {
  const links = recentJobs().filter((it) => !openJobs.has(it.key)).slice(0, MOST_SHOWN).flatMap(({ key, name }) => {
    const address = parseAddress(key);
    return address ? [makeJobLink(address, name)] : [];
  });
  find('#recent').hidden = links.length === 0;
  find('#recent .choices').replaceChildren(...links);
}

onClick('#recent .quiet', () => {
  memory.set('recent', '[]');
  showRecent();
  find('#job').focus();
});

/**
 * A line that opens a job beside those that are open.
 * @param {Address} address
 * @param {string} name
 * @param {string} [place] what stands beside the name
 */
export function makeJobLink(address, name, place = `${address.service} · ${regionTitle(address.region)}`) {
  const { region, job } = address;
  const link = make('a', { href: linkTo(address) },
    make('span', { class: 'name' }, name),
    make('span', { class: 'place', title: region }, place),
    make('code', {}, job));
  link.dataset.key = formatAddress(address);
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab is wanted
    event.preventDefault();
    openJob(address);
  });
  return make('li', {}, link);
}

/** Opens a job, or says that there is no room. @param {Address} address */
export function openJob(address) {
  if (openAddresses([address])) focusShown();
  else showMessage(say('too_many', { most: MOST_JOBS }));
}
