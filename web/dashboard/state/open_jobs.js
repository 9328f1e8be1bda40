// Which jobs are open, which of them is shown, and when their trees start.
//
// Knows: the URL, which is where this is stored, and job trees. Must not know: the list at the side, texts.

import { formatAddress, parseAddress } from '../../shared/address.js';
import { jobsAside, keptJobs, saveJobs } from './kept_jobs.js';
import { memory } from './memory.js';
import { readMoment } from './moment.js';
import { OpenJob } from './open_job.js';
import { token } from './token.js';
import { BOARD, COMPARE, HOME, MOST_JOBS, formatUrl, readUrl, writeUrl } from './url.js';

/** @typedef {import('../../shared/address.js').Address} Address */

const FIRST_TREE = 1500; // milliseconds the other trees wait at most for the shown one
const ONE_STEP = 1000; // milliseconds for which changes of the view are one step of the browser's history
const LONGEST_BLANK = 3000; // milliseconds until the tree itself says that it waits

/** @type {Map<string, OpenJob>} by key, in the order of the list */
export const openJobs = new Map();
/** @type {OpenJob[]} whose trees are not in the page yet */
let waiting = [];

/** Set by main.js. */
export const listeners = {
  /** Which jobs are open, or which is shown, has changed. */
  places() {},
  /** @param {OpenJob} job has news from its tree */
  job(job) { void job; },
  /** @param {OpenJob} job is looked at in another way */
  view(job) { void job; },
  /** @param {OpenJob} job goes on, and a first part of it has failed */
  failure(job) { void job; },
  /** @param {OpenJob} job has ended, and was seen running before */
  end(job) { void job; },
};

/** @returns {OpenJob | undefined} */
export function shownJob() {
  const { shown } = readUrl();
  return [HOME, BOARD, COMPARE].includes(shown) ? undefined : openJobs.get(shown) ?? openJobs.values().next().value;
}

export const isHome = () => readUrl().shown === HOME;
export const isBoard = () => readUrl().shown === BOARD;

/** @type {Readonly<Record<string, string>>} how the board was looked at last */
let boardView = {};

/** The board's view and filters, as the URL says them. */
export const boardParameters = () => (isBoard() ? readUrl().view : boardView);

/** A URL that shows the board so. @param {Record<string, string>} view @param {boolean} [isForOthers] without the jobs that are open here */
export const boardLink = (view, isForOthers = false) => formatUrl({ keys: isForOthers ? [] : [...openJobs.keys()], shown: BOARD, view });

/** @param {Readonly<Record<string, string>>} view @param {boolean} [isStep] of the browser's history */
export function goToBoard(view, isStep = true) {
  boardView = view;
  goTo(openJobs.keys(), BOARD, isStep);
}

/** The two jobs that are compared, or none. */
export function comparedKeys() {
  const { shown, view } = readUrl();
  return shown === COMPARE ? view.compare.split(',') : [];
}

/** A URL for others that compares these. @param {string[]} keys two */
export const compareLink = (keys) => formatUrl({ keys: [], shown: COMPARE, view: { compare: keys.join() } });

/** @param {string[]} keys two @param {boolean} [isStep] of the browser's history */
export function goToCompare(keys, isStep = true) {
  writeUrl({ keys: [...openJobs.keys()], shown: COMPARE, view: { compare: keys.join() } }, isStep);
  update();
}

/** How what is shown is looked at. @param {string} shown */
const viewOf = (shown) => (shown === BOARD ? boardView : shown === COMPARE ? readUrl().view : openJobs.get(shown)?.view ?? {});

/** Opens what is kept but not open. */
export function openKept() {
  goTo([...openJobs.keys(), ...jobsAside([...openJobs.keys()])], readUrl().shown);
  saveJobs([...openJobs.keys()]);
}

/**
 * A URL that opens this job beside those that are open.
 * @param {Address} address
 * @param {Readonly<Record<string, string>>} [view] how it is looked at
 */
