// One row of the failures over all jobs: what failed why, how often, when last, and whether it is muted.
//
// Knows: the nodes of one row. Must not know: the list, how a failure is muted.

import { icon, make } from '../../shared/dom.js';
import { serviceTitle, withName } from '../i18n/places.js';
import { ago, clock, count, inFull } from '../i18n/times.js';
import { say, speech } from '../i18n/words.js';
import { ICONS } from '../ui/icons.js';

/**
 * @typedef {import('../i18n/words.js').DashboardWord} Word
 * @typedef {import('../state/records.js').FailureRecord} FailureRecord
 */

/** @param {Word} word @param {Word} title @param {string} kind */
const mark = (word, title, kind) => make('span', { class: `mark ${kind}`, title: say(title) }, say(word));

/** What the error means, in the language of the page; "" where nobody knows. @param {FailureRecord} failure */
export const meaningOf = ({ explanation }) => explanation?.meaning[speech.lang === 'en' ? 'en' : 'zh'] ?? '';

/** Its code, else what was said. @param {FailureRecord} failure */
export const titleOf = ({ code, text, name }) => code || text || name;

export class CauseRow {
  /** @type {FailureRecord} */
  failure;
  #code = make('code', { class: 'name' });
  #marks = make('span', { class: 'marks' });
  #meaning = make('span', { class: 'meaning' });
  #error = make('span', { class: 'error' });
  #count = make('span', { class: 'count' });
  #place = make('span', { class: 'place' });
  #age = make('span', { class: 'age' });
  #mute = make('span', { class: 'muted' });
  #days = make('span', { class: 'days', role: 'img' });
  link = make('a', {}, make('span', { class: 'what' }, this.#code, this.#marks), this.#count, this.#place, this.#age, this.#meaning, this.#error, this.#mute);
  /** To all its jobs, where there are several. */
  jobs = make('a', { class: 'square' }, icon(ICONS.list, 'line'));
  button = make('button', { type: 'button', class: 'square', 'aria-pressed': 'false' }, icon(ICONS.mute, 'line'));
  copy = make('button', { type: 'button', class: 'square' }, icon(ICONS.link, 'line'));
  root = make('li', {}, this.link, this.#days, this.jobs, this.copy, this.button);

  /** @param {string} key @param {FailureRecord} failure */
  constructor(key, failure) {
    this.root.dataset.key = key;
    this.failure = failure;
    this.update(failure);
  }

  /** @param {FailureRecord} failure */
  update(failure) {
    this.failure = failure;
    this.speak();
  }

  /** All of it, in the language of the page. */
  speak() {
    const { code, text, service, is_new: isNew, is_back: isBack, mute } = this.failure;
    const title = titleOf(this.failure);
    const meaning = meaningOf(this.failure);
    this.#code.textContent = title;
    this.#marks.replaceChildren(...[
      isNew ? mark('mark_cause_new', 'mark_cause_new_help', 'new') : '',
      isBack ? mark('mark_back', 'mark_back_help', 'back') : '',
      mute ? mark('mark_muted', 'mark_muted_help', '') : '',
    ].filter(Boolean));
    this.#meaning.textContent = meaning;
    this.#error.textContent = this.#error.title = code ? text ?? '' : '';
    this.#count.textContent = say('cause_count', { jobs: this.failure.jobs, n: count(this.failure.count), of: count(this.failure.jobs) });
    this.#place.textContent = service;
    this.#place.title = withName(serviceTitle(service), service);
    this.#mute.textContent = mute ? this.#muteText(mute) : '';
    this.#showDays();
    this.jobs.hidden = !code || this.failure.jobs < 2;
    const toJobs = say('cause_jobs', { n: this.failure.jobs, of: count(this.failure.jobs), name: title });
    this.jobs.setAttribute('aria-label', toJobs);
    this.jobs.title = toJobs;
    this.copy.setAttribute('aria-label', say('copy_cause_name', { name: title }));
    this.copy.title = say('copy_cause_link');
    this.button.setAttribute('aria-pressed', String(Boolean(mute)));
    this.button.setAttribute('aria-label', say(mute ? 'unmute_name' : 'mute_name', { name: title }));
    this.button.title = say(mute ? 'unmute' : 'mute');
    this.tick(Date.now());
  }

  /** @param {import('../state/records.js').FailureMute} mute */
  #muteText({ until, remaining, note, by }) {
    return [
      until ? say('muted_until', { at: clock(new Date(until)) }) : '',
      remaining === null ? '' : say('muted_more', { n: remaining }),
      note ?? '',
      by ? say('muted_by', { name: by }) : '',
    ].filter(Boolean).join(' · ');
  }

  /** Each day beside the day with the most. */
  #showDays() {
    const { days } = this.failure;
    const most = Math.max(...days, 1);
    this.#days.replaceChildren(...days.map((n) => {
      const bar = make('i', {});
      bar.style.setProperty('--part', String(n / most));
      bar.classList.toggle('none', n === 0);
      return bar;
    }));
    const text = say('cause_days', { n: days.length, list: days.map(count).join(say('comma')) });
    this.#days.title = text;
    this.#days.setAttribute('aria-label', text);
  }

  /** What only the passing of time changes. @param {number} now */
  tick(now) {
    const at = new Date(this.failure.last_at);
    const text = ago(at, now);
    if (this.#age.textContent === text) return;
    this.#age.textContent = text;
    this.#age.title = inFull(at);
  }
}
