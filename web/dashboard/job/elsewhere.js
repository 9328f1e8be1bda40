// The form that looks for a job in another place, where the cloud does not know it in this one.
//
// Knows: in which states a job may be elsewhere. Must not know: why it was not found (the tree says that), how all
// services are tried (all_services.js does).

import { formatAddress } from '../../shared/address.js';
import { make } from '../../shared/dom.js';
import { PlaceFields, rememberPlace } from '../home/places.js';
import { regionTitle, serviceTitle } from '../i18n/places.js';
import { say } from '../i18n/words.js';
import { openJobs, replaceJob, shownJob } from '../state/open_jobs.js';
import { addressOf, hasMemory, searchRecords } from '../state/records.js';
import { find, onClick } from '../ui/nodes.js';
import { findService } from './all_services.js';
import { isJob } from './is_job.js';

/**
 * @typedef {import('../state/config.js').Config} Config
 * @typedef {import('../state/open_job.js').OpenJob} OpenJob
 */

const MOST_KNOWN = 3;
const STATES = ['waiting', 'not_found', 'not_understood', 'denied'];

const form = /** @type {HTMLFormElement} */ (find('#elsewhere'));
const place = new PlaceFields(form);
let filledFor = '';
/** @type {Config | undefined} */
let known;

/** Offers what the server serves. @param {Config} config */
export function offerElsewhere(config) {
  filledFor = '';
  known = config;
}

/**
 * Shows the form from when this job was not found until it is, and fills it with the place where it was looked for.
 * @param {OpenJob} job
 */
export function showElsewhere({ key, address, tree }) {
  // A search through all services may use up what the server allows, and then the tree has to wait too.
  form.hidden = Boolean(tree.job) || !(STATES.includes(tree.state) || filledFor === key);
  if (search && (form.hidden || search.key !== key)) stop();
  find('#watch').classList.toggle('missing', !form.hidden);
  if (form.hidden || filledFor === key) return; // what was entered stays
  filledFor = key;
  if (known) place.offer(known, address, address.job.split('/').length);
  place.value = address;
  showHelp(say('elsewhere_help'));
  void lookInMemory(key, address);
}

/** Offers where the server knows such a job, which it may have found by itself. @param {string} key @param {import('../../shared/address.js').Address} address */
async function lookInMemory(key, address) {
  const list = find('#elsewhere-known');
  list.hidden = true;
  if (!hasMemory()) return;
  const job = address.job.split('/').at(-1) ?? '';
  const records = await searchRecords(job).catch(() => []);
  if (filledFor !== key) return;
  const others = records.filter((it) => it.job_id.split('/').at(-1) === job && formatAddress(addressOf(it)) !== key && (it.service !== address.service || it.region !== address.region)).slice(0, MOST_KNOWN);
  list.hidden = others.length === 0;
  list.replaceChildren(...others.map((it) => {
    const button = make('button', { type: 'button', class: 'primary' }, say('elsewhere_known', { service: serviceTitle(it.service), region: regionTitle(it.region) }));
    button.addEventListener('click', () => {
      const now = shownJob();
      if (now?.key === key) open(now, addressOf(it));
    });
    return make('li', {}, button);
  }));
}

/** @param {string} text @param {boolean} [isWrong] */
function showHelp(text, isWrong = false) {
  const line = find('.help', form);
  line.textContent = text;
  line.classList.toggle('wrong', isWrong);
}

/** The place that was entered, if it is one. */
function enteredPlace() {
  const isGood = place.check();
  if (!isGood) {
    showHelp(say('project_bad'), true);
    place.focusProject();
  }
  return isGood ? place.value : undefined;
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const job = shownJob();
  if (!job) return;
  const where = enteredPlace();
  if (where) open(job, where);
});

/** @param {OpenJob} job @param {import('../home/places.js').Place} where */
function open(job, where) {
  stop();
  showHelp(say('elsewhere_help'));
  const address = { ...where, job: job.address.job };
  rememberPlace(address);
  if (formatAddress(address) === job.key) return job.tree.refresh();
  replaceJob(job, address);
  find('#main').focus();
}

// All services, one after another.

/** @type {{ key: string, control: AbortController } | undefined} which goes on, for which job */
let search;
const button = find('#all-services');

function stop() {
  search?.control.abort();
  search = undefined;
  button.textContent = say('elsewhere_all');
}

onClick('#all-services', async () => {
  const job = shownJob();
  const wasGoingOn = search !== undefined;
  stop();
  showHelp(say('elsewhere_help'));
  const where = job && !wasGoingOn ? enteredPlace() : undefined;
  if (!job || !where) return;
  const { key, address } = job;
  const mine = search = { key, control: new AbortController() };
  button.textContent = say('elsewhere_stop');
  // What is chosen is the likeliest, then what is open; where it was looked for already it is not.
  const isKnown = where.region === address.region && where.project === address.project;
  const services = [...new Set([where.service, ...[...openJobs.values()].map((it) => it.address.service), ...place.services])].filter((name) => place.services.includes(name) && (!isKnown || name !== address.service));
  try {
    const found = await findService({ ...where, job: address.job }, services, (service, wait, tried) => {
      const values = { n: tried, of: services.length };
      showHelp(wait > 0 ? say('elsewhere_paused', { ...values, s: wait }) : say('elsewhere_trying', { n: tried + 1, of: values.of, service: serviceTitle(service) }));
    }, isJob, mine.control.signal);
    stop();
    if (found.service) return open(job, { ...where, service: found.service });
    showHelp(found.isDenied ? say('elsewhere_denied') : say(found.failed > 0 ? 'elsewhere_unsure' : 'elsewhere_none', { n: found.tried, failed: found.failed }), true);
  } catch (error) {
    if (mine !== search) return; // it was stopped
    stop();
    showHelp(say('state_unreachable'), true);
  }
});
