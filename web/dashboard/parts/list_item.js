// One open job in the list at the side.
//
// Knows: what of a job stands in a list. Must not know: which jobs there are, what a click does.

import { icon, make, setShape } from '../../shared/dom.js';
import { STATUS_ICONS } from '../../element/icons.js';
import { regionCity, regionTitle, withName } from '../i18n/places.js';
import { ago, clock, span } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { ICONS } from '../ui/icons.js';

/**
 * @typedef {import('../i18n/words.js').DashboardWord} Word
 * @typedef {import('../state/open_job.js').OpenJob} OpenJob
 */

const SHORT_ID = 6; // characters
const LEAST_SHARE = 0.04;

/** Few failures among many are seen too. @param {{ done: number, failed: number, total: number }} job */
function lostShare({ done, failed, total }) {
  const all = Math.max(total, 1);
  return failed > 0 ? Math.min(Math.max(failed / all, LEAST_SHARE), done / all) : 0;
}

export class ListItem {
  #job;
  #icon = icon(STATUS_ICONS.waiting, 'icon');
  #name = make('span', { class: 'name' });
  #count = make('span', { class: 'count' });
  #status = make('span', { class: 'unseen' });
  #failure = make('span', { class: 'failure' });
  #age = make('span', { class: 'age' });
  #bar = make('i', { class: 'bar' });
  #region = make('span', { class: 'region' });
  more = make('button', { type: 'button', class: 'more', 'aria-haspopup': 'menu', 'aria-expanded': 'false' }, icon(ICONS.more, 'line'));
  link;
  root;

  /** @param {OpenJob} job */
  constructor(job) {
    this.#job = job;
    const { service, job: id } = job.address;
    this.link = make('a', { draggable: 'false' }, this.#icon,
      make('span', { class: 'first' }, this.#name, this.#count),
      // Jobs of one kind differ only in their IDs, and those at their ends, so it is the region that is cut.
      make('span', { class: 'second place' }, `${service} · `, this.#region, ` · …\u2060${id.slice(-SHORT_ID)} `, this.#age),
      this.#failure, this.#status, this.#bar);
    this.root = make('li', { draggable: 'true' }, this.link, this.more);
    this.root.dataset.key = job.key;
    this.refresh(Date.now());
  }

  /** @param {number} now */
  refresh(now) {
    const { look, isLost, name, progress, failure, tree } = this.#job;
    const { job } = tree;
    this.#region.textContent = regionCity(tree.region);
    this.#region.title = withName(regionTitle(tree.region), tree.region);
    this.link.dataset.status = look;
    this.link.classList.toggle('lost', isLost);
    setShape(this.#icon, STATUS_ICONS[look]);
    this.#name.textContent = name;
    this.#name.title = [...new Set([name, job?.type, tree.jobId])].filter(Boolean).join('\n');
    this.#count.textContent = progress;
    this.#failure.textContent = this.#failure.title = failure;
    this.#status.textContent = isLost ? say(/** @type {Word} */ (`state_${tree.state}`)) : say(`status_${look}`);
    this.#bar.style.setProperty('--done', String(job ? job.done / Math.max(job.total, 1) : 0));
    this.#bar.style.setProperty('--lost', String(job ? lostShare(job) : 0));
    this.more.setAttribute('aria-label', say('menu', { name }));
    this.tick(now);
  }

  /** What only the passing of time changes. @param {number} now */
  tick(now) {
    const text = this.#ageText(now);
    if (this.#age.textContent !== text) this.#age.textContent = text;
  }

  /** @param {number} now */
  #ageText(now) {
    const { hasEnded, isPast, confirmed, tree: { job } } = this.#job;
    if (!job) return '';
    if (isPast && confirmed) return clock(confirmed);
    if (hasEnded) return job.end ? ago(job.end, now) : '';
    return job.begin ? span(now - job.begin.getTime()) : '';
  }
}
