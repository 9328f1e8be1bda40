// The tables of a comparison: both runs as wholes, their errors, their sub-jobs by type, and sub-jobs that differ.
//
// Knows: what of a comparison stands where. Must not know: what differs (the server says it), when it is queried.

import { formatAddress } from '../../shared/address.js';
import { icon, make } from '../../shared/dom.js';
import { STATUS_ICONS } from '../../element/icons.js';
import { nameOf } from '../board/row.js';
import { regionCity } from '../i18n/places.js';
import { count, inFull, span } from '../i18n/times.js';
import { say, speech } from '../i18n/words.js';
import { linkTo } from '../state/open_jobs.js';
import { addressOf } from '../state/records.js';

/**
 * @typedef {import('../i18n/words.js').DashboardWord} Word
 * @typedef {import('../state/records.js').Comparison} Comparison
 * @typedef {import('../state/records.js').JobRecord} JobRecord
 * @typedef {import('../state/records.js').Status} Status
 * @typedef {Node | string} Content
 */

const SHORT_ID = 6; // characters
const NOTHING = '–';

/** @param {Comparison} comparison @returns {Node[]} */
export function tablesOf(comparison) {
  const { runs, errors, types, sub_jobs: subJobs } = comparison;
  const notes = [
    comparison.left_out > 0 && say('compare_left_out', { n: count(comparison.left_out) }),
    comparison.unmatched > 0 && say('compare_unmatched', { n: count(comparison.unmatched) }),
  ].filter((text) => text !== false);
  return [
    table('compare_title', runs, wholes(comparison)),
    ...(errors.length > 0 ? [part('compare_errors', table('compare_errors', runs, errors.map(errorRow)))] : []),
    ...(types.length > 0 ? [part('compare_types', table('compare_types', runs, types.map(typeRow)))] : []),
    ...(subJobs.length > 0 ? [part('compare_sub_jobs', table('compare_sub_jobs', runs, subJobs.map(subJobRow)))] : []),
    ...notes.map((text) => make('p', { class: 'help' }, text)),
  ];
}

/** @param {Word} title @param {Node} content */
const part = (title, content) => make('section', {}, make('h3', {}, say(title)), content);

/**
 * Roles are said, as a narrow page lays the cells out in another way.
 * @param {Word} name
 * @param {Comparison['runs']} runs
 * @param {Node[]} rows
 */
function table(name, runs, rows) {
  const isFirst = name === 'compare_title';
  return make('table', { role: 'table', 'aria-label': say(name) },
    make('thead', { role: 'rowgroup' }, make('tr', { role: 'row' }, make('td', { role: 'cell' }),
      ...runs.map(({ job }, i) => make('th', { role: 'columnheader', scope: 'col' }, isFirst ? linkOf(job, i) : nameWithId(job))))),
    make('tbody', { role: 'rowgroup' }, ...rows));
}

/** @param {JobRecord} job */
const nameWithId = (job) => make('span', {}, `${nameOf(job)} `, make('code', {}, `…\u2060${job.job_id.slice(-SHORT_ID)}`));

/** @param {JobRecord} job @param {number} i */
function linkOf(job, i) {
  const address = addressOf(job);
  const link = make('a', { href: linkTo(address), id: `compare-${i}`, 'data-key': formatAddress(address) }, nameWithId(job));
  return make('div', {}, link, make('small', {}, `${job.service} · ${regionCity(job.region)}`));
}

/** @param {Content} head @param {boolean} differs @param {Content[][]} cells */
function row(head, differs, cells) {
  const mark = differs ? [make('span', { class: 'differs', role: 'img', 'aria-label': say('compare_mark'), title: say('compare_mark') }, '≠')] : [];
  return make('tr', { role: 'row', ...(differs && { class: 'other' }) },
    make('th', { role: 'rowheader', scope: 'row' }, head, ...mark),
    ...cells.map((content) => make('td', { role: 'cell' }, ...content)));
}

/** @param {Status | 'lost'} status @param {string} [text] */
function badge(status, text) {
  const shape = status === 'lost' ? 'unknown' : status;
  return make('span', { class: 'badge', 'data-status': shape }, icon(STATUS_ICONS[shape], 'icon'),
    make('span', {}, text || say(status === 'lost' ? 'mark_lost' : `status_${status}`)));
}

