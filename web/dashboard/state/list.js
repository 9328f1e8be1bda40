// The jobs that are open: which, in which order, and which one is shown.
//
// The page's URL alone says so: ?job=REGION/SERVICE/PROJECT/ID, once for each, and the shown one after
// the "#". So a link is a view, and the browser's buttons work. More than a server takes in an address
// stand after the "#" too, which no server sees. Between visits the list is kept in this browser; a
// link that somebody sent leaves it alone.

import { formatAddress, parseAddress } from '../../shared/address.js';
import { OpenJob } from '../parts/job.js';
import { memory, tabMemory } from './memory.js';
import { copy, one, onClick, openMenu, tell } from '../ui/page.js';
import { say } from '../i18n/words.js';

/** @typedef {import('../../shared/address.js').Address} Address */

export const MOST_OPEN = 50;
const HOME = 'new';
const LONGEST_QUERY = 900; // characters; what stands in between cuts long addresses, ours takes 7 KiB
const FIRST_TREE = 1500; // milliseconds the other trees wait at most for the shown one
const QUICK_STEP = 400; // milliseconds after the one before: a key is held
const LONGEST_BLANK = 3000; // milliseconds until the tree itself says that it waits

/** @type {Map<string, OpenJob>} by address, in the order of the list */
export const openJobs = new Map();
/** @type {OpenJob[]} whose trees are not in the page yet */
let waiting = [];
/** Set by dashboard.js. */
export const whenever = {
  /** Which jobs there are, or which is shown, has changed. */
  shows() {},
  /** @param {OpenJob} job has news from its tree */
  changes(job) { void job; },
  /** @param {OpenJob} job has ended, and was seen running before */
  ends(job) { void job; },
};

/** The key of the shown job, or HOME, or "" where the URL does not say. */
const shownKey = () => location.hash.slice(1).split('&')[0];

/** @returns {OpenJob | undefined} */
export function shownJob() {
  if (shownKey() === HOME) return undefined;
  return openJobs.get(shownKey()) ?? openJobs.values().next().value;
}

/** @param {string} key */
function readKey(key) {
  return typeof key === 'string' ? parseAddress(key) : undefined;
}

