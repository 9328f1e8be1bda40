// The dashboard: starts its parts and carries the news between them. What the parts are:
//
//   list     which jobs are open, in the URL and kept between visits     job      one of them
//   add      finding ids in what is pasted                               demo     simulated jobs and batches
//   history  what changed when                                           notice   title, icon, bell
//   code     the query in other words (snippets)                         export   files and paper
//   keys     shortcuts        words, times, memory, page, icons           what all of these share

import { icon, setShape } from '../shared/dom.js';
import { BUTTON_ICONS } from '../element/icons.js';
import { offerPlaces, rememberJob, showRecent, speakAdd } from './parts/add.js';
import { curlOf, showCode } from './parts/code.js';
import { showDemo } from './parts/demo.js';
import { fillTicket, offerExport } from './parts/export.js';
import { showHistory } from './parts/history.js';
import { ICONS } from './ui/icons.js';
import { listenForKeys, showHelp } from './ui/keys.js';
import {
  goHome, openJobs, remove, shareLink, shownJob, showListCounts, startList, step, whenever,
} from './state/list.js';
import { memory, tabMemory } from './state/memory.js';
import { noticeEnd, showBell, showTab } from './parts/notice.js';
import { copy, one, onClick, openMenu, undo } from './ui/page.js';
import { ago, inFull } from './i18n/times.js';
import { say, sayAll, speech } from './i18n/words.js';

/**
 * @typedef {import('./parts/demo.js').Demo} Demo
 * @typedef {import('./parts/demo.js').Title} Title
 * @typedef {import('./parts/job.js').OpenJob} OpenJob
 * @typedef {object} Config what /api/config says
 * @property {string[]} regions
 * @property {{ name: string, path: string, title: Title }[]} services
 * @property {string} default_region
 * @property {boolean} token_required
 * @property {{ status: string }} [cloud] whether the backend would ask it now
 * @property {Demo | null} demo
 */

const RETRY = 5000; // milliseconds
const TICK = 1000;
const THEMES = /** @type {const} */ (['auto', 'light', 'dark']);
let theme = THEMES.find((name) => name === memory.get('theme')) ?? 'auto';
/** @type {Config | undefined} */
let config;

// The shown job.

/** Brings what stands around the trees up to date. */
function showAround() {
  const job = shownJob();
  one('#open-jobs').hidden = openJobs.size === 0;
  one('#home').hidden = job !== undefined;
  one('#watch').hidden = job === undefined;
  document.body.classList.toggle('watching', job !== undefined);
  showListCounts();
  showRecent();
  showTab();
  showDoor();
  if (job) showFacts(job);
  if (job) noteViewed(job);
}

/** @param {OpenJob} job */
function showFacts(job) {
  const { region, service, project } = job.address;
  const title = config?.services.find(({ name }) => name === service)?.title;
  const called = title ? (speech.lang === 'en' ? title.en : title.zh) : service;
  one('#where').title = project === '-' ? '' : project;
  // No line ends between the dots and the digits.
  one('#where').textContent = [called, region, project === '-' ? '' : `…\u2060${project.slice(-8)}`].filter(Boolean).join(' · ');
  showConfirmed(job, Date.now());
}

/** When the cloud last said that what is shown is so: its true age, not that of the last try. @param {OpenJob} job @param {number} now */
function showConfirmed(job, now) {
  if (!config) return; // the service's name stands before it, and would move it
  const at = job.tree.lastAnswer.confirmed;
  const line = one('#confirmed');
  line.classList.toggle('late', job.isLost);
  const word = job.isLost ? 'confirmed_late' : job.hasEnded ? 'confirmed_final' : 'confirmed';
  const text = at ? say(word, { ago: ago(at, now) }) : '';
  if (line.textContent !== text) line.textContent = text;
  line.title = at ? say('confirmed_title', { at: inFull(at) }) : '';
}

let viewed = '';

/** Only what is shown has been viewed. @param {OpenJob} job */
function noteViewed(job) {
  const { key, name } = job;
  if (!job.tree.job || viewed === `${key} ${name}`) return;
  viewed = `${key} ${name}`;
  rememberJob(job);
}

whenever.shows = showAround;
whenever.ends = noticeEnd;
whenever.changes = (job) => {
  if (job === shownJob()) noteViewed(job);
  showListCounts();
  showDoor();
  if (job !== shownJob()) return;
  showTab();
  showFacts(job);
  showHistory(job.history);
};

setInterval(() => {
  if (document.hidden) return;
  const now = Date.now();
  for (const job of openJobs.values()) {
    job.tick(now);
    if (!job.isNews) continue;
    job.changed(now);
    whenever.changes(job);
  }
  const shown = shownJob();
  if (shown) showConfirmed(shown, now);
}, TICK);

/** @param {(job: OpenJob) => void} act */
const withShown = (act) => () => {
  const job = shownJob();
  if (job) act(job);
};

/** @param {OpenJob} job */
function togglePaused({ tree, hasEnded }) {
  if (tree.paused) tree.resume();
  else if (!hasEnded) tree.pause();
}

const copyLink = withShown((job) => void copy(shareLink(job), say('copied_link')));
const openCode = withShown((job) => showCode(job.address, config));
const openHistory = withShown((job) => showHistory(job.history, true));
const openExport = withShown((job) => offerExport(one('#export'), job));

