// The dialog in which a user mutes a failure: with a note, until a time or for a number of failures more.
//
// Knows: how a mute ends, what is said of it. Must not know: where failures are listed.

import { say } from '../i18n/words.js';
import { getConfig } from '../state/config.js';
import { postMute } from '../state/records.js';
import { Refusal } from '../state/send.js';
import { openDialog } from '../ui/dialog.js';
import { showMessage } from '../ui/message.js';
import { find } from '../ui/nodes.js';
import { meaningOf, titleOf } from './cause_row.js';

/** @typedef {import('../state/records.js').FailureRecord} FailureRecord */

const DAY = 86_400_000; // milliseconds
const LONGEST = 365; // days

const dialog = /** @type {HTMLDialogElement} */ (find('#mute'));
const form = /** @type {HTMLFormElement} */ (find('form', dialog));
/** @param {string} name */
const field = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
const wrong = find('#mute-wrong');
/** @type {FailureRecord | undefined} */
let failure;
let muted = () => {};

/** @param {number} time @returns {string} the day where the user is, as a field of a date has it */
const dayOf = (time) => new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

/** @param {FailureRecord} which @param {() => void} done called when it is muted */
export function askToMute(which, done) {
  failure = which;
  muted = done;
  form.reset();
  wrong.hidden = true;
  const now = Date.now();
  field('date').min = dayOf(now);
  field('date').max = dayOf(now + LONGEST * DAY);
  field('date').value = dayOf(now + 30 * DAY);
  find('#mute-what').textContent = titleOf(which);
  find('#mute-meaning').textContent = meaningOf(which) || (which.code ? which.text ?? '' : '');
  openDialog('#mute');
}

/** Until when, or how many more; undefined where the fields do not say. */
function endOf() {
  const now = Date.now();
  switch (new FormData(form).get('end')) {
    case 'day': return { until: new Date(now + DAY).toISOString() };
    case 'week': return { until: new Date(now + 7 * DAY).toISOString() };
    case 'date': {
      const [year, month, day] = field('date').value.split('-').map(Number);
      const until = new Date(year, month - 1, day + 1); // that day counts
      return field('date').checkValidity() && until.getTime() > now ? { until: until.toISOString() } : undefined;
    }
    default: return field('more').value !== '' && field('more').checkValidity() ? { remaining: Number(field('more').value) } : undefined;
  }
}

/** @param {unknown} error */
function reasonOf(error) {
  if (!(error instanceof Refusal)) return say('follow_failed', { why: say('state_unreachable') });
  if (error.isForbidden) return say(getConfig()?.token_required ? 'mute_token' : 'mute_denied');
  return say('follow_failed', { why: error.message });
}

/** Choosing in a field chooses its way to end. */
form.addEventListener('input', ({ target }) => {
  const { name } = /** @type {HTMLInputElement} */ (target);
  if (name !== 'date' && name !== 'more') return;
  /** @type {HTMLInputElement} */ (find(`[name="end"][value="${name}"]`, form)).checked = true;
});

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (!failure) return;
  const end = endOf();
  wrong.hidden = end !== undefined;
  if (!end) {
    wrong.textContent = say(new FormData(form).get('end') === 'date' ? 'mute_bad_date' : 'mute_bad_more');
    return;
  }
  try {
    await postMute(failure, { ...end, note: field('note').value.trim() });
  } catch (error) {
    wrong.textContent = reasonOf(error);
    wrong.hidden = false;
    return;
  }
  dialog.close();
  const [which, done] = [failure, muted];
  showMessage(say('muted_now', { name: titleOf(which) }), () => void unmute(which).then(done));
  done();
});

/** @param {FailureRecord} which */
export async function unmute(which) {
  try {
    await postMute(which, null);
    showMessage(say('unmuted_now', { name: titleOf(which) }));
  } catch (error) {
    showMessage(reasonOf(error));
  }
}
