// What the server does with the shown job, beside its tree: whether it follows the job to its end.
//
// Knows: the pin. Must not know: how a record is stored, what the tree shows.

import { say } from '../i18n/words.js';
import { setFollowed } from '../parts/follow.js';
import { shownJob } from '../state/open_jobs.js';
import { fetchRecord, hasMemory } from '../state/records.js';
import { find, onClick } from '../ui/nodes.js';

/** @typedef {import('../state/open_job.js').OpenJob} OpenJob */

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

/** Follows the shown job, or ends that. */
export async function toggleFollowed() {
  const job = shownJob();
  if (!job) return;
  pin.disabled = true; // one wish at a time
  const now = await setFollowed(job.address, !isFollowed);
  pin.disabled = false;
  if (known === job.key) showFollowed(now);
}

onClick('#follow', toggleFollowed);
