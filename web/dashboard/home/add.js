// The form that adds jobs: finds their IDs in what is pasted, and lets users choose among them.
//
// Knows: the form. Must not know: how an ID is found in a text (shared/address.js does).

import { findAddresses, otherIds } from '../../shared/address.js';
import { make } from '../../shared/dom.js';
import { idTitle, idsOf, serviceTitle } from '../i18n/places.js';
import { count } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { openAddresses, openJobs } from '../state/open_jobs.js';
import { addressOf, hasMemory, searchRecords } from '../state/records.js';
import { MOST_JOBS } from '../state/url.js';
import { isOfInputMethod } from '../ui/keys.js';
import { find } from '../ui/nodes.js';
import { focusShown, goHome } from '../parts/list.js';
import { FurtherIds } from './further_ids.js';
import { PlaceFields, lastPlace, rememberPlace } from './places.js';

/**
 * @typedef {import('../../shared/address.js').Address} Address
 * @typedef {import('../../shared/address.js').Found} Found
 * @typedef {import('../../shared/address.js').Known} Known
 * @typedef {import('../state/config.js').Config} Config
 */

/** @type {Known} */
let known = { regions: [], services: [] };
/** @type {Found[]} in the text */
let found = [];
/** Until it is known where they are, as far as the server knows. @type {Promise<void>} */
let placing = Promise.resolve();

const MOST_NAMED = 3; // of the IDs that are left out
const MOST_PLACED = 5; // looked for in what the server remembers
const SHORTEST_PLACED = 8; // characters of an ID
const PLACING = 500; // milliseconds that are waited for it

const form = /** @type {HTMLFormElement} */ (find('#open'));
const text = /** @type {HTMLTextAreaElement} */ (find('#job'));
const choices = find('#found');
const place = new PlaceFields(form);
const further = new FurtherIds(/** @type {Element} */ (find('[name="project"]', form).closest('label')));

/** Offers what the server serves. @param {Config} config */
export function offerPlaces(config) {
  known = config;
  place.offer(config, lastPlace());
  showIds();
  if (text.value) look();
}

/** Fields for the ids of the chosen service's jobs, each called by its name. */
function showIds() {
  const { service } = place.value;
  further.offer(service);
  find('label[for="job"]').textContent = say('job', { id: idTitle(idsOf(service).at(-1) ?? '') });
}

/** @param {Found} it @returns {Address} */
function complete({ region, service, project, job }) {
  const otherwise = place.value;
  const ids = lacksIds({ service, job }) ? [...further.values, job].join('/') : job;
  return { region: region ?? otherwise.region, service: service ?? otherwise.service, project: project ?? otherwise.project, job: ids };
}

/** Whether the ids of the fields go before what is found. @param {Found} it */
function lacksIds({ service, job }) {
  const chosen = place.value.service;
  return (service ?? chosen) === chosen && !job.includes('/') && idsOf(chosen).length > 1;
}

/** Why these are no ids of a job of their service, "" when they are. @param {Address} address */
function wrongIds({ service, job }) {
  const names = idsOf(service);
  if (job.split('/').length === names.length) return '';
  return say('ids_wrong', { service: serviceTitle(service), ids: names.map(idTitle).join(' / ') });
}

const room = () => MOST_JOBS - openJobs.size;

/** Shows what is found in the text; a list of it when that is more than one. */
function look() {
  found = findAddresses(text.value, known);
  const several = found.length > 1;
  text.removeAttribute('aria-invalid');
  choices.hidden = !several;
  choices.replaceChildren(...(several ? found.map(choiceOf) : []));
  const left = leftOut();
  const words = [several ? say('find_many', { n: count(found.length) }) : say(left ? 'find_one' : 'find_help')];
  if (several && room() === 0) words.push(say('too_many', { most: MOST_JOBS }));
  else if (found.length > room()) words.push(say('truncated', { n: room(), most: MOST_JOBS }));
  if (left) words.push(left);
  showHelp(words.join(' '));
  showButton();
  placing = found.length > 0 && hasMemory() ? findPlaces(found) : Promise.resolve();
}

