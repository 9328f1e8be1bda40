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
 * @property {boolean} token_required
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

/** What is remembered; a browser may forbid even that. @param {'localStorage' | 'sessionStorage'} place */
const memoryIn = (place) => ({
  /** @param {string} key */
  get(key) {
    try {
      return window[place].getItem(`jobtree.${key}`) ?? '';
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
      window[place].setItem(`jobtree.${key}`, value);
    } catch {
      // Then it is not remembered.
    }
  },
});
const memory = memoryIn('localStorage'); // between visits
const tabMemory = memoryIn('sessionStorage'); // until the tab is closed

/** @type {'en' | 'zh-CN'} */
let lang = /^zh/i.test(memory.get('language') || navigator.language) ? 'zh-CN' : 'en';
let theme = THEMES.find((name) => name === memory.get('theme')) ?? 'auto';
/** @type {Config | undefined} */
let config;
let token = tabMemory.get('token');
/** @type {Map<string, OpenJob>} by address, as in the URL */
const openJobs = new Map();

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
  const key = location.hash.slice(1);
  if (location.hash === HOME || openJobs.has(key)) return key;
  return openJobs.keys().next().value ?? '';
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
  const addresses = openAddresses();
  return openJobs.has(formatAddress(address)) ? addresses : [...addresses, address];
}

/** @param {Address} address */
function openJob(address) {
  const addresses = withAddress(address);
  if (addresses.length > MOST_OPEN) return complain('too_many');
  const key = formatAddress(address);
  go(addresses, `#${key}`);
  openJobs.get(key)?.focus();
}

/** Brings the page to what its URL says. */
function show() {
  const addresses = new Map(openAddresses().map((address) => [formatAddress(address), address]));
  for (const [key, job] of openJobs) {
    if (addresses.has(key)) continue;
    job.remove();
    openJobs.delete(key);
  }
  for (const [key, address] of addresses) {
    if (!openJobs.has(key)) openJobs.set(key, new OpenJob(key, address));
  }
  const shown = openJobs.get(shownKey());
  for (const job of openJobs.values()) job.toggle(job === shown);
  one('#open-jobs').hidden = openJobs.size === 0;
  one('#home').hidden = shown !== undefined;
  document.body.classList.toggle('watching', shown !== undefined);
  showRecent();
  showTab();
}

/** A job's tree and its place in the list at the side. */
class OpenJob {
  tree = /** @type {JobTreeElement} */ (document.createElement('job-tree'));
  #icon = icon('', 'icon');
  #name = make('span', { class: 'name' });
  #count = make('span', { class: 'count' });
  #bar = make('i', { class: 'bar' });
  #close = make('button', { type: 'button' }, icon(BUTTON_ICONS.close, 'line'));
  #item;
  #link;

  /**
   * @param {string} key
   * @param {Address} address
   */
  constructor(key, { region, service, project, job }) {
    Object.assign(this.tree, { region, service, projectId: project, jobId: job, token });
    const where = make('span', { class: 'place' }, `${service} / ${region} / …${job.slice(-8)}`);
    this.#link = make('a', { href: `#${key}` }, this.#icon, this.#name, this.#count, where, this.#bar);
    this.#item = make('li', {}, this.#link, this.#close);
    this.#close.addEventListener('click', () => closeJob(key));
    for (const type of ['job-tree-change', 'job-tree-settled', 'job-tree-error']) {
      this.tree.addEventListener(type, () => {
        if (this.tree.job) remember(key, this.name);
        this.refresh();
        showTab();
        showDoor();
      });
    }
    this.refresh();
    one('#open-jobs ul').append(this.#item);
    one('#trees').append(this.tree);
  }

  remove() {
    this.#item.remove();
    this.tree.remove();
  }

  /** @param {boolean} isShown */
  toggle(isShown) {
    this.tree.hidden = !isShown;
    if (isShown) this.#link.setAttribute('aria-current', 'page');
    else this.#link.removeAttribute('aria-current');
  }

  focus() {
    this.#link.focus();
  }

  /** How the job stands, as a name in STATUS_ICONS. */
  get look() {
    const { job, state } = this.tree;
    if (!job) return ['denied', 'not_found', 'broken'].includes(state) ? 'failed' : 'waiting';
    return job.warning ? 'warning' : job.status;
  }

  get name() {
    return this.tree.job?.type || this.tree.jobId;
  }

  /** "12/20", or nothing for a job without parts. */
  get count() {
    const { job } = this.tree;
    return job && job.total > 1 ? `${job.done.toLocaleString('en')}/${job.total.toLocaleString('en')}` : '';
  }

  /** Brings the list, and the tree's language, up to date. */
  refresh() {
    const { job } = this.tree;
    this.tree.lang = lang;
    this.#link.dataset.status = this.look;
    setShape(this.#icon, STATUS_ICONS[this.look]);
    this.#name.textContent = this.name;
    this.#count.textContent = this.count;
    this.#bar.style.setProperty('--done', String(job ? job.done / Math.max(job.total, 1) : 0));
    this.#close.setAttribute('aria-label', `${say('close')}: ${this.name}`);
  }
}

/** @param {string} key */
function closeJob(key) {
  const rest = openAddresses().filter((address) => formatAddress(address) !== key);
  go(rest, key === shownKey() ? '' : location.hash);
  one(openJobs.size > 0 ? '#open-jobs a' : '#job').focus();
}

/** The title and the icon of the browser's tab tell how the shown job stands. */
function showTab() {
  const job = openJobs.get(shownKey());
  const link = one('link[rel="icon"]');
  if (!job) {
    document.title = 'jobtree';
    link.setAttribute('href', 'favicon.svg');
    return;
  }
  document.title = `${TAB_MARKS[job.look]} ${[job.count, job.name].filter(Boolean).join(' · ')}`;
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill-rule="evenodd" ' +
    `fill="${TAB_COLOURS[job.look]}" d="${STATUS_ICONS[job.look]}"/></svg>`;
  link.setAttribute('href', `data:image/svg+xml,${encodeURIComponent(svg)}`);
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
  const isGood = Number.isInteger(count) && count >= 1 && count <= 100_000 &&
    Number.isInteger(failing) && failing >= 0 && failing <= count;
  const help = one('.help', batchForm);
  help.textContent = isGood ? '' : say('batch_bad');
  if (!isGood) return;
  try {
    const response = await fetch('api/demo/batches', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
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

// The door, where the backend wants a token.

const door = /** @type {HTMLFormElement} */ (one('#door'));
/** Open until there is a token, and again when a job is denied: the tree itself says by whom. */
function showDoor() {
  const isDenied = [...openJobs.values()].some(({ tree }) => tree.state === 'denied');
  door.hidden = !config?.token_required || (token !== '' && !isDenied);
}

door.addEventListener('submit', (event) => {
  event.preventDefault();
  const input = /** @type {HTMLInputElement} */ (one('#token'));
  token = input.value.trim();
  input.value = '';
  tabMemory.set('token', token);
  for (const { tree } of openJobs.values()) tree.token = token;
  showDoor();
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
    showDoor();
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
  for (const job of openJobs.values()) job.refresh();
  showTheme();
  showConfig();
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
