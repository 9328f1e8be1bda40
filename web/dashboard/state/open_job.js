// One open job: its address, its tree, and what happened to it.
//
// Knows: <job-tree>, from which everything about the job's course comes. Must not know: where the job is listed.

import { formatAddress } from '../../shared/address.js';
import { STATUS_ICONS } from '../../element/icons.js';
import { count } from '../i18n/times.js';
import { speech } from '../i18n/words.js';
import { History } from './history.js';
import { labelOf } from './labels.js';
import { memory } from './memory.js';
import { isMoment } from './moment.js';
import { VIEW } from './url.js';

/**
 * @typedef {import('../../shared/address.js').Address} Address
 * @typedef {keyof typeof STATUS_ICONS} Look
 */

/** @param {readonly import('../../host/job_facts.js').ErrorGroup[]} groups */
const firstOf = (groups) => [...groups].sort((a, b) => (a.firstAt?.getTime() ?? Infinity) - (b.firstAt?.getTime() ?? Infinity))[0];

export class OpenJob {
  tree = /** @type {import('../../element/job_tree_element.js').JobTreeElement} */ (document.createElement('job-tree'));
  history;
  /** Whether it has been seen unfinished: only then is its end news. */
  wasRunning = false;
  /** Code and reason of what failed first. */
  failure = '';
  #state = '';
  /** The moment that is wanted, as state/moment.js takes it; "": now. */
  at = '';
  /** What came of it. @type {import('./moment.js').Moment | undefined} */
  moment;
  /** @type {number | undefined} how much of it had failed; unknown until it was seen */
  #failed;

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
    this.spread();
    if (token) this.tree.token = token;
  }

  /** Whether the tree shows the job as it was. */
  get isPast() {
    return this.moment?.state === 'shown';
  }

  /** When it stood as it is shown. @returns {Date | null} */
  get confirmed() {
    return (this.isPast && this.moment?.time) || this.tree.lastAnswer.confirmed;
  }

  /** How the job stands, as a name of STATUS_ICONS. @returns {Look} */
  get look() {
    const { job, state } = this.tree;
    // That a job cannot be looked up says nothing of the job: it has not failed.
    if (!job) return ['denied', 'not_found', 'broken'].includes(state) ? 'unknown' : 'waiting';
    if (!job.hasEnded && this.tree.lastAnswer.isStored) return 'unknown'; // the cloud has deleted it, and nobody saw its end
    return job.warning ? 'warning' : job.status;
  }

  /** What the user calls it, else its type, else its ID. */
  get name() {
    return labelOf(this.key) || this.tree.job?.name || this.tree.jobId;
  }

  get hasEnded() {
    return this.tree.job?.hasEnded ?? false;
  }

  get isLost() {
    return this.tree.notice.isLost;
  }

  /** "12/20", or nothing for a job without parts. */
  get progress() {
    const { job } = this.tree;
    return job && job.total > 1 ? `${count(job.done)}/${count(job.total)}` : '';
  }

  /**
   * Whether the state differs from what note() has seen. Some states bring no event: not found yet, offline,
   * paused, confirmed again without a change.
   */
  get isNews() {
    const { state } = this.tree;
    return state !== this.#state && !['idle', 'loading'].includes(state);
  }

  /** Until then the place of the tree is reserved, so that nothing jumps when it comes. */
  reveal() {
    this.tree.classList.remove('unknown');
  }

  /**
   * Takes note of what has changed.
   * @param {number} now
   * @param {readonly import('../../host/job_facts.js').Change[]} [changes] of the tree's event
   * @returns {boolean} whether a first part of it has failed meanwhile, and the others go on
   */
  note(now, changes) {
    this.reveal();
    const { job, state } = this.tree;
    this.#state = state;
    if (this.isPast) return false; // that is no news
    if (job && !this.hasEnded) this.wasRunning = true;
    this.history.note(job, state, this.isLost, now, changes);
    const isFirst = this.#failed === 0 && !this.hasEnded && (job?.failed ?? 0) > 0;
    if (job) this.#failed = job.failed;
    // Here, and not where it is shown: failures are counted anew each time they are asked for.
    const cause = job?.failed ? firstOf(this.tree.groups) : undefined;
    this.failure = [cause?.code, cause?.reason].filter(Boolean).join('  ') || job?.error || '';
    return isFirst;
  }

  /** How the job is looked at, as the URL says it. @returns {Record<string, string>} */
  get view() {
    const values = [...VIEW.map((name) => [name, this.tree.getAttribute(name) ?? '']), ['at', this.at]];
    return Object.fromEntries(values.filter(([, value]) => value));
  }

  set view(view) {
    this.at = isMoment(view.at ?? '') ? view.at : '';
    for (const name of VIEW) {
      const value = view[name] ?? '';
      if (value === (this.tree.getAttribute(name) ?? '')) continue;
      if (value) this.tree.setAttribute(name, value);
      else this.tree.removeAttribute(name);
    }
  }

  speak() {
    this.tree.lang = speech.lang;
  }

  /** As dense as the user wants all trees. */
  spread() {
    this.tree.density = memory.get('density') === 'compact' ? 'compact' : 'comfortable';
  }
}