/** Where the server knows the jobs of which the text says no service; it may have found them by itself. @param {Found[]} jobs */
async function findPlaces(jobs) {
  await Promise.all(jobs.filter(({ service }) => !service).slice(0, MOST_PLACED).map(async (it) => {
    const id = it.job.split('/').at(-1) ?? '';
    if (id.length < SHORTEST_PLACED) return;
    const records = (await searchRecords(id).catch(() => [])).filter((record) => record.job_id === it.job);
    if (records.length === 1 && found === jobs) Object.assign(it, addressOf(records[0]));
  }));
}

/** Which IDs of the text are not among the jobs, and why; "" where there is none. */
function leftOut() {
  const others = otherIds(text.value, found);
  if (others.length === 0) return '';
  const ids = others.slice(0, MOST_NAMED).map(({ id, name }) => (name ? `${name} ${id}` : id));
  if (others.length > MOST_NAMED) ids.push(say('find_left_more', { n: count(others.length - MOST_NAMED) }));
  return say('find_left', { n: others.length, ids: ids.join(say('comma')) });
}

/** @param {Found} it @param {number} index */
function choiceOf(it, index) {
  const box = make('input', { type: 'checkbox', value: String(index) });
  box.checked = index < room();
  const where = [it.service, it.region].filter(Boolean).join(' · ');
  return make('li', {}, make('label', {}, box, make('code', {}, it.job), make('span', { class: 'place' }, where)));
}

function chosen() {
  if (found.length < 2) return found;
  const boxes = /** @type {HTMLInputElement[]} */ ([...choices.querySelectorAll(':checked')]);
  return boxes.map((box) => found[Number(box.value)]);
}

function showButton() {
  find('.primary', form).textContent = found.length > 1 ? say('add_n', { n: chosen().length }) : say('add_open');
}

/** @param {string} words @param {boolean} [isWrong] */
function showHelp(words, isWrong = false) {
  const line = find('#job-help');
  line.textContent = words;
  line.classList.toggle('wrong', isWrong);
}

/** @param {string} words */
function refuse(words) {
  showHelp(words, true);
  text.setAttribute('aria-invalid', 'true');
  text.focus();
}

/** @param {boolean} isWrong */
function showProjectHelp(isWrong) {
  const line = find('#project-help');
  line.textContent = say(isWrong ? 'project_bad' : 'place_help');
  line.classList.toggle('wrong', isWrong);
}

async function submit() {
  await Promise.race([placing, new Promise((resolve) => setTimeout(resolve, PLACING))]);
  const wanted = chosen();
  if (found.length === 0) return refuse(say('find_none'));
  if (wanted.length === 0) return refuse(room() === 0 ? say('too_many', { most: MOST_JOBS }) : say('find_unticked'));
  const isProjectWrong = wanted.some((it) => !it.project) && !place.check();
  showProjectHelp(isProjectWrong);
  if (isProjectWrong) return place.focusProject();
  const missing = wanted.some(lacksIds) ? further.check() : undefined;
  if (missing) {
    showHelp(say('id_missing', { id: idTitle(missing.name) }), true);
    return missing.focus();
  }
  const addresses = wanted.map(complete);
  const wrong = addresses.map(wrongIds).find(Boolean);
  if (wrong) return refuse(wrong);
  if (!openAddresses(addresses)) return refuse(say('too_many', { most: MOST_JOBS }));
  focusShown();
  rememberPlace(addresses[0]);
  text.value = '';
  look();
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void submit();
});
text.addEventListener('input', look);
text.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || isOfInputMethod(event)) return;
  event.preventDefault();
  void submit();
});
choices.addEventListener('change', showButton);
find('[name="service"]', form).addEventListener('change', showIds);

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

/** Puts the form into the language of the page. */
export function speakAdd() {
  showIds();
  look();
  showProjectHelp(find('#project-help').classList.contains('wrong'));
}
