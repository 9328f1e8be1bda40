// The page's URL: which jobs are open, which of them is shown, and how.
//
//   /?job=KEY&job=KEY#SHOWN&filter=failed&sort=longest_first&selected=ID&at=MOMENT
//   /?job=KEY#board&view=failed&q=TEXT&service=eip
//   /?compare=KEY,KEY
//
// MOMENT is the number of a stored version, or a time, 2026-11-29T06:28:18Z, for the newest one not after it. What is named
// otherwise is left out.
//
// A long list of jobs stands in the fragment too, as servers limit the length of a request.
//
// Knows: the form of the URL, the browser's history. Must not know: job trees, nodes.

import { parseAddress } from '../../shared/address.js';

/** In the place of a job's key: the page where jobs are added. */
export const HOME = 'new';
/** Likewise: the board. */
export const BOARD = 'board';
/** Likewise: two jobs side by side. */
export const COMPARE = 'compare';
export const MOST_JOBS = 50;
const LONGEST_QUERY = 900; // characters; servers in between may limit a URL to a few thousand

/**
 * @typedef {object} Place what the URL says
 * @property {string[]} keys addresses of the open jobs, in the order of the list
 * @property {string} shown the key of the shown job, HOME, BOARD, COMPARE, or "" for the first
 * @property {Readonly<Record<string, string>>} view how the shown job's tree is looked at: attributes of <job-tree>, and
 *   `at` which moment; of the board, its view and filters; which jobs are compared
 */

/** Attributes of <job-tree> that stand in the URL. */
export const VIEW = Object.freeze(['filter', 'sort', 'selected']);
/** What stands there of a job. */
const JOB_VIEW = Object.freeze([...VIEW, 'at']);
/** What stands there of the board (board/query.js). */
const BOARD_VIEW = Object.freeze(['view', 'q', 'status', 'state', 'service', 'region', 'person', 'resource', 'group', 'look', 'since']);

/** @returns {Place} */
export function readUrl() {
  const [shown, ...rest] = location.hash.slice(1).split('&');
  const fragment = new URLSearchParams(rest.join('&'));
  const query = new URLSearchParams(location.search);
  const keys = [...new Set([...query.getAll('job'), ...fragment.getAll('job')].filter(parseAddress))].slice(0, MOST_JOBS);
  const compare = query.get('compare') ?? '';
  if (!shown && isPair(compare)) return { keys, shown: COMPARE, view: { compare } };
  return {
    keys,
    shown,
    view: Object.fromEntries((shown === BOARD ? BOARD_VIEW : JOB_VIEW).map((name) => [name, fragment.get(name) ?? '']).filter(([, value]) => value)),
  };
}

/** Whether these are two jobs. @param {string} compare keys, with "," between */
function isPair(compare) {
  const keys = compare.split(',');
  return keys.length === 2 && keys.every(parseAddress);
}

/** @param {Place} place */
export function formatUrl({ keys, shown, view }) {
  const jobs = keys.map((key) => `job=${key}`).join('&');
  const isLong = jobs.length > LONGEST_QUERY;
  const isComparison = shown === COMPARE;
  const query = [isComparison ? `compare=${view.compare}` : '', isLong ? '' : jobs].filter(Boolean).join('&');
  const place = isComparison ? ['', ''] : [shown, new URLSearchParams(view).toString()];
  const fragment = [...place, isLong ? jobs : ''].filter((part, i) => i === 0 || part).join('&');
  return `${location.pathname}${query && '?'}${query}${fragment && '#'}${fragment}`;
}

/**
 * @param {Place} place
 * @param {boolean} isStep whether Back leads to what was shown before
 */
export function writeUrl(place, isStep) {
  const url = formatUrl(place);
  try {
    history[isStep ? 'pushState' : 'replaceState'](null, '', url);
  } catch {
    // Safari allows a hundred of these in ten seconds. The fragment can be changed in another way.
    if (url.split('#')[0] === location.pathname + location.search) location.hash = url.split('#')[1] ?? '';
  }
}
