// The place where jobs are added: finds their ids in what was pasted and lets choose among them.

import { findAddresses, formatAddress, isProject, parseAddress } from '../../shared/address.js';
import { make } from '../../shared/dom.js';
import { MOST_OPEN, goHome, hrefOf, open, openJobs } from '../state/list.js';
import { memory } from '../state/memory.js';
import { one, onClick, tell } from '../ui/page.js';
import { count } from '../i18n/times.js';
import { say } from '../i18n/words.js';

/**
 * @typedef {import('../../shared/address.js').Address} Address
 * @typedef {import('../../shared/address.js').Found} Found
 * @typedef {import('../../shared/address.js').Known} Known
 * @typedef {import('./job.js').OpenJob} OpenJob
 * @typedef {import('../i18n/words.js').DashboardWord} Word
 * @typedef {{ key: string, name: string }} Recent
 */

const MOST_RECENT = 8;
const MOST_PROJECTS = 8;

/** @type {Known} */
let known = { regions: [], services: [] };
/** @type {Found[]} in the text */
let found = [];

const form = /** @type {HTMLFormElement} */ (one('#open'));
const text = /** @type {HTMLTextAreaElement} */ (one('#job'));
const project = /** @type {HTMLInputElement} */ (one('[name="project"]'));
const choices = one('#found');

/** @param {string} name @returns {string} */
const chosen = (name) => /** @type {HTMLSelectElement} */ (one(`[name="${name}"]`)).value;

/**
 * @param {{ regions: string[], services: { name: string, path: string, title: { en: string, zh: string } }[], default_region: string }} config
 * @param {'en' | 'zh'} lang
 */
export function offerPlaces(config, lang) {
  known = config;
  const region = /** @type {HTMLSelectElement} */ (one('[name="region"]'));
  const service = /** @type {HTMLSelectElement} */ (one('[name="service"]'));
  const [lastRegion, lastService] = memory.get('place').split('/');
  const wanted = { region: region.value || lastRegion, service: service.value || lastService };
  region.replaceChildren(...config.regions.map((name) => make('option', {}, name)));
  service.replaceChildren(...config.services.map((it) => make('option', { value: it.name }, `${it.title[lang]} (${it.name})`)));
  region.value = config.regions.includes(wanted.region) ? wanted.region : config.default_region;
  service.value = config.services.some((it) => it.name === wanted.service) ? wanted.service : config.services[0]?.name ?? '';
  offerProjects();
  if (text.value) look();
}

/** @returns {string[]} */
function projects() {
  return memory.list('projects', (it) => (isProject(String(it)) ? String(it) : undefined), MOST_PROJECTS);
}

function offerProjects() {
  one('#projects').replaceChildren(...['-', ...projects()].map((value) => make('option', { value })));
  const [, , last] = memory.get('place').split('/');
  if (!project.value) project.value = isProject(last ?? '') ? last : '-';
}

/** @param {Address} address */
function rememberPlace({ region, service, project: owner }) {
  memory.set('place', `${region}/${service}/${owner}`);
  if (owner === '-') return;
  memory.set('projects', JSON.stringify([owner, ...projects().filter((it) => it !== owner)].slice(0, MOST_PROJECTS)));
  offerProjects();
}

// What was pasted.

/** @param {Found} it @returns {Address} */
function complete(it) {
  return {
    region: it.region ?? chosen('region'), service: it.service ?? chosen('service'),
    project: it.project ?? (project.value.trim() || '-'), job: it.job,
  };
}

const room = () => MOST_OPEN - openJobs.size;

/** Shows what is found in the text; a list of it when that is more than one. */
function look() {
  found = findAddresses(text.value, known);
  const several = found.length > 1;
  text.removeAttribute('aria-invalid');
  choices.hidden = !several;
  choices.replaceChildren(...(several ? found.map((it, i) => choiceOf(it, i)) : []));
  const words = [several ? say('find_many', { n: count(found.length) }) : say('find_help')];
  if (several && room() === 0) words.push(say('too_many', { most: MOST_OPEN }));
  else if (found.length > room()) words.push(say('truncated', { n: room(), most: MOST_OPEN }));
  help(words.join(' '));
  showButton();
}