/** @param {number | null} seconds */
const time = (seconds) => (seconds === null ? NOTHING : span(seconds * 1000, true));

/** By how much the second is longer or shorter. @param {number | null} a @param {number | null} b */
function apart(a, b) {
  if (a === null || b === null || Math.abs(b - a) < 1) return [];
  return [make('span', { class: 'apart' }, `${b > a ? '+' : '−'}${span(Math.abs(b - a) * 1000, true)}`)];
}

/** @param {string} text */
const error = (text) => make('span', { class: 'error', title: text }, text);

/** @param {{ error_code: string | null, error_text: string | null }} it */
const errorText = (it) => [it.error_code, it.error_text].filter(Boolean).join(' · ');

/** @param {Comparison} comparison */
function wholes({ runs, differs }) {
  const [a, b] = runs;
  /** @param {(run: Comparison['runs'][number], other: Comparison['runs'][number], i: number) => Content[]} cell */
  const both = (cell) => [cell(a, b, 0), cell(b, a, 1)];
  return [
    row(say('status'), differs.includes('outcome'), both(({ job }) =>
      [badge(job.is_lost ? 'lost' : job.status, job.status === 'unknown' && !job.is_lost ? job.status_text ?? '' : '')])),
    row(say('compare_duration'), differs.includes('duration'), both(({ seconds }, other, i) =>
      [time(seconds), ...(i === 1 && differs.includes('duration') ? apart(other.seconds, seconds) : [])])),
    row(say('compare_begun'), false, both(({ job }) => [job.begin_time ? inFull(new Date(job.begin_time)) : NOTHING])),
    row(say('compare_parts'), differs.includes('sub_jobs'), both(({ job: { counts } }) => [countsText(counts)])),
    row(say('compare_first_error'), differs.includes('errors'), both(({ job }) => [errorText(job) ? error(errorText(job)) : NOTHING])),
  ];
}

/** "20 · 12 succeeded, 8 failed" @param {JobRecord['counts']} counts */
function countsText({ total, ...each }) {
  const parts = Object.entries(each).filter(([, n]) => n > 0).map(([status, n]) => say('compare_count', { n: count(n), status: say(/** @type {Word} */ (`status_${status}`)) }));
  return total > 1 ? `${count(total)} · ${parts.join(say('comma'))}` : NOTHING;
}

/** @param {Comparison['errors'][number]} it */
const errorRow = (it) => row(error(errorText(it)), it.counts[0] !== it.counts[1], it.counts.map((n) => [n > 0 ? `×\u202f${count(n)}` : NOTHING]));

/** @param {{ name?: { en: string, zh: string } | null, type: string | null }} it */
const typeName = ({ name, type }) => name?.[speech.lang === 'en' ? 'en' : 'zh'] ?? type ?? say('compare_no_type');

/** @param {Comparison['types'][number]} it */
function typeRow(it) {
  const [a, b] = it.runs;
  return row(make('span', { title: it.type ?? '' }, typeName(it)), it.differs.length > 0, it.runs.map((run, i) => [
    make('span', {}, run.count === 0 ? NOTHING : [count(run.count),
      run.failed > 0 ? say('failing_of', { n: count(run.failed) }) : '',
      run.unfinished > 0 ? say('compare_count', { n: count(run.unfinished), status: say('filter_unfinished') }) : ''].filter(Boolean).join(' · ')),
    ...(run.median === null ? [] : [make('small', {}, run.count > 1
      ? say('compare_median', { median: time(run.median), longest: time(run.longest) }) : time(run.median),
    ...(i === 1 && it.differs.includes('duration') ? apart(a.median, b.median) : []))]),
  ]));
}

/** @param {Comparison['sub_jobs'][number]} it */
function subJobRow(it) {
  const [a, b] = it.runs;
  return row(make('span', { title: it.type ?? '' }, `${typeName(it)} #${count(it.number)}`), false, it.runs.map((run, i) => [
    badge(run.status),
    make('span', {}, time(run.seconds)),
    ...(i === 1 && it.differs.includes('duration') ? apart(a.seconds, b.seconds) : []),
    ...(errorText(run) ? [error(errorText(run))] : []),
    make('small', { title: run.sub_job ?? '' }, run.facts ?? run.sub_job ?? ''),
  ]));
}
