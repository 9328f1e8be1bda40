// What the server remembers of the shown job, beside its tree: whether it follows the job to its end, and how it was
// found.
//
// Knows: the pin, when to fetch the record. Must not know: how a record is stored, what the tree shows.

import { say } from '../i18n/words.js';
import { setFollowed } from '../parts/follow.js';
import { shownJob } from '../state/open_jobs.js';
import { findRecord, hasMemory } from '../state/records.js';
import { find, onClick } from '../ui/nodes.js';
import { showFound } from './found.js';

/** @typedef {import('../state/open_job.js').OpenJob} OpenJob */

const pin = /** @type {HTMLButtonElement} */ (find('#follow'));
/** The job of which the record is known, or being fetched. */
let known = '';
/** @type {import('../state/records.js').JobRecord | undefined} */
let record;
let isFollowed = false;

/** Shows the pin while there is something to follow, and who did what. @param {OpenJob} job */
export function showRemembered({ key, address, hasEnded, tree }) {
  pin.hidden = !hasMemory() || hasEnded || tree.lastAnswer.isStored;
  if (!hasMemory()) return;
  if (known !== key) {
    known = key;
    record = undefined;
    showFollowed(false);
    // A job that was never seen has no record yet, and is not followed.
    findRecord(address).then((it) => {
      if (known !== key || !it) return;
      record = it;
      showFollowed(it.is_followed);
      showFound(it, tree.job !== undefined);
    }, () => {});
  }
  showFound(record, tree.job !== undefined);
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
