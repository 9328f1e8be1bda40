// A list of share links: what each shows, how it stands, and the way to end it.
//
// Knows: one row for each link. Must not know: in which dialog it stands, who reads it.

import { formatAddress } from '../../shared/address.js';
import { icon, make } from '../../shared/dom.js';
import { STATUS_ICONS } from '../../element/icons.js';
import { regionCity, serviceTitle } from '../i18n/places.js';
import { ago, inFull } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { labelOf } from '../state/labels.js';
import { addressOf } from '../state/records.js';
import { ICONS } from '../ui/icons.js';
import { showMessage } from '../ui/message.js';
import { revokeShare } from './api.js';
import { boardWords } from './described.js';
import { reasonOf } from './reason.js';

/** @typedef {import('./api.js').Share} Share */

/** Shape and colour by state. @type {Record<string, keyof typeof STATUS_ICONS>} */
const SHAPES = { live: 'succeeded', expired: 'waiting', revoked: 'cancelled' };

export class ShareList {
  #list;
  #changed;
  /** @type {Share[]} */
  #shares = [];
  /** The one that is to be ended, once that is confirmed. @type {Share['id'] | undefined} */
  #confirming;

  /** @param {HTMLElement} list @param {() => void} changed called when one was ended */
  constructor(list, changed) {
    this.#list = list;
    this.#changed = changed;
    list.addEventListener('click', ({ target }) => {
      const button = /** @type {Element} */ (target).closest('button');
      const share = this.#shares.find(({ id }) => String(id) === /** @type {HTMLElement | null} */ (button?.closest('li'))?.dataset.id);
      if (!button || !share) return;
      if (button.dataset.do === 'end') return void this.#end(share, /** @type {HTMLButtonElement} */ (button));
      this.#confirming = button.dataset.do === 'confirm' ? share.id : undefined;
      this.draw();
      this.#focus(share.id);
    });
  }

  /** @param {Share[]} shares the newest first */
  show(shares) {
    this.#shares = shares;
    this.draw();
  }

  /** In the language of the page, with the times of now. */
  draw() {
    const focused = this.#list.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : undefined;
    const id = focused?.closest('li')?.dataset.id;
    this.#list.replaceChildren(...this.#shares.map((share) => this.#row(share)));
    if (id) this.#focus(id);
  }

  /** @param {Share['id']} id */
  #focus(id) {
    const row = /** @type {HTMLElement[]} */ ([...this.#list.children]).find(({ dataset }) => dataset.id === String(id));
    (row?.querySelector('button') ?? this.#list).focus();
  }

  /** @param {Share} share @param {HTMLButtonElement} button */
  async #end(share, button) {
    button.disabled = true;
    try {
      await revokeShare(share);
    } catch (error) {
      button.disabled = false;
      return showMessage(reasonOf(error));
    }
    this.#confirming = undefined;
    share.state = 'revoked';
    this.draw();
    this.#list.focus();
    showMessage(say('share_revoked_now'));
    this.#changed();
  }

  /** @param {Share} share */
  #row(share) {
    const { id, state, expires_at: end, created_at: made, created_by: by, last_used_at: used } = share;
    const isLive = state === 'live';
    const now = Date.now();
    const [name, place] = nameOf(share);
    /** @param {string} at @param {string} text */
    const time = (at, text) => make('span', { title: inFull(new Date(at)) }, text);
    const facts = [
      time(end, isLive ? say('share_until', { at: inFull(new Date(end)) }) : say(state === 'revoked' ? 'share_revoked' : 'share_expired')),
      time(made, by ? say('share_made_by', { ago: ago(new Date(made), now), name: by }) : say('share_made', { ago: ago(new Date(made), now) })),
      used ? time(used, say('share_used', { ago: ago(new Date(used), now) })) : make('span', {}, say('share_unused')),
      ...(share.public ? [make('span', {}, say('share_has_preview'))] : []),
    ];
    const row = make('li', {}, icon(STATUS_ICONS[SHAPES[state] ?? 'unknown'], 'icon'),
      make('span', { class: 'name' }, icon(share.kind === 'job' ? ICONS.pulse : ICONS.list, 'line'), make('bdi', {}, name), ...(place ? [make('small', {}, place)] : [])),
      make('span', { class: 'facts-of' }, ...facts.flatMap((it, i) => (i ? [' · ', it] : [it]))),
      ...(isLive ? [this.#confirming === id ? confirmation() : button('confirm', 'share_revoke', { 'aria-label': say('share_revoke_name', { name }) })] : []));
    row.dataset.id = String(id);
    row.dataset.status = SHAPES[state] ?? 'unknown';
    return row;
  }
}

/** @param {string} does @param {import('../i18n/words.js').DashboardWord} word @param {Record<string, string>} [more] */
const button = (does, word, more = {}) => make('button', { type: 'button', 'data-do': does, ...more }, say(word));

const confirmation = () => make('span', { class: 'confirm', role: 'group', 'aria-label': say('share_revoke_help') },
  make('span', {}, say('share_revoke_help')), button('end', 'share_revoke', { class: 'danger' }), button('keep', 'share_keep'));

/** What it shows, and where that is. @param {Share} share */
function nameOf({ label, job, board }) {
  if (!job) return [label || boardWords(board ?? ''), label ? boardWords(board ?? '') : ''];
  const own = label || labelOf(formatAddress(addressOf(job)));
  return [own || job.job_id, [own ? job.job_id : '', serviceTitle(job.service), regionCity(job.region)].filter(Boolean).join(' · ')];
}
