// One job on the board.
//
// Knows: what of a record stands in a row. Must not know: which jobs there are, what a click does.

import { formatAddress } from '../../shared/address.js';
import { icon, make, setShape } from '../../shared/dom.js';
import { STATUS_ICONS } from '../../element/icons.js';
import { regionCity, regionTitle, serviceTitle, withName } from '../i18n/places.js';
import { ago, count, inFull, span } from '../i18n/times.js';
import { say, speech } from '../i18n/words.js';
import { labelOf } from '../state/labels.js';
import { addressOf } from '../state/records.js';
import { ICONS } from '../ui/icons.js';

/**
 * @typedef {import('../i18n/words.js').DashboardWord} Word
 * @typedef {import('../state/records.js').JobRecord} JobRecord
 */

const SHORT_ID = 6; // characters
/** What the cloud may say of a job whose sub-jobs have not all ended. */
const ENDED = ['succeeded', 'failed', 'cancelled', 'skipped'];
const LEAST_SHARE = 0.04;

/** What the user calls it, else what whoever follows it does, else its type, else its ID. @param {JobRecord} record */
export function nameOf(record) {
  const { project, ...rest } = addressOf(record);
  const own = labelOf(formatAddress({ ...rest, project })) || labelOf(formatAddress({ ...rest, project: '-' }));
  return own || record.label || record.name?.[speech.lang === 'en' ? 'en' : 'zh'] || record.type || record.found?.operation || record.job_id;
}

/** Why nobody can say how it went. @param {JobRecord} record @returns {Word} */
export const lostWord = ({ found }) => (found?.is_queryable === false ? 'mark_untold_help' : 'mark_lost_help');

/** @param {Word} word @param {Word} title */
const mark = (word, title) => make('span', { class: 'mark', title: say(title) }, say(word));

export class BoardRow {
  /** @type {JobRecord} */
  record;
  #isNew = false;
  #icon = icon(STATUS_ICONS.unknown, 'icon');
  #name = make('span', { class: 'name' });
  #id = make('code', {});
  #marks = make('span', { class: 'marks' });
  #subject = make('span', { class: 'subject' });
  #error = make('span', { class: 'error' });
  #place = make('span', { class: 'place' });
  #count = make('span', { class: 'count' });
  #bar = make('i', { class: 'bar' });
  #status = make('span', { class: 'status' });
  #age = make('span', { class: 'age' });
  compare = make('button', { type: 'button', class: 'square compare', 'aria-pressed': 'false' }, icon(ICONS.compare, 'line'));
  pin = make('button', { type: 'button', class: 'square pin', 'aria-pressed': 'false' }, icon(ICONS.pin, 'line'));
  link = make('a', {}, this.#icon,
    make('span', { class: 'what' }, this.#name, this.#id, this.#marks), this.#place,
    make('span', { class: 'course' }, this.#count, this.#bar),
    make('span', { class: 'when' }, this.#status, this.#age),
    make('span', { class: 'below' }, this.#subject, this.#error));
  root = make('li', {}, this.link, this.compare, this.pin);

  /** @param {string} key the job's address @param {JobRecord} record @param {boolean} isNew */
  constructor(key, record, isNew) {
    this.root.dataset.key = key;
    this.record = record;
    this.update(record, isNew);
  }

  /** @param {JobRecord} record @param {boolean} isNew it has changed since the visit before */
  update(record, isNew) {
    this.record = record;
    this.#isNew = isNew;
    this.speak();
  }

  /** Whether there is more to see than the row: of some jobs the cloud tells nothing but that they were begun. */
  get canOpen() {
    return this.record.version > 0 || this.record.found?.is_queryable !== false;
  }

  /** All of it, in the language of the page. */
  speak() {
    const { record } = this;
    const { status, region, service, job_id: id, counts, has_ended: hasEnded, is_followed: isFollowed } = record;
    const name = nameOf(record);
    this.root.dataset.status = this.link.dataset.status = record.is_lost ? 'unknown' : status;
    setShape(this.#icon, STATUS_ICONS[record.is_lost ? 'unknown' : status]);
    this.#name.textContent = name;
    this.#name.title = [...new Set([name, record.type, id])].filter(Boolean).join('\n');
    this.#id.textContent = name === id ? '' : `…\u2060${id.slice(-SHORT_ID)}`;
    this.#id.title = id;
    const { person, resource_name: resourceName, resource_id: resourceId } = record.found ?? {};
    this.#place.textContent = `${service} · ${regionCity(region)}`;
    this.#place.title = `${withName(serviceTitle(service), service)} · ${withName(regionTitle(region), region)}`;
    this.#subject.textContent = [resourceName || resourceId, person].filter(Boolean).join(' · ');
    this.#subject.title = [
      resourceName || resourceId ? say('found_resource', { what: [...new Set([resourceName, resourceId])].filter(Boolean).join(' · ') }) : '',
      person ? say('found_person', { name: person }) : '',
    ].filter(Boolean).join('\n');
    this.#showCounts(counts);
    this.#status.textContent = record.is_lost ? say('mark_lost') : status === 'unknown' && record.status_text ? record.status_text : say(`status_${status}`);
    this.#status.title = record.is_lost ? say(lostWord(record)) : '';
    const error = [record.error_code, record.error_text].filter(Boolean).join(' · ');
    this.#error.textContent = this.#error.title = error;
    this.#marks.replaceChildren(...[
      this.#isNew ? mark('mark_new', 'mark_new_help') : '',
      record.forgotten_at && !record.is_lost ? mark('mark_deleted', 'mark_deleted_help') : '',
      isFollowed && hasEnded ? mark('mark_followed', 'mark_followed_help') : '',
      hasEnded || record.is_lost || !ENDED.includes(status) ? '' : mark('mark_open', 'mark_open_help'),
      record.is_example ? mark('mark_example', 'mark_example_help') : '',
    ].filter(Boolean));
    this.compare.title = say('compare_help');
    this.compare.setAttribute('aria-label', say('compare_name', { name }));
    this.pin.hidden = hasEnded || record.is_lost;
    this.pin.setAttribute('aria-pressed', String(isFollowed));
    this.pin.setAttribute('aria-label', say('follow_name', { name }));
    this.pin.title = say(isFollowed ? 'followed_help' : 'follow_help');
    this.tick(Date.now());
  }

  /** @param {JobRecord['counts']} counts */
  #showCounts({ total, succeeded, failed, cancelled, skipped }) {
    const done = succeeded + failed + cancelled + skipped;
    const all = Math.max(total, 1);
    this.#count.replaceChildren(
      ...(total > 1 ? [make('span', {}, `${count(done)}/${count(total)}`)] : []),
      ...(total > 1 && failed > 0 ? [make('span', { class: 'wrong' }, say('failing_of', { n: count(failed) }))] : []));
    this.#bar.hidden = total <= 1;
    this.#bar.style.setProperty('--done', String(done / all));
    // Few failures among many are seen too.
    this.#bar.style.setProperty('--lost', String(failed > 0 ? Math.min(Math.max(failed / all, LEAST_SHARE), done / all) : 0));
  }

  /** What only the passing of time changes. @param {number} now */
  tick(now) {
    const { has_ended: hasEnded, is_lost: isLost, begin_time: begin, end_time: end, last_change: changed, last_seen: seen } = this.record;
    const runs = !hasEnded && !isLost && begin;
    const at = new Date(runs ? begin : isLost ? seen : end ?? changed);
    const text = runs ? span(now - at.getTime()) : ago(at, now);
    if (this.#age.textContent === text) return;
    this.#age.textContent = text;
    this.#age.title = inFull(at);
  }
}
