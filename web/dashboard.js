// The dashboard: a place to open jobs, and a <job-tree> for each open one.
//
// Which jobs are open is in the page's URL alone: ?job=REGION/SERVICE/PROJECT/ID, once for each, and
// the shown one after the "#". So a link is a view, and the browser's buttons work. Everything
// about a job's course comes from its <job-tree>.

import './job-tree.js';
import { findAddress, formatAddress, isProject, parseAddress } from './address.js';
import { dashboardWords } from './dashboard-words.js';
import { icon, make, setShape } from './dom.js';
import { BUTTON_ICONS, STATUS_ICONS } from './icons.js';

/**
 * @typedef {import('./address.js').Address} Address
 * @typedef {import('./dashboard-words.js').DashboardWord} Word
 * @typedef {import('./element.js').JobTreeElement} JobTreeElement
 * @typedef {{ en: string, zh: string }} Title
 * @typedef {{ region: string, service: string, project_id: string, job_id: string, title: Title }} DemoJob
 * @typedef {object} Config what /api/config says
 * @property {string[]} regions
 * @property {{ name: string, title: Title }[]} services
 * @property {string} default_region
 * @property {string} default_project
 * @property {{ jobs: DemoJob[] } | null} demo
 */

const MOST_OPEN = 20;
const MOST_RECENT = 8;
const RETRY = 5000; // milliseconds
const HOME = '#new';
const THEMES = /** @type {const} */ (['auto', 'light', 'dark']);
// The tab's icon is drawn outside the page's colours.
const TAB_COLOURS = {
  waiting: '#7f8b97', running: '#2f83e6', succeeded: '#2f9e63', failed: '#e0444c',
  cancelled: '#9a63bd', skipped: '#7f8b97', unknown: '#c98a10', warning: '#c98a10',
};
const TAB_MARKS = {
  waiting: '○', running: '●', succeeded: '✓', failed: '✕', cancelled: '⊘', skipped: '–', unknown: '?', warning: '!',
};

/**
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @returns {T}
 */
function one(selector, within = /** @type {ParentNode} */ (document)) {
  return /** @type {T} */ (within.querySelector(selector));
}

/** What is remembered between visits; a browser may forbid even that. */
const memory = {
  /** @param {string} key */
  get(key) {
    try {
      return localStorage.getItem(`jobtree.${key}`) ?? '';
    } catch {
      return '';
    }
  },
  /**
   * @param {string} key
   * @param {string} value
   */
  set(key, value) {
    try {
      localStorage.setItem(`jobtree.${key}`, value);
    } catch {
      // Then it is not remembered.
    }
  },
};

/** @type {'en' | 'zh-CN'} */
let lang = /^zh/i.test(memory.get('language') || navigator.language) ? 'zh-CN' : 'en';
let theme = THEMES.find((name) => name === memory.get('theme')) ?? 'auto';
/** @type {Config | undefined} */
let config;
/** @type {Map<string, JobTreeElement>} open jobs by address, in the order of the URL */
const trees = new Map();

const home = one('#home');
const openForm = /** @type {HTMLFormElement} */ (one('#open'));
const batchForm = /** @type {HTMLFormElement} */ (one('#batch'));

/** @param {Word} word */
const say = (word) => dashboardWords(lang)[word];

// Where we are.

function openAddresses() {
  const given = new URLSearchParams(location.search).getAll('job').map(parseAddress);
  return given.filter((address) => address !== undefined).slice(0, MOST_OPEN);
}

function shownKey() {
  const key = decodeURIComponent(location.hash.slice(1));
  if (location.hash === HOME || trees.has(key)) return key;
  return trees.keys().next().value ?? '';
}

/**
 * @param {Address[]} addresses
 * @param {string} hash
 */
function urlOf(addresses, hash) {
  const query = addresses.map((address) => `job=${formatAddress(address)}`).join('&');
  return `${location.pathname}${query && '?'}${query}${hash}`;
}

/**
 * @param {Address[]} addresses
 * @param {string} hash
 */
function go(addresses, hash) {
  history.pushState(null, '', urlOf(addresses, hash));
  show();
}

/** @param {Address} address */
function withAddress(address) {
  const key = formatAddress(address);
  const others = openAddresses().filter((open) => formatAddress(open) !== key);
  return trees.has(key) ? openAddresses() : [...others, address];
}

/** @param {Address} address */
function openJob(address) {
  const addresses = withAddress(address);
  if (addresses.length > MOST_OPEN) return complain('too_many');
  go(addresses, `#${formatAddress(address)}`);
}

