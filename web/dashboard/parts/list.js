// The list of open jobs at the side: menus, order, removal, and what its head and foot say.
//
// Knows: nodes of the list, the open jobs. Must not know: what else the page shows of a job.

import { jobsAside } from '../state/kept_jobs.js';
import {
  closeJobs, goTo, isHome, linkWithin, listeners, openJobs, openKept, reorderJobs, shareLink, showKey, shownJob, update,
} from '../state/open_jobs.js';
import { hasMemory } from '../state/records.js';
import { HOME } from '../state/url.js';
import { say } from '../i18n/words.js';
import { openMenu } from '../ui/menu.js';
import { copy, showMessage } from '../ui/message.js';
import { find, onClick } from '../ui/nodes.js';
import { ListItem } from './list_item.js';
import { renameJob } from './rename.js';

/** @typedef {import('../state/open_job.js').OpenJob} OpenJob */

const QUICK_STEP = 400; // milliseconds after the one before: a key is held

/** @type {Map<OpenJob, ListItem>} */
const items = new Map();
const list = find('#open-jobs ul');

/** @param {string | undefined} key of an open job */
function itemOf(key) {
  const job = openJobs.get(key ?? '');
  return job && items.get(job);
}

/** Shows which jobs are open, and which of them is shown. */
export function showList() {
  find('#open-jobs').hidden = openJobs.size === 0;
  find('#jobs-title').textContent = say(hasMemory() ? 'mine' : 'jobs');
  const jobs = [...openJobs.values()];
  for (const [job, item] of items) {
    if (jobs.includes(job)) continue;
    item.root.remove();
    items.delete(job);
  }
  const shown = shownJob();
  jobs.forEach((job, i) => {
    const item = items.get(job) ?? makeItem(job);
    item.link.href = linkWithin(job.key);
    if (list.children[i] !== item.root) list.insertBefore(item.root, list.children[i] ?? null);
    if (job === shown) item.link.setAttribute('aria-current', 'page');
    else item.link.removeAttribute('aria-current');
  });
  for (const link of document.querySelectorAll('.brand, .another')) link.setAttribute('href', linkWithin(HOME));
  takeTab(shown && items.get(shown));
  if (shown) items.get(shown)?.link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  showCounts();
}

/** @param {OpenJob} job */
function makeItem(job) {
  const item = new ListItem(job);
  item.more.addEventListener('click', () => openMenu(item.more, choicesOf(job)));
  items.set(job, item);
  return item;
}

/** A click in the list leads to a job as it was looked at last. @param {OpenJob} job */
export function refreshLink(job) {
  const item = items.get(job);
  if (item) item.link.href = linkWithin(job.key);
}

/** Shows what is new of a job. @param {OpenJob} job */
export function refreshItem(job) {
  items.get(job)?.refresh(Date.now());
  showCounts();
}

/** Puts the list into the language of the page. */
export function speakList() {
  for (const item of items.values()) item.refresh(Date.now());
  showCounts();
}

/** What only the passing of time changes. @param {number} now */
export function tickList(now) {
  for (const item of items.values()) item.tick(now);
}

/** Tab reaches one item of the list; arrows lead to the others. @param {ListItem | undefined} item */
function takeTab(item = itemOf([...openJobs.keys()][0])) {
  for (const it of items.values()) it.link.tabIndex = it.more.tabIndex = it === item ? 0 : -1;
}

/** Puts the keyboard's focus on the shown job. */
export function focusShown() {
  itemOf(shownJob()?.key)?.link.focus();
}

/** @param {OpenJob} job */
const placeOf = (job) => [...openJobs.keys()].indexOf(job.key);

/**
 * What can be done with a job of the list: its menu, and the page's actions with the shown one.
 * @type {readonly { word: import('../i18n/words.js').DashboardWord, keys: string[], act: (job: OpenJob) => void, isOff?: (job: OpenJob) => boolean }[]}
 */
export const JOB_ACTIONS = [
  { keys: ['l'], word: 'copy_link', act: (job) => void copy(shareLink(job), say('copied_link')) },
  { keys: ['F2'], word: 'rename', act: (job) => rename(job) },
  { keys: ['Alt ↑'], word: 'up', act: (job) => moveJob(job, -1), isOff: (job) => placeOf(job) === 0 },
  { keys: ['Alt ↓'], word: 'down', act: (job) => moveJob(job, 1), isOff: (job) => placeOf(job) === openJobs.size - 1 },
  { keys: ['x'], word: 'remove', act: (job) => removeJob(job) },
];

/** @param {OpenJob} job */
const choicesOf = (job) => JOB_ACTIONS.map(({ word, act, isOff }) => ({ text: say(word), act: () => act(job), off: isOff?.(job) }));

/** @param {OpenJob} job */
function rename(job) {
  renameJob(job, () => {
    listeners.job(job);
    items.get(job)?.link.focus();
  });
}

// Removal.

/** @param {OpenJob[]} jobs @param {string} text says what was removed */
function removeJobs(jobs, text) {
  const at = [...openJobs.keys()].indexOf(jobs[0].key);
  const hadFocus = jobs.some((job) => items.get(job)?.root.contains(document.activeElement)) || document.activeElement === document.body;
  const restore = closeJobs(jobs);
  if (hadFocus) {
    const rest = [...openJobs.keys()];
    const neighbor = itemOf(rest[Math.min(at, rest.length - 1)])?.link;
    (neighbor ?? /** @type {HTMLElement} */ (find('#job'))).focus();
  }
  showMessage(text, () => {
    restore();
    itemOf(jobs[0].key)?.link.focus();
  });
}