export function linkTo(address, view = {}) {
  const key = formatAddress(address);
  return formatUrl({ keys: [...new Set([...openJobs.keys(), key])], shown: key, view });
}

/** A URL that shows this job as it is looked at, or HOME, among those that are open. @param {string} shown */
export function linkWithin(shown) {
  return formatUrl({ keys: [...openJobs.keys()], shown, view: viewOf(shown) });
}

/** A URL for others: of one job as it is looked at, or of all. @param {OpenJob} [job] */
export function shareLink(job) {
  const { view = {} } = job ?? {};
  const shown = job && Object.keys(view).length > 0 ? job.key : '';
  return location.origin + formatUrl({ keys: job ? [job.key] : [...openJobs.keys()], shown, view });
}

/** A URL for others: of one job, at the moment that is shown, with this in sight. @param {OpenJob} job @param {Record<string, string>} view */
export function linkToPart({ key, at }, view) {
  return location.origin + formatUrl({ keys: [key], shown: key, view: { ...view, ...(at && { at }) } });
}

/**
 * @param {Iterable<string>} keys
 * @param {string} shown
 * @param {boolean} [isStep] of the browser's history
 */
export function goTo(keys, shown, isStep = true) {
  writeUrl({ keys: [...keys], shown, view: viewOf(shown) }, isStep);
  update();
}

/** @param {string} key of an open job, or HOME */
export function showKey(key) {
  goTo(openJobs.keys(), key);
}

/**
 * Opens jobs and shows the first of them.
 * @param {Address[]} addresses
 * @param {Readonly<Record<string, string>>} [view] how that one is looked at; else as before
 * @returns {boolean} whether there was room
 */
export function openAddresses(addresses, view) {
  const keys = new Set([...openJobs.keys(), ...addresses.map(formatAddress)]);
  if (addresses.length === 0 || keys.size > MOST_JOBS) return false;
  const shown = formatAddress(addresses[0]);
  writeUrl({ keys: [...keys], shown, view: view ?? viewOf(shown) }, true);
  update();
  saveJobs([...openJobs.keys()]);
  return true;
}

/** Closes these, and shows what takes the place of the shown one. @param {OpenJob[]} jobs @returns {() => void} opens them again */
export function closeJobs(jobs) {
  const before = [...openJobs.keys()];
  const { shown } = readUrl();
  const gone = jobs.map((job) => job.key);
  const rest = before.filter((key) => !gone.includes(key));
  const isShownGone = gone.includes(shownJob()?.key ?? '');
  const next = rest[Math.min(before.indexOf(gone[0]), rest.length - 1)];
  goTo(rest, isShownGone ? next ?? '' : rest.length > 0 ? shown : '');
  saveJobs([...openJobs.keys()], gone);
  return () => {
    // What was opened since stays.
    goTo(new Set([...before, ...openJobs.keys()]), shown || gone[0]);
    saveJobs([...openJobs.keys()]);
  };
}

/** Looks for a job in another place; it keeps its place in the list. @param {OpenJob} job @param {Address} address */
export function replaceJob(job, address) {
  const key = formatAddress(address);
  goTo(new Set([...openJobs.keys()].map((it) => (it === job.key ? key : it))), key);
  saveJobs([...openJobs.keys()], [job.key]);
}

/** @param {string[]} keys all that are open, in another order */
export function reorderJobs(keys) {
  goTo(keys, readUrl().shown, false);
  saveJobs([...openJobs.keys()]);
}

/** Brings the page to what its URL says. */
export function update() {
  const { keys, shown: place, view } = readUrl();
  if (place === BOARD) boardView = view;
  const jobs = keys.flatMap((key) => openJobs.get(key) ?? create(key) ?? []);
  for (const [key, job] of openJobs) {
    if (keys.includes(key)) continue;
    job.history.save();
    job.tree.remove();
  }
  waiting = waiting.filter((job) => keys.includes(job.key));
  openJobs.clear();
  for (const job of jobs) openJobs.set(job.key, job);
  const shown = shownJob();
  for (const job of jobs) job.tree.hidden = job !== shown;
  if (shown) {
    shown.view = view;
    void bring(shown);
    memory.set('shown', shown.key);
  }
  listeners.places();
}