/** @param {Found} it @param {number} place */
function choiceOf(it, place) {
  const box = make('input', { type: 'checkbox', value: String(place) });
  box.checked = place < room();
  const where = [it.service, it.region].filter(Boolean).join(' · ');
  return make('li', {}, make('label', {}, box, make('code', {}, it.job), make('span', { class: 'place' }, where)));
}

function ticked() {
  if (found.length < 2) return found;
  const boxes = /** @type {HTMLInputElement[]} */ ([...choices.querySelectorAll(':checked')]);
  return boxes.map((box) => found[Number(box.value)]);
}

function showButton() {
  const button = one('.primary', form);
  button.textContent = found.length > 1 ? say('add_n', { n: ticked().length }) : say('add_open');
}

/** @param {string} words @param {boolean} [isWrong] */
function help(words, isWrong = false) {
  const line = one('#job-help');
  line.textContent = words;
  line.classList.toggle('wrong', isWrong);
}

/** @param {string} words */
function refuse(words) {
  help(words, true);
  text.setAttribute('aria-invalid', 'true');
  text.focus();
}

/** @param {boolean} isWrong */
function showProjectHelp(isWrong) {
  const line = one('#project-help');
  line.textContent = say(isWrong ? 'project_bad' : 'place_help');
  line.classList.toggle('wrong', isWrong);
  if (isWrong) project.setAttribute('aria-invalid', 'true');
  else project.removeAttribute('aria-invalid');
}

function submit() {
  const wanted = ticked();
  if (found.length === 0) return refuse(say('find_none'));
  if (wanted.length === 0) return refuse(room() === 0 ? say('too_many', { most: MOST_OPEN }) : say('find_unticked'));
  if (!isProject(project.value.trim() || '-') && wanted.some((it) => !it.project)) {
    showProjectHelp(true);
    return project.focus();
  }
  const addresses = wanted.map(complete);
  if (!open(addresses)) return refuse(say('too_many', { most: MOST_OPEN }));
  showProjectHelp(false);
  rememberPlace(addresses[0]);
  text.value = '';
  look();
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  submit();
});
text.addEventListener('input', look);
text.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
choices.addEventListener('change', showButton);

// What is pasted beside any field is meant for this one.
addEventListener('paste', (event) => {
  const target = /** @type {Element} */ (event.composedPath()[0]);
  if (target.matches('input, textarea, select, [contenteditable]') || document.querySelector('dialog[open]')) return;
  const pasted = event.clipboardData?.getData('text/plain') ?? '';
  if (findAddresses(pasted, known).length === 0) return;
  event.preventDefault();
  goHome();
  text.value = pasted;
  look();
});

// What was seen before.

/** @returns {Recent[]} */
function recentJobs() {
  return memory.list('recent', (it) => (parseAddress(String(it?.key)) && typeof it.name === 'string' ? it : undefined), MOST_RECENT * 2);
}

/** @param {OpenJob} job */
export function rememberJob({ key, name }) {
  const before = recentJobs();
  if (before[0]?.key === key && before[0].name === name) return;
  const others = before.filter((it) => it.key !== key);
  memory.set('recent', JSON.stringify([{ key, name }, ...others].slice(0, MOST_RECENT * 2)));
}

/** Those that are not open. */
export function showRecent() {
  const links = recentJobs().filter((it) => !openJobs.has(it.key)).slice(0, MOST_RECENT).flatMap(({ key, name }) => {
    const address = parseAddress(key);
    return address ? [linkTo(address, name)] : [];
  });
  one('#recent').hidden = links.length === 0;
  one('#recent .choices').replaceChildren(...links);
}

onClick('#recent .quiet', () => {
  memory.set('recent', '[]');
  showRecent();
  text.focus();
});

/** A link that opens a job beside those that are open. @param {Address} address @param {string} name */
export function linkTo(address, name) {
  const { region, service, job } = address;
  const link = make('a', { href: hrefOf(address) },
    make('span', { class: 'name' }, name),
    make('span', { class: 'place' }, `${service} · ${region}`),
    make('code', {}, job));
  link.dataset.key = formatAddress(address);
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab is wanted
    event.preventDefault();
    openOne(address);
  });
  return make('li', {}, link);
}

/** Opens a job, or says that there is no room. @param {Address} address */
export function openOne(address) {
  if (!open([address])) tell(say('too_many', { most: MOST_OPEN }));
}

/** Puts what is said into the language of the page. */
export function speakAdd() {
  look();
  showProjectHelp(project.hasAttribute('aria-invalid'));
}