/** Brings the page to what its URL says. */
function show() {
  const addresses = new Map(openAddresses().map((address) => [formatAddress(address), address]));
  for (const [key, tree] of trees) {
    if (addresses.has(key)) continue;
    tree.remove();
    trees.delete(key);
  }
  for (const [key, address] of addresses) {
    if (!trees.has(key)) trees.set(key, makeTree(key, address));
  }
  const shown = shownKey();
  for (const [key, tree] of trees) tree.hidden = key !== shown;
  home.hidden = trees.has(shown);
  document.body.classList.toggle('watching', trees.has(shown));
  showList();
  showRecent();
  showTab();
}

/**
 * @param {string} key
 * @param {Address} address
 */
function makeTree(key, { region, service, project, job }) {
  const tree = /** @type {JobTreeElement} */ (document.createElement('job-tree'));
  Object.assign(tree, { region, service, projectId: project, jobId: job, lang });
  for (const type of ['job-tree-change', 'job-tree-settled', 'job-tree-error']) {
    tree.addEventListener(type, () => {
      if (tree.job) remember(key, nameOf(tree));
      showList();
      showTab();
    });
  }
  one('#trees').append(tree);
  return tree;
}

/** @param {JobTreeElement} tree */
function lookOf(tree) {
  if (!tree.job) return ['denied', 'not_found', 'broken'].includes(tree.state) ? 'failed' : 'waiting';
  return tree.job.warning ? 'warning' : tree.job.status;
}

/** @param {JobTreeElement} tree */
function nameOf(tree) {
  return tree.job?.type || tree.jobId;
}

/** @param {JobTreeElement} tree */
function countOf({ job }) {
  return job && job.total > 1 ? `${job.done.toLocaleString('en')}/${job.total.toLocaleString('en')}` : '';
}

function showTab() {
  const tree = trees.get(shownKey());
  const look = tree && lookOf(tree);
  document.title = tree && look
    ? `${TAB_MARKS[look]} ${[countOf(tree), nameOf(tree)].filter(Boolean).join(' · ')}`
    : 'jobtree';
  one('link[rel="icon"]').setAttribute('href', look ? 'data:image/svg+xml,' + encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="${TAB_COLOURS[look]}" fill-rule="evenodd" d="${STATUS_ICONS[look]}"/></svg>`) : 'favicon.svg');
}

/** The list of open jobs, at the side. */
function showList() {
  const list = one('#open-jobs');
  const focused = list.contains(document.activeElement) && document.activeElement?.getAttribute('href');
  list.hidden = trees.size === 0;
  one('ul', list).replaceChildren(...[...trees].map(([key, tree]) => listItem(key, tree)));
  if (focused) one(`a[href="${CSS.escape(focused)}"]`, list)?.focus();
}

/**
 * @param {string} key
 * @param {JobTreeElement} tree
 */
function listItem(key, tree) {
  const shown = shownKey();
  const name = nameOf(tree);
  const bar = make('i', { class: 'bar' });
  bar.style.setProperty('--done', String(tree.job ? tree.job.done / Math.max(tree.job.total, 1) : 0));
  const link = make('a', { href: `#${key}`, 'data-status': lookOf(tree) },
    icon(STATUS_ICONS[lookOf(tree)], 'icon'),
    make('span', { class: 'name' }, name),
    make('span', { class: 'count' }, countOf(tree)),
    make('span', { class: 'place' }, `${tree.service} / ${tree.region} / …${tree.jobId.slice(-8)}`),
    bar);
  if (key === shown) link.setAttribute('aria-current', 'page');
  const close = make('button', { type: 'button', 'aria-label': `${say('close')}: ${name}` },
    icon(BUTTON_ICONS.close, 'line'));
  close.addEventListener('click', () => {
    const rest = openAddresses().filter((address) => formatAddress(address) !== key);
    go(rest, key === shown ? '' : location.hash);
    one('#open-jobs a, #job').focus();
  });
  return make('li', {}, link, close);
}

// What was seen before.

/** @typedef {{ key: string, name: string }} Recent */

/** @returns {Recent[]} */
function recentJobs() {
  try {
    return JSON.parse(memory.get('recent') || '[]')
      .filter((/** @type {any} */ it) => parseAddress(String(it?.key)) && typeof it.name === 'string')
      .slice(0, MOST_RECENT);
  } catch {
    return []; // somebody else wrote there
  }
}

/**
 * @param {string} key
 * @param {string} name
 */
function remember(key, name) {
  const others = recentJobs().filter((it) => it.key !== key);
  memory.set('recent', JSON.stringify([{ key, name }, ...others].slice(0, MOST_RECENT)));
}

function showRecent() {
  const choices = recentJobs().flatMap(({ key, name }) => {
    const address = parseAddress(key);
    return address ? [choice(address, name)] : [];
  });
  one('#recent').hidden = choices.length === 0;
  one('#recent .choices').replaceChildren(...choices);
}

/**
 * @param {Address} address
 * @param {string} name
 */