/** @param {OpenJob} job */
function removeJob(job) {
  removeJobs([job], say('removed', { name: job.name }));
}

function removeFinished() {
  const jobs = [...openJobs.values()].filter((job) => job.hasEnded);
  if (jobs.length > 0) removeJobs(jobs, say('cleared', { n: jobs.length }));
}

// Order.

/** @param {OpenJob} job @param {number} by */
function moveJob(job, by) {
  const keys = [...openJobs.keys()];
  const from = keys.indexOf(job.key);
  const to = from + by;
  if (to < 0 || to >= keys.length) return;
  keys.splice(to, 0, ...keys.splice(from, 1));
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  reorderJobs(keys);
  if (focused && items.get(job)?.root.contains(focused)) focused.focus();
  find('#announcer').textContent = say('moved', { n: to + 1, of: keys.length });
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
  goTo(openJobs.keys(), job.key, now - lastStep >= QUICK_STEP);
  lastStep = now;
  focusShown();
}

/** Shows the place where jobs are added. */
export function goHome() {
  if (!isHome()) showKey(HOME);
  find('#job').focus();
}

// Drag, and keys, on the list itself.

/** @type {HTMLElement | undefined} */
let dragged;

/** @param {Event} event */
const nodeAt = (event) => /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('#open-jobs li'));

/** @param {DragEvent} event */
function drag(event) {
  if (!dragged) return;
  event.preventDefault();
  const over = nodeAt(event);
  if (!over || over === dragged) return;
  const box = over.getBoundingClientRect();
  const isStrip = getComputedStyle(list).display === 'flex';
  const isBefore = isStrip ? event.clientX < box.left + box.width / 2 : event.clientY < box.top + box.height / 2;
  over.insertAdjacentElement(isBefore ? 'beforebegin' : 'afterend', dragged);
}

/** @param {boolean} isDropped */
function endDrag(isDropped) {
  if (!dragged) return;
  dragged.classList.remove('dragged');
  dragged = undefined;
  const nodes = /** @type {HTMLElement[]} */ ([...list.children]);
  if (isDropped) reorderJobs(nodes.map((node) => node.dataset.key ?? ''));
  else update();
}

list.addEventListener('dragstart', (event) => {
  dragged = nodeAt(event) ?? undefined;
  dragged?.classList.add('dragged');
  event.dataTransfer?.setData('text/plain', dragged?.dataset.key ?? '');
});
list.addEventListener('dragover', drag);
list.addEventListener('drop', (event) => {
  event.preventDefault();
  endDrag(true);
});
list.addEventListener('dragend', () => endDrag(false));
list.addEventListener('focusin', (event) => takeTab(itemOf(nodeAt(event)?.dataset.key)));
list.addEventListener('keydown', (event) => {
  const job = openJobs.get(nodeAt(event)?.dataset.key ?? '');
  if (!job || event.ctrlKey || event.metaKey) return;
  const jobs = [...openJobs.values()];
  const here = jobs.indexOf(job);
  /** @type {Record<string, number>} */
  const places = { ArrowUp: here - 1, ArrowLeft: here - 1, ArrowDown: here + 1, ArrowRight: here + 1, Home: 0, End: jobs.length - 1 };
  if (event.altKey && ['ArrowUp', 'ArrowLeft'].includes(event.key)) moveJob(job, -1);
  else if (event.altKey && ['ArrowDown', 'ArrowRight'].includes(event.key)) moveJob(job, 1);
  else if (event.key in places && !event.altKey) itemOf(jobs[places[event.key]]?.key)?.link.focus();
  else if (event.key === 'Delete') removeJob(job);
  else if (event.key === 'F2') rename(job);
  else return;
  event.preventDefault();
});
function restoreKept() {
  openKept();
  itemOf([...openJobs.keys()].at(-1))?.link.focus();
}

/** @param {string} selector of a button */
const isOffered = (selector) => () => !find(selector).hidden;

/** What can be done with all of them: the buttons at the list's foot. @type {import('../ui/keys.js').Action[]} */
export const LIST_ACTIONS = [
  { word: 'copy_all', act: () => void copy(shareLink(), say('copied_link')), isPossible: isOffered('#copy-all') },
  { word: 'bring_back_all', act: restoreKept, isPossible: isOffered('#bring-back') },
  { word: 'clear', act: removeFinished, isPossible: isOffered('#clear') },
];
['#copy-all', '#bring-back', '#clear'].forEach((selector, i) => onClick(selector, () => LIST_ACTIONS[i].act?.()));

/** What the head and the foot of the list say. */
function showCounts() {
  const jobs = [...openJobs.values()];
  /** @param {(job: OpenJob) => boolean} is */
  const number = (is) => jobs.filter(is).length;
  const failed = number((job) => job.look === 'failed');
  const running = number((job) => job.look === 'running');
  find('#tally').textContent = [
    say('tally', { n: jobs.length }),
    ...(running ? [say('tally_running', { n: running })] : []),
    ...(failed ? [say('tally_failed', { n: failed })] : []),
  ].join(' · ');
  find('#clear').hidden = !jobs.some((job) => job.hasEnded);
  find('#copy-all').hidden = jobs.length < 2;
  const aside = jobsAside([...openJobs.keys()]).length;
  find('#bring-back').hidden = aside === 0;
  find('#bring-back').textContent = say('bring_back', { n: aside });
}