onClick('#copy-link', copyLink);
onClick('#export', openExport);
onClick('#history-open', openHistory);
onClick('#code-open', withShown((job) => {
  const request = job.tree.lastAnswer.requestId;
  openMenu(one('#code-open'), [
    { text: say('copy_curl'), act: () => void copy(curlOf(job.address, config)) },
    { text: say('code_title'), act: openCode },
    { text: say('copy_request'), off: request === '', act: () => void copy(request) },
  ]);
}));
addEventListener('beforeprint', withShown(fillTicket));

// The door, where the backend wants a token.

const door = /** @type {HTMLFormElement} */ (one('#door'));
/** Open until there is a token, and again when a job is denied: the tree itself says by whom. */
function showDoor() {
  const isDenied = [...openJobs.values()].some(({ tree }) => tree.state === 'denied');
  door.hidden = !config?.token_required || (tabMemory.get('token') !== '' && !isDenied);
}

door.addEventListener('submit', (event) => {
  event.preventDefault();
  const input = /** @type {HTMLInputElement} */ (one('#token'));
  const token = input.value.trim();
  input.value = '';
  tabMemory.set('token', token);
  for (const { tree } of openJobs.values()) tree.token = token;
  showDoor();
});

// What the backend says of itself.

async function loadConfig() {
  const trouble = one('#trouble');
  try {
    const response = await fetch('api/config');
    if (!response.ok) throw new Error(`status ${response.status}`);
    const isFirst = !config;
    config = /** @type {Config} */ (await response.json());
    if (isFirst) showConfig();
    showDoor();
    if (!showCloud()) setTimeout(loadConfig, RETRY);
  } catch {
    trouble.textContent = say('backend_down');
    trouble.hidden = false;
    setTimeout(loadConfig, RETRY);
  }
}

/** Says why the backend would ask the cloud nothing now; whether it would. */
function showCloud() {
  const { status = 'ready' } = config?.cloud ?? {};
  const trouble = one('#trouble');
  trouble.hidden = status === 'ready';
  if (!trouble.hidden) trouble.textContent = say(status === 'no_key' ? 'key_none' : 'key_paused');
  return trouble.hidden;
}

function showConfig() {
  if (!config) return;
  showCloud();
  offerPlaces(config, speech.lang === 'en' ? 'en' : 'zh');
  showDemo(config.demo);
  const job = shownJob();
  if (job) showFacts(job);
}

// Language and colours.

function speak() {
  sayAll();
  const button = one('#language');
  button.textContent = say('language');
  button.lang = speech.lang === 'en' ? 'zh-CN' : 'en';
  for (const job of openJobs.values()) job.speak();
  showTheme();
  speakAdd();
  showConfig();
  showAround();
}

function showTheme() {
  document.documentElement.dataset.theme = theme;
  const button = one('#theme');
  button.title = say(`theme_${theme}`);
  button.setAttribute('aria-label', button.title);
  setShape(button.firstElementChild, ICONS[theme]);
}

function nextTheme() {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  memory.set('theme', theme);
  showTheme();
}

onClick('#language', () => speech.toggle());
onClick('#theme', nextTheme);
onClick('#help-open', showHelp);
speech.listeners.push(speak);

// Shapes of the buttons that index.html holds.
for (const [selector, shape] of Object.entries({
  '.another': ICONS.add, '#help-open': ICONS.help, '#copy-link': ICONS.link, '#export': ICONS.export,
  '#code-open': ICONS.code, '#history-open': ICONS.history, '#clear': ICONS.clear, '#copy-all': ICONS.link,
})) one(selector).prepend(icon(shape, 'line'));
for (const button of document.querySelectorAll('[data-close]')) button.append(icon(BUTTON_ICONS.close, 'line'));

listenForKeys([
  {
    title: 'help_jobs',
    shortcuts: [
      { keys: ['j', 'k'], word: 'help_go', act: (key) => step(key === 'j' ? 1 : -1) },
      { keys: ['a'], word: 'help_add', act: goHome },
      { keys: ['Alt ↑', 'Alt ↓'], word: 'help_move' },
      { keys: ['x'], word: 'help_remove', act: withShown(remove) },
      { keys: ['u'], word: 'help_undo', act: () => void undo() },
    ],
  },
  {
    title: 'help_shown',
    shortcuts: [
      { keys: ['/'], word: 'help_search', act: withShown((job) => job.tree.search()) },
      { keys: ['n'], word: 'help_fail', act: withShown((job) => job.tree.nextFailure()) },
      { keys: ['r'], word: 'help_refresh', act: withShown(({ tree }) => tree.refresh()) },
      { keys: ['p'], word: 'help_pause', act: withShown(togglePaused) },
      { keys: ['l'], word: 'help_copy', act: copyLink },
      { keys: ['e'], word: 'export', act: openExport },
      { keys: ['c'], word: 'help_code', act: openCode },
      { keys: ['h'], word: 'help_events', act: openHistory },
    ],
  },
  {
    title: 'help_page',
    shortcuts: [
      { keys: ['t'], word: 'help_theme', act: nextTheme },
      { keys: ['?'], word: 'help_help', act: showHelp },
      { keys: ['Esc'], word: 'help_close' },
    ],
  },
]);
showBell();
speak();
startList();
document.body.classList.add('ready');
// The first job that is opened will find the engine here.
if (openJobs.size === 0) fetch('job-tree.wasm').then((response) => response.arrayBuffer()).catch(() => {});
loadConfig();