function keysInUrl() {
  const given = [location.search, location.hash.replace(/^#[^&]*/, '')].flatMap((text) => new URLSearchParams(text).getAll('job'));
  return [...new Set(given.filter(readKey))].slice(0, MOST_OPEN);
}

/** @param {Iterable<string>} keys @param {string} shown a key, HOME or "" */
function urlOf(keys, shown) {
  const query = [...keys].map((key) => `job=${key}`).join('&');
  if (query.length > LONGEST_QUERY) return `${location.pathname}#${shown}&${query}`;
  return `${location.pathname}${query && '?'}${query}${shown && '#'}${shown}`;
}

/** Where a link to this job leads, beside those that are open. @param {Address} address */
export function hrefOf(address) {
  const key = formatAddress(address);
  return urlOf(new Set([...openJobs.keys(), key]), key);
}

/** A link to one job, or to all, for others. @param {OpenJob} [job] */
export function shareLink(job) {
  return location.origin + urlOf(job ? [job.key] : openJobs.keys(), '');
}

// Kept between visits.

/** @returns {string[]} */
function kept() {
  return memory.list('open', readKey, MOST_OPEN).map(formatAddress);
}

/** Keeps what is open and what was kept before, but for those removed by hand. @param {string[]} removed */
function keep(removed = []) {
  const others = kept().filter((key) => !openJobs.has(key) && !removed.includes(key));
  memory.set('open', JSON.stringify([...openJobs.keys(), ...others].slice(0, MOST_OPEN)));
}

/** @returns {string[]} */
function keptAside() {
  return kept().filter((key) => !openJobs.has(key)).slice(0, MOST_OPEN - openJobs.size);
}

export function bringBack() {
  go([...openJobs.keys(), ...keptAside()], shownKey());
  keep();
  [...openJobs.values()].at(-1)?.link.focus();
}

// Changes.

/**
 * @param {Iterable<string>} keys
 * @param {string} shown
 * @param {boolean} [isQuick] one of several in a row, which are one step of the browser's history
 */
function go(keys, shown, isQuick = false) {
  const url = urlOf(keys, shown);
  try {
    history[isQuick ? 'replaceState' : 'pushState'](null, '', url);
  } catch {
    // Safari allows a hundred of these in ten seconds. The address alone is changed in another way.
    if (url.split('#')[0] === location.pathname + location.search) location.hash = url.split('#')[1] ?? '';
  }
  show();
}

/** @param {string} key */
export function showKey(key) {
  go(openJobs.keys(), key);
}

/**
 * Opens jobs and shows the first of them.
 * @param {Address[]} addresses
 * @returns {boolean} whether there was room
 */
export function open(addresses) {
  const keys = new Set([...openJobs.keys(), ...addresses.map(formatAddress)]);
  if (addresses.length === 0 || keys.size > MOST_OPEN) return false;
  go(keys, formatAddress(addresses[0]));
  keep();
  shownJob()?.link.focus();
  return true;
}

/** @param {OpenJob[]} jobs @param {string} text what to say of it */
function take(jobs, text) {
  const before = [...openJobs.keys()];
  const wasShown = shownKey();
  const shown = shownJob();
  const gone = jobs.map((job) => job.key);
  const rest = before.filter((key) => !gone.includes(key));
  const at = before.indexOf(gone[0]);
  // The next one takes the place of the shown one.
  const next = shown && gone.includes(shown.key) ? rest[Math.min(at, rest.length - 1)] : undefined;
  const hadFocus = jobs.some((job) => job.item.contains(document.activeElement)) || document.activeElement === document.body;
  go(rest, next ?? (rest.length > 0 ? wasShown : ''));
  keep(gone);
  if (hadFocus) {
    const neighbour = openJobs.get(rest[Math.min(at, rest.length - 1)]);
    /** @type {HTMLElement} */ (neighbour?.link ?? one('#job')).focus();
  }
  tell(text, () => {
    // What was opened since stays.
    go(new Set([...before, ...openJobs.keys()]), wasShown || gone[0]);
    keep();
    openJobs.get(gone[0])?.link.focus();
  });
}

/** @param {OpenJob} job */
export function remove(job) {
  take([job], say('removed', { name: job.name }));
}

export function finished() {
  return [...openJobs.values()].filter((job) => job.hasEnded);
}

export function clearFinished() {
  const jobs = finished();
  if (jobs.length > 0) take(jobs, say('cleared', { n: jobs.length }));
}

/** @param {string[]} keys all that are open, in another order */
function reorder(keys) {
  history.replaceState(null, '', urlOf(keys, shownKey()));
  show();
  keep();
}

/** @param {OpenJob} job @param {number} by */
export function move(job, by) {
  const keys = [...openJobs.keys()];
  const from = keys.indexOf(job.key);
  const to = from + by;
  if (to < 0 || to >= keys.length) return;
  keys.splice(to, 0, ...keys.splice(from, 1));
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  reorder(keys);
  if (focused && job.item.contains(focused)) focused.focus();
  one('#announcer').textContent = say('moved', { n: to + 1, of: keys.length });
}

let lastStep = -Infinity;

/** Shows the job `by` places on. @param {number} by */
export function step(by) {
  const jobs = [...openJobs.values()];
  if (jobs.length === 0) return;
  const shown = shownJob();
  const here = shown ? jobs.indexOf(shown) : by > 0 ? -1 : 0;
  const job = jobs[(here + by + jobs.length) % jobs.length];
  const now = performance.now();
  go(openJobs.keys(), job.key, now - lastStep < QUICK_STEP);
  lastStep = now;
  job.link.focus();
}

/** Shows the place where jobs are added. */
export function goHome() {
  if (shownKey() !== HOME) showKey(HOME);
  one('#job').focus();
}

/** Brings the page to what its URL says. */
function show() {
  const keys = keysInUrl();
  const jobs = keys.flatMap((key) => openJobs.get(key) ?? create(key) ?? []);
  for (const [key, job] of openJobs) {
    if (keys.includes(key)) continue;
    job.history.keep();
    job.item.remove();
    job.tree.remove();
  }
  waiting = waiting.filter((job) => keys.includes(job.key));
  openJobs.clear();
  const list = one('#open-jobs ul');
  jobs.forEach((job, i) => {
    openJobs.set(job.key, job);
    job.link.href = urlOf(keys, job.key);
    if (list.children[i] !== job.item) list.insertBefore(job.item, list.children[i] ?? null);
  });
  for (const link of document.querySelectorAll('.brand, .another')) link.setAttribute('href', urlOf(keys, HOME));
  const shown = shownJob();
  for (const job of jobs) {
    job.tree.hidden = job !== shown;
    if (job === shown) job.link.setAttribute('aria-current', 'page');
    else job.link.removeAttribute('aria-current');
  }
  if (shown) {
    start(shown);
    shown.link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    memory.set('shown', shown.key);
  }
  whenever.shows();
}

/** @param {string} key */
function create(key) {
  const address = readKey(key);
  if (!address) return undefined;
  const job = new OpenJob(address, tabMemory.get('token'));
  for (const type of ['job-tree-change', 'job-tree-settled', 'job-tree-error']) {
    job.tree.addEventListener(type, () => {
      const ends = type === 'job-tree-settled' && job.wasRunning && job.hasEnded;
      job.changed(Date.now());
      whenever.changes(job);
      if (ends) {
        job.wasRunning = false;
        whenever.ends(job);
      }
      startNext();
    });
  }
  job.more.addEventListener('click', () => openMenu(job.more, choicesOf(job)));
  waiting.push(job);
  setTimeout(startNext, FIRST_TREE);
  return job;
}

/** @param {OpenJob} job */
function start(job) {
  waiting = waiting.filter((other) => other !== job);
  if (job.tree.isConnected) return;
  job.speak();
  one('#trees').append(job.tree);
  setTimeout(() => job.isKnown(), LONGEST_BLANK);
}

/** The trees that are not shown begin one after another, when there is nothing else to do. */
function startNext() {
  const [job] = waiting;
  if (!job) return;
  start(job);
  const later = /** @type {(next: () => void) => void} */ (window.requestIdleCallback ?? setTimeout);
  later(startNext);
}

/** @param {OpenJob} job */
function choicesOf(job) {
  const place = [...openJobs.keys()].indexOf(job.key);
  return [
    { text: say('copy_link'), act: () => void copy(shareLink(job), say('copied_link')) },
    { text: say('up'), act: () => move(job, -1), off: place === 0 },
    { text: say('down'), act: () => move(job, 1), off: place === openJobs.size - 1 },
    { text: say('remove'), act: () => remove(job) },
  ];
}

// Drag, and keys, on the list itself.

/** @type {HTMLElement | undefined} */
let dragged;

/** @param {Event} event */
const itemAt = (event) => /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('#open-jobs li'));

/** @param {DragEvent} event */
function drag(event) {
  if (!dragged) return;
  event.preventDefault();
  const over = itemAt(event);
  if (!over || over === dragged) return;
  const box = over.getBoundingClientRect();
  const isStrip = getComputedStyle(/** @type {Element} */ (over.parentElement)).display === 'flex';
  const isBefore = isStrip ? event.clientX < box.left + box.width / 2 : event.clientY < box.top + box.height / 2;
  over.insertAdjacentElement(isBefore ? 'beforebegin' : 'afterend', dragged);
}

/** @param {boolean} isDropped */
function endDrag(isDropped) {
  if (!dragged) return;
  dragged.classList.remove('dragged');
  dragged = undefined;
  const items = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('#open-jobs li')]);
  if (isDropped) reorder(items.map((item) => item.dataset.key ?? ''));
  else show();
}