function choice(address, name) {
  const { region, service, job } = address;
  const href = urlOf(withAddress(address), `#${formatAddress(address)}`);
  const link = make('a', { href },
    make('span', { class: 'name' }, name),
    make('span', { class: 'place' }, `${service} / ${region}`),
    make('code', {}, job));
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab is wanted
    event.preventDefault();
    openJob(address);
  });
  return make('li', {}, link);
}

// The forms.

/**
 * @param {Word} word
 * @param {string} [field] the input that is at fault
 */
function complain(word, field = 'job') {
  showHelp('job_help', 'job');
  showHelp('project_help', 'project');
  showHelp(word, field);
  const input = one(`[name="${field}"]`, openForm);
  input.setAttribute('aria-invalid', 'true');
  input.focus();
}

/**
 * @param {Word} word
 * @param {string} field
 */
function showHelp(word, field) {
  const help = one(`#${field}-help`);
  help.dataset.word = word;
  help.textContent = say(word);
  one(`[name="${field}"]`, openForm).removeAttribute('aria-invalid');
}

openForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = new FormData(openForm);
  const found = findAddress(String(form.get('job')));
  if (!found) return complain('job_missing');
  const address = {
    region: String(form.get('region')),
    service: String(form.get('service')),
    project: String(form.get('project')).trim() || '-',
    ...found,
  };
  if (!isProject(address.project)) return complain('project_bad', 'project');
  showHelp('job_help', 'job');
  showHelp('project_help', 'project');
  /** @type {HTMLInputElement} */ (one('#job')).value = '';
  openJob(address);
});

batchForm.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = new FormData(batchForm);
  const [count, failing] = [Number(form.get('count')), Number(form.get('failing'))];
  const isGood = Number.isInteger(count) && count >= 1 && count <= 10_000 &&
    Number.isInteger(failing) && failing >= 0 && failing <= count;
  const help = one('.help', batchForm);
  help.textContent = isGood ? '' : say('batch_bad');
  if (!isGood) return;
  try {
    const response = await fetch('api/demo/batches', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ count, failing }),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    openJob(addressOf(await response.json()));
  } catch {
    help.textContent = say('batch_failed');
  }
});

one('#recent .quiet').addEventListener('click', () => {
  memory.set('recent', '[]');
  showRecent();
});

// What the backend says of itself.

/**
 * @param {DemoJob} job
 * @returns {Address}
 */
function addressOf({ region, service, project_id, job_id }) {
  return { region, service, project: project_id, job: job_id };
}

/** @param {{ title: Title }} thing */
function titleOf({ title }) {
  return lang === 'en' ? title.en : title.zh;
}

async function loadConfig() {
  const trouble = one('#trouble');
  try {
    const response = await fetch('api/config');
    if (!response.ok) throw new Error(`status ${response.status}`);
    config = await response.json();
    trouble.hidden = true;
    showConfig();
  } catch {
    trouble.dataset.word = 'backend_down';
    trouble.textContent = say('backend_down');
    trouble.hidden = false;
    setTimeout(loadConfig, RETRY);
  }
}

function showConfig() {
  if (!config) return;
  const region = /** @type {HTMLSelectElement} */ (one('[name="region"]'));
  const service = /** @type {HTMLSelectElement} */ (one('[name="service"]'));
  const chosen = { region: region.value || config.default_region, service: service.value };
  region.replaceChildren(...config.regions.map((name) => make('option', {}, name)));
  service.replaceChildren(...config.services.map((it) =>
    make('option', { value: it.name }, `${it.name}: ${titleOf(it)}`)));
  region.value = chosen.region;
  service.value = chosen.service || config.services[0]?.name;
  one('#demo-banner').hidden = one('#demo').hidden = !config.demo;
  one('#demo .choices').replaceChildren(...(config.demo?.jobs ?? []).map((job) => choice(addressOf(job), titleOf(job))));
}

// Language and colours.

function speak() {
  document.documentElement.lang = lang;
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-word]'))) {
    node.textContent = say(/** @type {Word} */ (node.dataset.word));
  }
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-label]'))) {
    node.setAttribute('aria-label', say(/** @type {Word} */ (node.dataset.label)));
  }
  const button = one('#language');
  button.textContent = say('language');
  button.lang = lang === 'en' ? 'zh-CN' : 'en';
  for (const tree of trees.values()) tree.lang = lang;
  showTheme();
  showConfig();
  showList();
}

function showTheme() {
  document.documentElement.dataset.theme = theme;
  const button = one('#theme');
  button.title = say(`theme_${theme}`);
  button.setAttribute('aria-label', button.title);
  setShape(button.firstElementChild, BUTTON_ICONS[theme]);
}

one('#language').addEventListener('click', () => {
  lang = lang === 'en' ? 'zh-CN' : 'en';
  memory.set('language', lang);
  speak();
});

one('#theme').addEventListener('click', () => {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  memory.set('theme', theme);
  showTheme();
});

addEventListener('popstate', show);
speak();
show();
loadConfig();
