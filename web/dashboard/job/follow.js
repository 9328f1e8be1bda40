// What the server remembers of the shown job, beside its tree: whether it is followed to its end, and how long jobs of
// its kind took.
//
// Knows: the pin and the line of durations. Must not know: how a record is stored, what the tree shows.

import { usually } from '../i18n/times.js';
import { say } from '../i18n/words.js';
import { setFollowed } from '../parts/follow.js';
import { shownJob } from '../state/open_jobs.js';
import { fetchDurations, fetchRecord, hasMemory } from '../state/records.js';
import { find, onClick } from '../ui/nodes.js';

/**
 * @typedef {import('../state/open_job.js').OpenJob} OpenJob
 * @typedef {import('../state/records.js').Durations} Durations
 */

const FEWEST = 5; // runs; fewer tell nothing
const GOOD_FOR = 5 * 60_000; // milliseconds

const pin = /** @type {HTMLButtonElement} */ (find('#follow'));
/** The job of which it is known, or being fetched, whether it is followed. */
let known = '';
let isFollowed = false;

/** Shows the pin while there is something to follow. @param {OpenJob} job */
export function showPin({ key, address, hasEnded, tree }) {
  pin.hidden = !hasMemory() || hasEnded || tree.lastAnswer.isStored;
  if (pin.hidden) return;
  if (known !== key) {
    known = key;
    showFollowed(false);
    // A job that was never seen has no record yet, and is not followed.
    fetchRecord(address).then((record) => known === key && showFollowed(record.is_followed), () => {});
  }
  showFollowed(isFollowed);
}

/** @param {boolean} now */
function showFollowed(now) {
  isFollowed = now;
  pin.setAttribute('aria-pressed', String(now));
  pin.title = say(now ? 'followed_help' : 'follow_help');
}

onClick('#follow', async () => {
  const job = shownJob();
  if (!job) return;
  pin.disabled = true; // one wish at a time
  const now = await setFollowed(job.address, !isFollowed);
  pin.disabled = false;
  if (known === job.key) showFollowed(now);
});

// How long such jobs took.

/** @type {Map<string, { at: number, durations: Durations | undefined }>} by kind of job */
const kinds = new Map();

/** @param {OpenJob} job @param {number} now */
export function showUsual(job, now) {
  const text = usualText(job, now);
  const line = find('#usual');
  if (line.textContent === text) return;
  line.textContent = text;
  line.hidden = text === '';
}

/** @param {OpenJob} job @param {number} now */
function usualText({ address, hasEnded, isLost, tree: { job } }, now) {
  if (!job || hasEnded || isLost || !hasMemory()) return '';
  const { count = 0, p50, p90, p95 } = durationsOf(address.service, job.type, job.total, now) ?? {};
  if (count < FEWEST || p50 == null || p90 == null) return '';
  if (p95 != null && (job.durationMs ?? 0) > p95 * 1000) return say('usual_longer');
  return usually(p50, p90);
}

/** What is known; what is not, or is old, is fetched. @param {string} service @param {string} type @param {number} parts @param {number} now */
function durationsOf(service, type, parts, now) {
  const kind = `${service} ${type} ${parts}`;
  const found = kinds.get(kind);
  if (!found || now - found.at > GOOD_FOR) {
    kinds.set(kind, { at: now, durations: found?.durations });
    fetchDurations(service, type, parts).then((durations) => kinds.set(kind, { at: now, durations }), () => {});
  }
  return found?.durations;
}
