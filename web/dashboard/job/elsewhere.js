// The form that looks for a job in another place, where the cloud does not know it in this one.
//
// Knows: in which states a job may be elsewhere. Must not know: why it was not found (the tree says that).

import { formatAddress } from '../../shared/address.js';
import { PlaceFields, rememberPlace } from '../home/places.js';
import { say } from '../i18n/words.js';
import { replaceJob, shownJob } from '../state/open_jobs.js';
import { find } from '../ui/nodes.js';

/**
 * @typedef {import('../state/config.js').Config} Config
 * @typedef {import('../state/open_job.js').OpenJob} OpenJob
 */

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

/** Shows the form while nothing is known of this job, and fills it with the place where it was looked for. @param {OpenJob} job */
export function showElsewhere({ key, address, tree }) {
  form.hidden = Boolean(tree.job) || !STATES.includes(tree.state);
  find('#watch').classList.toggle('missing', !form.hidden);
  if (form.hidden || filledFor === key) return; // what was entered stays
  filledFor = key;
  if (known) place.offer(known, address, address.job.split('/').length);
  place.value = address;
  showHelp(false);
}

/** @param {boolean} isWrong */
function showHelp(isWrong) {
  const line = find('.help', form);
  line.textContent = say(isWrong ? 'project_bad' : 'elsewhere_help');
  line.classList.toggle('wrong', isWrong);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const job = shownJob();
  if (!job) return;
  const isGood = place.check();
  showHelp(!isGood);
  if (!isGood) return place.focusProject();
  const address = { ...place.value, job: job.address.job };
  rememberPlace(address);
  if (formatAddress(address) === job.key) return job.tree.refresh();
  replaceJob(job, address);
  find('#main').focus();
});
