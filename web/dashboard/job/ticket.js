// The sheet of paper for a ticket: the facts of a job, its failures, its tree.
//
// Knows: what is printed. Must not know: how it looks (dashboard.css does).

import { make } from '../../shared/dom.js';
import { count, inFull, span } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { shareLink } from '../state/open_jobs.js';
import { find } from '../ui/nodes.js';

/**
 * @typedef {import('../state/open_job.js').OpenJob} OpenJob
 * @typedef {import('../i18n/words.js').DashboardWord} Word
 */

const MOST_ROWS = 500;
const MOST_FAILURES = 50;

/**
 * A row of the element's table (CSV).
 * @typedef {object} Row
 * @property {string} level
 * @property {string} id
 * @property {string} type
 * @property {string} status
 * @property {string} status_sent
 * @property {string} seconds
 * @property {string} error_code
 * @property {string} error_text
 */

/** Rows of a table as RFC 4180 has it, by the names in its head. @param {string} csv @returns {Generator<Row>} */
export function* rowsOf(csv) {
  /** @type {string[] | undefined} */
  let head;
  /** @type {string[]} */
  let cells = [];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (!head) head = cells;
    else if (cells.length === head.length) yield /** @type {any} */ (Object.fromEntries(head.map((name, i) => [name, cells[i]])));
    cells = [];
  }
}

/** @param {string} text @param {string} [className] */
const cell = (text, className = '') => make('td', className ? { class: className } : {}, text);

/** @param {Row} row */
const errorOf = (row) => [row.error_code, row.error_text].filter(Boolean).join(': ');

/** @param {Row} row */
function statusOf({ status, status_sent }) {
  return status === 'unknown' ? status_sent : say(/** @type {Word} */ (`status_${status}`));
}

/** @param {Row} row */
function lineOf(row) {
  const name = cell(row.type || row.id, 'name');
  name.style.setProperty('--level', row.level);
  return make('tr', {}, name, cell(statusOf(row)), cell(row.seconds && span(Number(row.seconds) * 1000)), cell(errorOf(row)));
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
  const { job } = tree;
  /** @type {HTMLElement[]} */
  const all = [];
  /** @type {HTMLElement[]} */
  const failures = [];
  let rows = 0;
  let failed = 0;
  for (const row of rowsOf(tree.toCSV())) {
    if (++rows <= MOST_ROWS) all.push(lineOf(row));
    if (row.status === 'failed' && ++failed <= MOST_FAILURES) failures.push(lineOf({ ...row, level: '1' }));
  }
  const confirmed = tree.lastAnswer.confirmed ?? new Date();
  const facts = [
    `${address.service} · ${address.region}${address.project === '-' ? '' : ` · ${address.project}`}`,
    job?.begin && job.end ? `${inFull(job.begin)} – ${inFull(job.end)}` : job?.begin ? inFull(job.begin) : '',
    job?.duration ?? '', say('print_as_of', { at: inFull(confirmed) }), tree.lastAnswer.requestId,
  ];
  find('#ticket').replaceChildren(
    make('h1', {}, shown.name, ' ', make('span', {}, job?.statusText ?? say(/** @type {Word} */ (`state_${tree.state}`)))),
    make('p', {}, make('code', {}, address.job)),
    ...facts.filter(Boolean).map((fact) => make('p', {}, fact)),
    make('p', { class: 'counts' }, [job?.progress, job && job.failed > 0 ? say('failing_of', { n: count(job.failed) }) : ''].filter(Boolean).join(' · ')),
    ...(job?.error ? [make('p', { class: 'error' }, job.error)] : []),
    ...part('print_failures', failures, failed - failures.length),
    ...part('print_tree', all, rows - all.length),
    make('p', { class: 'left' }, say('print_from', { url: shareLink(shown) })));
}