/** @param {string} key */
function create(key) {
  const address = parseAddress(key);
  if (!address) return undefined;
  const job = new OpenJob(address, token.now);
  for (const type of ['job-tree-change', 'job-tree-settled', 'job-tree-error']) {
    job.tree.addEventListener(type, (event) => {
      const ends = type === 'job-tree-settled' && job.wasRunning && job.hasEnded && !job.isPast;
      const isFirstFailure = job.note(Date.now(), /** @type {CustomEvent} */ (event).detail?.changes);
      listeners.job(job);
      if (isFirstFailure) listeners.failure(job);
      if (ends) {
        job.wasRunning = false;
        listeners.end(job);
      }
      startNext();
    });
  }
  job.tree.addEventListener('job-tree-view', () => noteView(job));
  waiting.push(job);
  setTimeout(startNext, FIRST_TREE);
  return job;
}

let lastView = -Infinity;

/** Another filter, order or selection: the URL says it too. @param {OpenJob} job */
function noteView(job) {
  listeners.view(job);
  if (job !== shownJob()) return;
  const place = readUrl();
  if (new URLSearchParams(place.view).toString() === new URLSearchParams(job.view).toString()) return; // it came from there
  const now = performance.now();
  writeUrl({ keys: place.keys, shown: job.key, view: job.view }, now - lastView >= ONE_STEP);
  lastView = now;
}

/** The tree shows the moment that is wanted, and queries nothing; without one, or where nothing is stored of it, the job as it is now. @param {OpenJob} job */
async function bring(job) {
  const { at } = job;
  if (job.moment?.at === at) return start(job);
  waiting = waiting.filter((other) => other !== job); // until it is known what it is to show
  const wasPast = job.isPast;
  job.moment = at ? { at, state: 'loading' } : undefined;
  const { moment, body } = at ? await readMoment(job.address, at) : { moment: undefined, body: undefined };
  if (job.at !== at || openJobs.get(job.key) !== job) return; // it is looked at otherwise by now
  job.moment = moment;
  if (body !== undefined) job.tree.load(body, moment?.time);
  else if (wasPast) job.tree.refresh();
  start(job);
  if (at || wasPast) listeners.job(job);
}

/** Shows a job as it was at a moment. @param {OpenJob} job @param {string} at "" is now */
export function goToMoment(job, at) {
  const view = Object.fromEntries(Object.entries({ ...job.view, at }).filter(([, value]) => value));
  writeUrl({ keys: [...openJobs.keys()], shown: job.key, view }, true);
  update();
}

/** Moments that could not be read are read again, with another token. */
export function retryMoments() {
  for (const job of openJobs.values()) {
    if (job.moment?.state !== 'failed') continue;
    job.moment = undefined;
    void bring(job);
  }
}

/** @param {OpenJob} job */
function start(job) {
  waiting = waiting.filter((other) => other !== job);
  if (job.tree.isConnected) return;
  job.speak();
  document.querySelector('#trees')?.append(job.tree);
  setTimeout(() => job.reveal(), LONGEST_BLANK);
}

/** The trees that are not shown start one after another, when there is nothing else to do. */
function startNext() {
  const [job] = waiting;
  if (!job) return;
  start(job);
  const later = /** @type {(next: () => void) => void} */ (window.requestIdleCallback ?? setTimeout);
  later(startNext);
}

/** Starts: opens the kept jobs when the URL names none. */
export function startJobs() {
  addEventListener('popstate', update);
  addEventListener('pagehide', () => openJobs.forEach((job) => job.history.save()));
  const { keys: given, shown, view } = readUrl();
  const keys = given.length > 0 ? given : keptJobs();
  const last = memory.get('shown');
  const isLast = given.length === 0 && keys.includes(last);
  writeUrl({ keys, shown: shown || (isLast ? last : ''), view }, false);
  update();
}
