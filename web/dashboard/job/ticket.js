// The sheet of paper for a ticket: the facts of a job, its failures, its tree.
//
// Knows: what is printed. Must not know: how it looks (dashboard.css does).

import { make } from '../../shared/dom.js';
import { regionTitle, serviceTitle, withName } from '../i18n/places.js';
import { count, inFull } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { shareLink } from '../state/open_jobs.js';
import { find } from '../ui/nodes.js';
import { failedRows } from './rows.js';

/**
 * @typedef {import('../state/open_job.js').OpenJob} OpenJob
 * @typedef {import('../i18n/words.js').DashboardWord} Word
 * @typedef {import('../../host/job_facts.js').JobRow} JobRow
 */

const MOST_ROWS = 500;
const MOST_FAILURES = 50;

/** @param {string} text @param {string} [className] */
const cell = (text, className = '') => make('td', className ? { class: className } : {}, text);

/** @param {JobRow} row */
function lineOf({ name, statusText, duration, error, level }) {
  const first = cell(name, 'name');
  first.style.setProperty('--level', String(level));
  return make('tr', {}, first, cell(statusText), cell(duration), cell(error));
}

/** What failed, so that it can be looked up and tried again. @param {JobRow} row */
function failureOf({ name, id, facts, error }) {
  const first = cell(name, 'name');
  first.append(...[id, facts].filter((text) => text && text !== name).map((text) => make('code', {}, text)));
  return make('tr', {}, first, cell(error));
}

/** @param {Word} word @param {HTMLElement[]} lines @param {number} left rows that are not among them */
function part(word, lines, left) {
  if (lines.length === 0) return [];
  return [make('h2', {}, say(word)), make('table', {}, make('tbody', {}, ...lines)),
    ...(left > 0 ? [make('p', { class: 'left' }, say('print_left', { n: count(left) }))] : [])];
}

/** Fills the sheet that is printed in the place of the page. @param {OpenJob} shown */
export function fillTicket(shown) {
  const { tree, address } = shown;
  const job = tree.job;
  const { rows = [], total = 0 } = tree.rows(MOST_ROWS) ?? {};
  const failures = failedRows(shown);
  const confirmed = shown.confirmed ?? new Date();
  const facts = [
    [serviceTitle(address.service), withName(regionTitle(address.region), address.region),
      address.project === '-' ? '' : address.project].filter(Boolean).join(' · '),
    job?.begin && job.end ? `${inFull(job.begin)} – ${inFull(job.end)}` : job?.begin ? inFull(job.begin) : '',
    job?.duration ?? '', say('print_as_of', { at: inFull(confirmed) }),
    tree.lastAnswer.requestId && say('request_id', { id: tree.lastAnswer.requestId }),
  ];
  find('#ticket').replaceChildren(
    make('h1', {}, make('bdi', {}, shown.name), ' ', make('span', {}, job?.statusText ?? say(/** @type {Word} */ (`state_${tree.state}`)))),
    make('p', {}, make('code', {}, address.job)),
    ...facts.filter(Boolean).map((fact) => make('p', {}, fact)),
    make('p', { class: 'counts' }, [job?.progress, job && job.failed > 0 ? say('failing_of', { n: count(job.failed) }) : ''].filter(Boolean).join(' · ')),
    ...(job?.error ? [make('p', { class: 'error' }, job.error)] : []),
    ...part('print_failures', failures.slice(0, MOST_FAILURES).map(failureOf), failures.length - MOST_FAILURES),
    ...part('print_tree', rows.map(lineOf), total - rows.length),
    make('p', { class: 'left' }, say('print_from', { url: shareLink(shown) })));
}