/** Starts: takes the kept jobs when the URL names none. */
export function startList() {
  const list = one('#open-jobs ul');
  list.addEventListener('dragstart', (event) => {
    dragged = itemAt(event) ?? undefined;
    dragged?.classList.add('dragged');
    event.dataTransfer?.setData('text/plain', dragged?.dataset.key ?? '');
  });
  list.addEventListener('dragover', drag);
  list.addEventListener('drop', (event) => {
    event.preventDefault();
    endDrag(true);
  });
  list.addEventListener('dragend', () => endDrag(false));
  list.addEventListener('keydown', (event) => {
    const job = openJobs.get(itemAt(event)?.dataset.key ?? '');
    if (!job || event.ctrlKey || event.metaKey) return;
    if (event.altKey && ['ArrowUp', 'ArrowLeft'].includes(event.key)) move(job, -1);
    else if (event.altKey && ['ArrowDown', 'ArrowRight'].includes(event.key)) move(job, 1);
    else if (event.key === 'Delete') remove(job);
    else return;
    event.preventDefault();
  });
  onClick('#clear', clearFinished);
  onClick('#bring-back', bringBack);
  onClick('#copy-all', () => void copy(shareLink(), say('copied_link')));
  addEventListener('popstate', show);
  addEventListener('pagehide', () => openJobs.forEach((job) => job.history.keep()));
  const given = keysInUrl();
  const keys = given.length > 0 ? given : kept();
  const last = memory.get('shown');
  const isLast = given.length === 0 && keys.includes(last);
  history.replaceState(null, '', urlOf(keys, shownKey() || (isLast ? last : '')));
  show();
}

/** What the foot and the head of the list say. */
export function showListCounts() {
  const jobs = [...openJobs.values()];
  /** @param {(job: OpenJob) => boolean} is */
  const number = (is) => jobs.filter(is).length;
  const failed = number((job) => job.look === 'failed');
  const running = number((job) => job.look === 'running');
  one('#tally').textContent = [
    say('tally', { n: jobs.length }),
    ...(running ? [say('tally_running', { n: running })] : []),
    ...(failed ? [say('tally_failed', { n: failed })] : []),
  ].join(' · ');
  one('#clear').hidden = !jobs.some((job) => job.hasEnded);
  one('#copy-all').hidden = jobs.length < 2;
  const aside = keptAside().length;
  one('#bring-back').hidden = aside === 0;
  one('#bring-back').textContent = say('bring_back', { n: aside });
}
