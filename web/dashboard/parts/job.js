// One open job: its tree, its place in the list, what happened to it.
//
// Everything about the job's course comes from its <job-tree>.

import { formatAddress } from '../../shared/address.js';
import { icon, make, setShape } from '../../shared/dom.js';
import { STATUS_ICONS } from '../../element/icons.js';
import { ICONS } from '../ui/icons.js';
import { History } from '../state/history.js';
import { ago, count, span } from '../i18n/times.js';
import { say, speech } from '../i18n/words.js';

/**
 * @typedef {import('../../shared/address.js').Address} Address
 * @typedef {import('../i18n/words.js').DashboardWord} Word
 * @typedef {keyof typeof STATUS_ICONS} Look
 */

/** The watch does not know how the job stands now. */
const LOST = ['stale', 'unreachable', 'offline', 'denied', 'not_found', 'throttled', 'not_understood', 'broken'];
const ENDED = ['succeeded', 'failed', 'cancelled', 'skipped'];

const SHORT_ID = 6; // characters
const LEAST_SHARE = 0.04;

/** Few failures among many are seen too. @param {{ done: number, failed: number, total: number }} job */
function lostShare({ done, failed, total }) {
  const all = Math.max(total, 1);
  return failed > 0 ? Math.min(Math.max(failed / all, LEAST_SHARE), done / all) : 0;
}

export class OpenJob {
  tree = /** @type {import('../../element/job_tree_element.js').JobTreeElement} */ (document.createElement('job-tree'));
  history;
  /** Whether it has been seen unfinished: only then is its end news. */
  wasRunning = false;
  #state = '';
  #icon = icon(STATUS_ICONS.waiting, 'icon');
  #name = make('span', { class: 'name' });
  #count = make('span', { class: 'count' });
  #status = make('span', { class: 'unseen' });
  #age = make('span', { class: 'age' });
  #bar = make('i', { class: 'bar' });
  #place = make('span', { class: 'place' });
  more = make('button', { type: 'button', class: 'more', 'aria-haspopup': 'menu', 'aria-expanded': 'false' }, icon(ICONS.more, 'line'));
  link;
  item;

  /**
   * @param {Address} address
   * @param {string} token
   */
  constructor(address, token) {
    this.address = address;
    this.key = formatAddress(address);
    this.history = new History(this.key);
    const { region, service, project, job } = address;
    Object.assign(this.tree, { region, service, projectId: project, jobId: job });
    this.tree.classList.add('unknown');
    if (token) this.tree.token = token;
    // Jobs of one kind differ in their IDs alone, and those at their ends.
    this.#place.textContent = `${service} · ${region} · …\u2060${job.slice(-SHORT_ID)}`;
    this.link = make('a', { draggable: 'false' }, this.#icon,
      make('span', { class: 'first' }, this.#name, this.#count),
      make('span', { class: 'second' }, this.#place, this.#age), this.#status, this.#bar);
    this.item = make('li', { draggable: 'true' }, this.link, this.more);
    this.item.dataset.key = this.key;
    this.refresh(Date.now());
  }

  /** How the job stands, as a name of STATUS_ICONS. @returns {Look} */
  get look() {
    const { job, state } = this.tree;
    // That a job cannot be looked up says nothing of the job: it has not failed.
    if (!job) return ['denied', 'not_found', 'broken'].includes(state) ? 'unknown' : 'waiting';
    return job.warning ? 'warning' : job.status;
  }

  get name() {
    return this.tree.job?.type || this.tree.jobId;
  }

  get hasEnded() {
    return ENDED.includes(this.tree.job?.status ?? '');
  }

  get isLost() {
    return LOST.includes(this.tree.state);
  }

  /** "12/20", or nothing for a job without parts. */
  get progress() {
    const { job } = this.tree;
    return job && job.total > 1 ? `${count(job.done)}/${count(job.total)}` : '';
  }

  /**
   * Whether the watch goes otherwise than changed() has seen. Some states are no event: that the cloud has no
   * such job yet, that the page is offline or pauses, that a job is confirmed again and has not changed.
   */
  get isNews() {
    const { state } = this.tree;
    return state !== this.#state && !['idle', 'loading'].includes(state);
  }

  /** Until then the place of the tree is held free, so that nothing jumps when it comes. */
  isKnown() {
    this.tree.classList.remove('unknown');
  }

  /** Takes note of what has changed, and shows it in the list. @param {number} now */
  changed(now) {
    this.isKnown();
    const { job, state } = this.tree;
    this.#state = state;
    if (job && !this.hasEnded) this.wasRunning = true;
    this.history.note(job, state, this.isLost, now);
    this.refresh(now);
  }

  /** @param {number} now */
  refresh(now) {
    const { job } = this.tree;
    this.link.dataset.status = this.look;
    this.link.classList.toggle('lost', this.isLost);
    setShape(this.#icon, STATUS_ICONS[this.look]);
    this.#name.textContent = this.name;
    this.#name.title = [...new Set([this.name, this.tree.jobId])].join('\n');
    this.#count.textContent = this.progress;
    this.#status.textContent = this.isLost ? say(/** @type {Word} */ (`state_${this.tree.state}`)) : say(`status_${this.look}`);
    this.#bar.style.setProperty('--done', String(job ? job.done / Math.max(job.total, 1) : 0));
    this.#bar.style.setProperty('--lost', String(job ? lostShare(job) : 0));
    this.more.setAttribute('aria-label', say('menu', { name: this.name }));
    this.tick(now);
  }

  /** What only the passing of time changes. @param {number} now */
  tick(now) {
    const text = this.#ageText(now);
    if (this.#age.textContent !== text) this.#age.textContent = text;
  }

  /** @param {number} now */
  #ageText(now) {
    const { job } = this.tree;
    if (!job) return '';
    if (this.hasEnded) return job.end ? ago(job.end, now) : '';
    return job.begin ? span(now - job.begin.getTime()) : '';
  }

  speak() {
    this.tree.lang = speech.lang;
    this.refresh(Date.now());
  }
}
